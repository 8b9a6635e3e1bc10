package io.dexklines.oracle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the contract says about a sequence of trades and watermarks, in the plainest way there is:
 * it forgets nothing, every kline is the list of its trades, and sums are decimal. It shares no
 * code with what it judges.
 */
public final class Oracle {

    /** What becomes of a trade. */
    public enum Fate {
        COUNTED,
        LATE,
        DUPLICATE
    }

    /**
     * The key of a kline.
     *
     * @param interval its code
     * @param open epoch seconds
     */
    public record Key(String pair, String interval, long open) {

        /** Epoch seconds. */
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
     * @param intervals codes, the smallest first
     * @param latenessMs for how long a closed kline is corrected
     */
    public Oracle(List<String> intervals, long latenessMs) {
        this.intervals = intervals;
        this.latenessMs = latenessMs;
    }

    /** As it is now. */
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

    /** No trade up to this time is expected any more. A lower one than before says nothing. */
    public void watermark(long ms) {
        watermarkMs = Math.max(watermarkMs, ms);
    }

    public long watermarkMs() {
        return watermarkMs;
    }

    /** A trade arrives. */
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

    /** The kline of that key, or null when it has no trade. */
    public OracleKline kline(Key key) {
        Map<String, TreeMap<Long, OracleKline>> byInterval = klines.get(key.pair());
        TreeMap<Long, OracleKline> byOpen =
                byInterval == null ? null : byInterval.get(key.interval());
        return byOpen == null ? null : byOpen.get(key.open());
    }

    /** Whether the kline of that key is closed. */
    public boolean isClosed(Key key) {
        return hasPassed(key.close(), 0);
    }

    /** The klines that there are. */
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

    /** How many trades are counted. */
    public long countedTrades() {
        return counted.values().stream().mapToLong(Set::size).sum();
    }

    /** Whether no time before {@code close} is expected, nor was {@code afterMs} ago. */
    private boolean hasPassed(long close, long afterMs) {
        return watermarkMs >= close * 1000 - 1 + afterMs;
    }
}
