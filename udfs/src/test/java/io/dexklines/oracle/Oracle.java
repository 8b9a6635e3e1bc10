package io.dexklines.oracle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A reference implementation of the kline contract for a sequence of trades and times of chains. It
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

    /** The times of a chain, in epoch milliseconds: up to which trades end, and klines close. */
    private record Clock(long lateMs, long closingMs) {}

    private static final Clock NOT_STARTED = new Clock(Long.MIN_VALUE, Long.MIN_VALUE);

    private final List<String> intervals;
    private final long latenessMs;
    private final Map<String, Set<Long>> counted = new HashMap<>();
    private final Map<String, Map<String, TreeMap<Long, OracleKline>>> klines = new HashMap<>();
    private final Map<String, Clock> clocks = new HashMap<>();

    /** When each kline closes, in epoch milliseconds, because the calendar is slow. */
    private final Map<Key, Long> closesMs = new HashMap<>();

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
        copy.clocks.putAll(clocks);
        copy.closesMs.putAll(closesMs);
        return copy;
    }

    /**
     * Advances the times of a chain, in epoch milliseconds. A time lower than before has no effect.
     *
     * @param lateMs decides which trades are late; closes klines, too
     * @param closingMs closes klines
     */
    public void time(String chain, long lateMs, long closingMs) {
        Clock before = clock(chain);
        long late = Math.max(before.lateMs, lateMs);
        clocks.put(chain, new Clock(late, Math.max(late, Math.max(before.closingMs, closingMs))));
    }

    /** Returns the time up to which trades of a chain are late, apart from the lateness. */
    public long lateMs(String chain) {
        return clock(chain).lateMs;
    }

    /** Returns the time up to which the klines of a chain are closed. */
    public long closingMs(String chain) {
        return clock(chain).closingMs;
    }

    private Clock clock(String chain) {
        return clocks.getOrDefault(chain, NOT_STARTED);
    }

    /** Processes a trade and returns its outcome. */
    public Fate trade(String pair, OracleTrade trade) {
        String smallest = intervals.get(0);
        long close = OracleCalendar.close(smallest, OracleCalendar.open(smallest, trade.time()));
        if (clock(chain(pair)).lateMs >= close * 1000 - 1 + latenessMs) {
            return Fate.LATE;
        }
        if (!counted.computeIfAbsent(pair, any -> new HashSet<>()).add(trade.identity())) {
            return Fate.DUPLICATE;
        }
        for (String interval : intervals) {
            long open = OracleCalendar.open(interval, trade.time());
            closesMs.computeIfAbsent(new Key(pair, interval, open), key -> key.close() * 1000);
            klines.computeIfAbsent(pair, any -> new HashMap<>())
                    .computeIfAbsent(interval, any -> new TreeMap<>())
                    .merge(open, OracleKline.EMPTY.with(trade), (held, any) -> held.with(trade));
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
        return clock(chain(key.pair())).closingMs >= key.close() * 1000 - 1;
    }

    /** Returns the keys of all klines. */
    public Set<Key> keys() {
        return Set.copyOf(closesMs.keySet());
    }

    /** Returns the keys of the klines of a chain that close after one time and up to another. */
    public List<Key> closing(String chain, long afterMs, long upToMs) {
        List<Key> closing = new ArrayList<>();
        closesMs.forEach(
                (key, closeMs) -> {
                    if (afterMs < closeMs - 1
                            && closeMs - 1 <= upToMs
                            && chain(key.pair()).equals(chain)) {
                        closing.add(key);
                    }
                });
        return closing;
    }

    /** Returns how many trades were counted. */
    public long countedTrades() {
        return counted.values().stream().mapToLong(Set::size).sum();
    }

    /** Returns the pairs of a chain that have a kline which may still change. */
    public Set<String> unendedPairs(String chain) {
        Set<String> unended = new HashSet<>();
        closesMs.forEach(
                (key, closeMs) -> {
                    if (clock(chain).lateMs < closeMs - 1 + latenessMs
                            && chain(key.pair()).equals(chain)) {
                        unended.add(key.pair());
                    }
                });
        return unended;
    }

    private static String chain(String pair) {
        return pair.substring(0, pair.indexOf(':'));
    }
}
