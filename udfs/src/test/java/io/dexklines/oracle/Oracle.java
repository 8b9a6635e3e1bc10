package io.dexklines.oracle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A reference implementation of the kline contract for a sequence of trades and watermarks. It
 * forgets nothing, keeps every kline as the list of its trades, and adds decimals. It shares no
 * code with the product.
 */
public final class Oracle {

    /** The outcome of a trade. */
    public enum Fate {
        COUNTED,
        LATE,
        DUPLICATE
    }

    /**
     * The key of a kline.
     *
     * @param interval the code of its interval
     * @param open its open time in epoch seconds
     */
    public record Key(String pair, String interval, long open) {

        /** Returns the close time in epoch seconds. */
        public long close() {
            return OracleCalendar.close(interval, open);
        }
    }

    private final List<String> intervals;
    private final long latenessMs;
    private final Map<String, Set<Long>> counted = new HashMap<>();
    private final Map<String, Map<String, TreeMap<Long, OracleKline>>> klines = new HashMap<>();
    private long watermarkMs = Long.MIN_VALUE;

    /**
     * @param intervals the codes of the intervals, the smallest first
     * @param latenessMs for how long after its close a kline is corrected, in milliseconds
     */
    public Oracle(List<String> intervals, long latenessMs) {
        this.intervals = intervals;
        this.latenessMs = latenessMs;
    }

    /** Returns an independent copy of the current state. */
    public Oracle copy() {
        Oracle copy = new Oracle(intervals, latenessMs);
        counted.forEach((pair, identities) -> copy.counted.put(pair, new HashSet<>(identities)));
        klines.forEach(
                (pair, byInterval) -> {
                    Map<String, TreeMap<Long, OracleKline>> copied = new HashMap<>();
                    byInterval.forEach(
                            (interval, byOpen) -> copied.put(interval, new TreeMap<>(byOpen)));
                    copy.klines.put(pair, copied);
                });
        copy.watermarkMs = watermarkMs;
        return copy;
    }

    /**
     * Advances the watermark, in epoch milliseconds. A lower watermark than before has no effect.
     */
    public void watermark(long ms) {
        watermarkMs = Math.max(watermarkMs, ms);
    }

    public long watermarkMs() {
        return watermarkMs;
    }

    /** Processes a trade and returns its outcome. */
    public Fate trade(String pair, OracleTrade trade) {
        String smallest = intervals.get(0);
        long close = OracleCalendar.close(smallest, OracleCalendar.open(smallest, trade.time()));
        if (hasPassed(close, latenessMs)) {
            return Fate.LATE;
        }
        if (!counted.computeIfAbsent(pair, any -> new HashSet<>()).add(trade.identity())) {
            return Fate.DUPLICATE;
        }
        for (String interval : intervals) {
            klines.computeIfAbsent(pair, any -> new HashMap<>())
                    .computeIfAbsent(interval, any -> new TreeMap<>())
                    .merge(
                            OracleCalendar.open(interval, trade.time()),
                            OracleKline.EMPTY.with(trade),
                            (held, any) -> held.with(trade));
        }
        return Fate.COUNTED;
    }

    /** Returns the kline of a key, or null if it has no trade. */
    public OracleKline kline(Key key) {
        Map<String, TreeMap<Long, OracleKline>> byInterval = klines.get(key.pair());
        TreeMap<Long, OracleKline> byOpen =
                byInterval == null ? null : byInterval.get(key.interval());
        return byOpen == null ? null : byOpen.get(key.open());
    }

    /** Returns whether the kline of a key is closed. */
    public boolean isClosed(Key key) {
        return hasPassed(key.close(), 0);
    }

    /** Returns the keys of all klines. */
    public List<Key> keys() {
        List<Key> keys = new ArrayList<>();
        klines.forEach(
                (pair, byInterval) ->
                        byInterval.forEach(
                                (interval, byOpen) ->
                                        byOpen.keySet()
                                                .forEach(
                                                        open ->
                                                                keys.add(
                                                                        new Key(
                                                                                pair, interval,
                                                                                open)))));
        return keys;
    }

    /** Returns how many trades were counted. */
    public long countedTrades() {
        return counted.values().stream().mapToLong(Set::size).sum();
    }

    /**
     * Returns whether the watermark has passed the last millisecond before {@code close}, which is
     * in epoch seconds, by {@code afterMs}.
     */
    private boolean hasPassed(long close, long afterMs) {
        return watermarkMs >= close * 1000 - 1 + afterMs;
    }
}
