package io.dexklines.relay.pairs;

import java.util.Comparator;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The sort orders of the pair list. Pairs whose value is unknown come last. */
public enum PairOrder {
    /** Sorts by volume of the last 24 hours, descending. */
    VOLUME(descending(DayStatistics::volumeUsd)),
    /** Sorts by price change over the last 24 hours, descending. */
    CHANGE(descending(DayStatistics::changePercent)),
    /** Sorts by number of trades in the last 24 hours, descending. */
    TRADES(descending(DayStatistics::trades)),
    /** Sorts by token symbol, ascending and case-insensitive. */
    SYMBOL(
            Comparator.comparing((PairSummary pair) -> pair.labels().tokenSymbol().isEmpty())
                    .thenComparing(pair -> pair.labels().tokenSymbol().toLowerCase(Locale.ROOT)));

    private final Comparator<PairSummary> comparator;

    PairOrder(Comparator<PairSummary> comparator) {
        this.comparator =
                comparator
                        .thenComparing(pair -> pair.key().chainId())
                        .thenComparing(pair -> pair.key().address());
    }

    Comparator<PairSummary> comparator() {
        return comparator;
    }

    private static Comparator<PairSummary> descending(ToDoubleFunction<DayStatistics> value) {
        // NaN sorts after every number, negated too
        return Comparator.comparingDouble(
                pair ->
                        pair.statistics() == null
                                ? Double.NaN
                                : -value.applyAsDouble(pair.statistics()));
    }
}
