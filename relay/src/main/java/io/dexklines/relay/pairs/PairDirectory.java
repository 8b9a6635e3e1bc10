package io.dexklines.relay.pairs;

import io.dexklines.kline.Interval;
import io.dexklines.relay.history.KlineSeries;
import io.dexklines.relay.history.KlineStore;
import io.dexklines.relay.history.OpenTimes;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.history.StoreUnavailableException;
import io.dexklines.relay.history.Window;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
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
 * An in-memory list of the pairs in the {@link PairTable}s and of those that are currently
 * published. One thread replaces the list by calling {@link #refresh}. Any number of threads may
 * search it without blocking.
 *
 * <p>Holds at most {@value #MAX_PAIRS} pairs, about 500 bytes each, and ignores the rest.
 */
public final class PairDirectory {

    static final int MAX_PAIRS = 100_000;

    /** Pairs per query, chosen so that a query for one day of klines takes well under a second. */
    static final int BATCH = 200;

    /**
     * Pairs without recent trades whose last price is looked up per refresh and table, one query
     * each.
     */
    private static final int MAX_LOOKUPS = 500;

    private static final long DAY_SECONDS = 86_400;
    private static final Double NEVER_TRADED = Double.NaN;

    /**
     * The pair list as of the last refresh.
     *
     * @param asOf the time of the refresh in epoch seconds; 0 if there was none
     * @param tableUnreachable whether a table did not answer, or none is configured
     */
    public record Snapshot(List<PairSummary> pairs, long asOf, boolean tableUnreachable) {}

    /**
     * The result of a search.
     *
     * @param pairs the first matches
     * @param total the number of all matches
     */
    public record Matches(List<PairSummary> pairs, int total) {}

    private final List<PairTable> tables;
    private final Optional<KlineStore> klines;
    private final KlineStore live;
    private final Supplier<Collection<Pair>> published;
    private final List<Interval> intervals;
    private final Clock clock;

    /** The last prices of pairs that were not traded for 24 hours. */
    private final Map<Pair, Double> lastPrices = new HashMap<>();

    private volatile Snapshot snapshot = new Snapshot(List.of(), 0, true);

    /**
     * @param tables the stores that share the pairs; empty for none
     * @param klines the store for last prices that are older than 24 hours
     * @param live the newest klines; does not block
     * @param published returns the pairs that are currently published
     * @param intervals the intervals that the job computes, ascending
     */
    public PairDirectory(
            List<PairTable> tables,
            Optional<KlineStore> klines,
            KlineStore live,
            Supplier<Collection<Pair>> published,
            List<Interval> intervals,
            Clock clock) {
        this.tables = List.copyOf(tables);
        this.klines = klines;
        this.live = live;
        this.published = published;
        this.intervals = List.copyOf(intervals);
        this.clock = clock;
    }

    /** Returns the pair list as of the last refresh. */
    public Snapshot snapshot() {
        return snapshot;
    }

    /** Returns the pair with its newest price, if it is in the list. */
    public Optional<PairSummary> find(Pair key) {
        return snapshot.pairs().stream()
                .filter(pair -> pair.key().equals(key))
                .findFirst()
                .map(this::withNewestPrice);
    }

    /** Returns the first {@code limit} matching pairs with their newest prices. */
    public Matches find(PairFilter filter, PairOrder order, int limit) {
        List<PairSummary> all = snapshot.pairs().stream().filter(filter).toList();
        List<PairSummary> first =
                all.stream()
                        .sorted(order.comparator())
                        .limit(limit)
                        .map(this::withNewestPrice)
                        .toList();
        return new Matches(first, all.size());
    }

    private PairSummary withNewestPrice(PairSummary pair) {
        PastKline newest = newest(live, pair.key(), intervals.get(0));
        if (newest == null) {
            return pair;
        }
        DayStatistics statistics =
                pair.statistics() == null
                        ? DayStatistics.withoutTrades(newest.close())
                        : pair.statistics().withLast(newest.close());
        return new PairSummary(pair.key(), pair.labels(), statistics);
    }

    /**
     * Rebuilds the list from the tables. Keeps the previous values of the pairs of tables that
     * cannot be read.
     */
    public void refresh() {
        Map<Pair, PairLabels> labels = new LinkedHashMap<>();
        Map<Pair, DayStatistics> statistics = new HashMap<>();
        List<PairTable> reachable = new ArrayList<>();
        for (PairSummary pair : snapshot.pairs()) {
            statistics.put(pair.key(), pair.statistics());
        }
        for (PairTable table : tables) {
            try {
                labels.putAll(table.pairs(MAX_PAIRS - labels.size()));
                reachable.add(table);
            } catch (StoreUnavailableException e) {
                snapshot.pairs().stream()
                        .filter(pair -> table.owns(pair.key()))
                        .forEach(pair -> labels.put(pair.key(), pair.labels()));
            }
        }
        for (Pair key : published.get()) {
            if (labels.size() < MAX_PAIRS) {
                labels.putIfAbsent(key, PairLabels.UNKNOWN);
            }
        }
        boolean unreachable = tables.isEmpty() || reachable.size() < tables.size();
        for (PairTable table : reachable) {
            try {
                readStatistics(
                        table, labels.keySet().stream().filter(table::owns).toList(), statistics);
            } catch (StoreUnavailableException e) {
                unreachable = true;
            }
        }
        List<PairSummary> pairs = new ArrayList<>(labels.size());
        labels.forEach((key, label) -> pairs.add(new PairSummary(key, label, statistics.get(key))));
        snapshot = new Snapshot(List.copyOf(pairs), clock.instant().getEpochSecond(), unreachable);
    }

    private void readStatistics(
            PairTable pairs, Collection<Pair> keys, Map<Pair, DayStatistics> statistics) {
        Interval interval = dayInterval();
        long from = OpenTimes.firstFrom(interval, clock.instant().getEpochSecond() - DAY_SECONDS);
        Map<String, List<String>> byChain = new TreeMap<>();
        for (Pair key : keys) {
            byChain.computeIfAbsent(key.chainId(), first -> new ArrayList<>()).add(key.address());
        }
        int lookups = 0;
        for (Map.Entry<String, List<String>> chain : byChain.entrySet()) {
            List<String> addresses = chain.getValue();
            for (int begin = 0; begin < addresses.size(); begin += BATCH) {
                List<String> batch =
                        addresses.subList(begin, Math.min(begin + BATCH, addresses.size()));
                Map<String, List<PastKline>> day =
                        pairs.klinesSince(chain.getKey(), batch, interval, from);
                for (String address : batch) {
                    Pair key = new Pair(chain.getKey(), address);
                    if (day.containsKey(address)) {
                        lastPrices.remove(key);
                        statistics.put(key, DayStatistics.of(day.get(address)));
                    } else if (lastPrices.containsKey(key) || lookups++ < MAX_LOOKUPS) {
                        statistics.put(key, withoutTrades(key, interval));
                    }
                }
            }
        }
    }

    private DayStatistics withoutTrades(Pair key, Interval interval) {
        Double price = lastPrices.get(key);
        if (price == null) {
            PastKline newest = newest(klines.orElse(live), key, interval);
            price = newest == null ? NEVER_TRADED : newest.close();
            lastPrices.put(key, price);
        }
        return price.equals(NEVER_TRADED) ? null : DayStatistics.withoutTrades(price);
    }

    private static PastKline newest(KlineStore store, Pair key, Interval interval) {
        List<PastKline> found =
                store.read(
                        new KlineSeries(key.chainId(), key.address(), interval),
                        new Window(0, Long.MAX_VALUE, 1, Window.End.NEWEST));
        return found.isEmpty() ? null : found.get(found.size() - 1);
    }

    /** Returns the longest interval of at most one hour, so that few rows cover a day. */
    private Interval dayInterval() {
        Interval best = intervals.get(0);
        for (Interval interval : intervals) {
            if (interval.compareTo(Interval.ONE_HOUR) <= 0) {
                best = interval;
            }
        }
        return best;
    }
}
