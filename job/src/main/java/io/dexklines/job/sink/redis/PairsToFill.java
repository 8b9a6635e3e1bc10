package io.dexklines.job.sink.redis;

import io.dexklines.job.sink.PairKline;
import io.dexklines.trade.Pair;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What Redis lacks and MySQL has, or will have: the pairs whose klines were let go, and all klines
 * of the parts of Redis that have lost their data. Not thread-safe.
 */
final class PairsToFill {

    /**
     * What one fill sends.
     *
     * @param pairs for each pair, the last update of which klines were let go
     * @param lost the klines that were lost; null if none
     * @param updates how many updates have to be complete in MySQL before
     */
    record Fill(Map<Pair, Long> pairs, Predicate<PairKline> lost, long updates) {

        /** Returns whether the klines of a pair may be missing. */
        boolean mayConcern(Pair pair) {
            return lost != null || pairs.containsKey(pair);
        }

        /** Returns whether a kline may be missing. */
        boolean concerns(PairKline kline) {
            return pairs.containsKey(kline.pair()) || (lost != null && lost.test(kline));
        }
    }

    private final Map<Pair, Long> pairs = new HashMap<>();
    private Predicate<PairKline> lost;
    private long lostUpdates;

    boolean isEmpty() {
        return pairs.isEmpty() && lost == null;
    }

    /** Returns the number of pairs whose klines were let go. */
    int pairs() {
        return pairs.size();
    }

    boolean anyLost() {
        return lost != null;
    }

    /** Adds a pair, klines of which were let go with an update. */
    void add(Pair pair, long update) {
        pairs.merge(pair, update, Math::max);
    }

    /** Adds lost klines: versions of the first {@code updates} updates. */
    void addLost(Predicate<PairKline> klines, long updates) {
        lost = lost == null ? klines : lost.or(klines);
        lostUpdates = updates;
    }

    /** Returns what to fill now; it remains until {@link #filled}. */
    Fill next() {
        long updates = lostUpdates;
        for (long update : pairs.values()) {
            updates = Math.max(updates, update);
        }
        return new Fill(Map.copyOf(pairs), lost, updates);
    }

    /** Returns whether a pair of a fill that ended needs no other. */
    boolean isFilled(Pair pair, Fill fill) {
        return pairs.getOrDefault(pair, 0L).equals(fill.pairs().get(pair));
    }

    /** Removes what a fill has sent, except for what was added since. */
    void filled(Fill fill) {
        fill.pairs().forEach(pairs::remove);
        if (lost == fill.lost()) {
            lost = null;
        }
    }
}
