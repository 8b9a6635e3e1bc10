package io.dexklines.relay.pairs;

import io.dexklines.relay.history.KlineInterval;
import io.dexklines.relay.history.KlineSeries;
import io.dexklines.relay.history.KlineStore;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.history.StoreAwayException;
import io.dexklines.relay.history.Window;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The list of pairs in memory: those of the table and those that are being published. Renewed as a
 * whole by {@link #renew}, by one thread; searched by any number of others, which never wait.
 *
 * <p>Bounded to {@value #MAX_PAIRS} pairs, about 500 bytes each; more are left out.
 */
public final class PairBoard {

    static final int MAX_PAIRS = 100_000;

    /** Pairs of one query; their addresses and a day's klines pass in well below a second. */
    static final int BATCH = 200;

    /** Quiet pairs whose last price is looked up in one renewal: a query each. */
    private static final int MAX_LOOKED_UP = 500;

    private static final long DAY_SECONDS = 86_400;
    private static final Double NEVER_TRADED = Double.NaN;

    /**
     * The list as it is known.
     *
     * @param asOf when it was renewed, epoch seconds; 0 if never
     * @param tableAway whether the table did not answer at the last renewal, or there is none
     */
    public record Snapshot(List<PairSummary> pairs, long asOf, boolean tableAway) {}

    /**
     * Some of the pairs.
     *
     * @param pairs the first ones
     * @param total how many there are
     */
    public record Found(List<PairSummary> pairs, int total) {}

    private final Optional<PairTable> table;
    private final Optional<KlineStore> klines;
    private final KlineStore live;
    private final Supplier<Collection<PairKey>> published;
    private final List<KlineInterval> intervals;
    private final Clock clock;

    /** Last prices of pairs that were not traded for a day: they change only by a trade. */
    private final Map<PairKey, Double> quietPrices = new HashMap<>();

    private volatile Snapshot snapshot = new Snapshot(List.of(), 0, true);

    /**
     * @param klines where last prices older than a day are looked up
     * @param live the newest klines, at once
     * @param published the pairs that are being published
     * @param intervals that there are klines of, ascending
     */
    public PairBoard(
            Optional<PairTable> table,
            Optional<KlineStore> klines,
            KlineStore live,
            Supplier<Collection<PairKey>> published,
            List<KlineInterval> intervals,
            Clock clock) {
        this.table = table;
        this.klines = klines;
        this.live = live;
        this.published = published;
        this.intervals = List.copyOf(intervals);
        this.clock = clock;
    }

    /** The list as it was renewed last. */
    public Snapshot snapshot() {
        return snapshot;
    }

    /** The pair, with its newest price, if it is in the list. */
    public Optional<PairSummary> find(PairKey key) {
        return snapshot.pairs().stream()
                .filter(pair -> pair.key().equals(key))
                .findFirst()
                .map(this::withNewestPrice);
    }

    /** The first {@code limit} of the pairs that the filter lets through, with newest prices. */
    public Found find(PairFilter filter, PairOrder order, int limit) {
        List<PairSummary> all = snapshot.pairs().stream().filter(filter).toList();
        List<PairSummary> first =
                all.stream()
                        .sorted(order.comparator())
                        .limit(limit)
                        .map(this::withNewestPrice)
                        .toList();
        return new Found(first, all.size());
    }

    private PairSummary withNewestPrice(PairSummary pair) {
        PastKline newest = newest(live, pair.key(), intervals.get(0));
        if (newest == null) {
            return pair;
        }
        DayFigures figures =
                pair.figures() == null
                        ? DayFigures.quiet(newest.close())
                        : pair.figures().withLast(newest.close());
        return new PairSummary(pair.key(), pair.labels(), figures);
    }

    /** Reads everything anew; what cannot be read stays as it was. */
    public void renew() {
        Map<PairKey, PairLabels> labels = new LinkedHashMap<>();
        Map<PairKey, DayFigures> figures = new HashMap<>();
        boolean away = table.isEmpty();
        for (PairSummary pair : snapshot.pairs()) {
            figures.put(pair.key(), pair.figures());
        }
        try {
            if (table.isPresent()) {
                labels.putAll(table.get().pairs(MAX_PAIRS));
            }
        } catch (StoreAwayException e) {
            away = true;
            snapshot.pairs().forEach(pair -> labels.put(pair.key(), pair.labels()));
        }
        for (PairKey key : published.get()) {
            if (labels.size() < MAX_PAIRS) {
                labels.putIfAbsent(key, PairLabels.NONE);
            }
        }
        if (!away) {
            try {
                readFigures(table.get(), labels.keySet(), figures);
            } catch (StoreAwayException e) {
                away = true;
            }
        }
        List<PairSummary> pairs = new ArrayList<>(labels.size());
        labels.forEach((key, label) -> pairs.add(new PairSummary(key, label, figures.get(key))));
        snapshot = new Snapshot(List.copyOf(pairs), clock.instant().getEpochSecond(), away);
    }

    private void readFigures(
            PairTable pairs, Collection<PairKey> keys, Map<PairKey, DayFigures> figures) {
        KlineInterval interval = dayInterval();
        long from = interval.firstOpenFrom(clock.instant().getEpochSecond() - DAY_SECONDS);
        Map<String, List<String>> byChain = new TreeMap<>();
        for (PairKey key : keys) {
            byChain.computeIfAbsent(key.chainId(), first -> new ArrayList<>()).add(key.pairAddr());
        }
        int lookedUp = 0;
        for (Map.Entry<String, List<String>> chain : byChain.entrySet()) {
            List<String> addresses = chain.getValue();
            for (int begin = 0; begin < addresses.size(); begin += BATCH) {
                List<String> batch =
                        addresses.subList(begin, Math.min(begin + BATCH, addresses.size()));
                Map<String, List<PastKline>> day =
                        pairs.klinesSince(chain.getKey(), batch, interval, from);
                for (String address : batch) {
                    PairKey key = new PairKey(chain.getKey(), address);
                    if (day.containsKey(address)) {
                        quietPrices.remove(key);
                        figures.put(key, DayFigures.of(day.get(address)));
                    } else if (quietPrices.containsKey(key) || lookedUp++ < MAX_LOOKED_UP) {
                        figures.put(key, quiet(key, interval));
                    }
                }
            }
        }
    }

    private DayFigures quiet(PairKey key, KlineInterval interval) {
        Double price = quietPrices.get(key);
        if (price == null) {
            PastKline newest = newest(klines.orElse(live), key, interval);
            price = newest == null ? NEVER_TRADED : newest.close();
            quietPrices.put(key, price);
        }
        return price.equals(NEVER_TRADED) ? null : DayFigures.quiet(price);
    }

    private static PastKline newest(KlineStore store, PairKey key, KlineInterval interval) {
        List<PastKline> found =
                store.read(
                        new KlineSeries(key.chainId(), key.pairAddr(), interval),
                        new Window(0, Long.MAX_VALUE, 1, Window.End.NEWEST));
        return found.isEmpty() ? null : found.get(found.size() - 1);
    }

    /** Hours if there are klines of them, or else what is nearest below: few rows make a day. */
    private KlineInterval dayInterval() {
        KlineInterval best = intervals.get(0);
        for (KlineInterval interval : intervals) {
            if (interval.compareTo(KlineInterval.ONE_HOUR) <= 0) {
                best = interval;
            }
        }
        return best;
    }
}
