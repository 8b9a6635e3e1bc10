package io.dexklines.relay.pairs;

import java.util.Comparator;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** How the list of pairs can be ordered; what is unknown stands last. */
public enum PairOrder {
    /** The largest volume of the last 24 hours first. */
    VOLUME(largestFirst(DayFigures::volumeUsd)),
    /** The largest rise of the last 24 hours first. */
    CHANGE(largestFirst(DayFigures::changePercent)),
    /** The most trades of the last 24 hours first. */
    TRADES(largestFirst(DayFigures::trades)),
    /** By the symbol of the token, A first, without regard to case; unnamed pairs last. */
    SYMBOL(
            Comparator.comparing((PairSummary pair) -> pair.labels().tokenSymbol().isEmpty())
                    .thenComparing(pair -> pair.labels().tokenSymbol().toLowerCase(Locale.ROOT)));

    private final Comparator<PairSummary> comparator;

    PairOrder(Comparator<PairSummary> comparator) {
        this.comparator =
                comparator
                        .thenComparing(pair -> pair.key().chainId())
                        .thenComparing(pair -> pair.key().pairAddr());
    }

    Comparator<PairSummary> comparator() {
        return comparator;
    }

    private static Comparator<PairSummary> largestFirst(ToDoubleFunction<DayFigures> figure) {
        return Comparator.comparingDouble(
                pair -> {
                    double value =
                            pair.figures() == null
                                    ? Double.NaN
                                    : figure.applyAsDouble(pair.figures());
                    // NaN is the largest of all: unknown is last
                    return -value;
                });
    }
}
