package io.dexklines.job.sink.redis;

import io.dexklines.job.sink.PairKline;
import io.dexklines.trade.Pair;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What Redis lacks and MySQL has, or will have: the pairs whose klines were let go, and all klines
 * of the parts of Redis that have lost their data. The number of pairs is bounded: if klines of
 * more pairs are let go, all klines count as lost. Not thread-safe.
 */
final class PairsToFill {

    /**
     * What one fill sends.
     *
     * @param pairs for each pair, the last update of which klines were let go
     * @param lost the klines that were lost; null if none
     * @param updates how many updates have to be complete in MySQL before
     * @param heldAtMs leaves out the sets that had expired at this time, epoch milliseconds
     * @param losses the number of losses that it covers
     */
    record Fill(
            Map<Pair, Long> pairs,
            Predicate<PairKline> lost,
            long updates,
            long heldAtMs,
            long losses) {

        /** Returns whether the klines of a pair may be missing. */
        boolean mayConcern(Pair pair) {
            return lost != null || pairs.containsKey(pair);
        }

        /** Returns whether a kline may be missing. */
        boolean concerns(PairKline kline) {
            return pairs.containsKey(kline.pair()) || (lost != null && lost.test(kline));
        }
    }

    private static final Predicate<PairKline> ALL = kline -> true;

    private final int maxPairs;
    private final Map<Pair, Long> pairs = new HashMap<>();
    private Predicate<PairKline> lost;
    private long lostUpdates;
    private long lostHeldAtMs;
    private long losses;

    /**
     * @param maxPairs the most pairs that are known one by one
     */
    PairsToFill(int maxPairs) {
        this.maxPairs = maxPairs;
    }

    boolean isEmpty() {
        return pairs.isEmpty() && lost == null;
    }

    /**
     * Returns the number of pairs whose klines were let go, as far as they are known one by one.
     */
    int pairs() {
        return pairs.size();
    }

    boolean anyLost() {
        return lost != null;
    }

    /** Returns the time of {@link Fill#heldAtMs} for the lost klines, epoch milliseconds. */
    long lostHeldAtMs() {
        return lostHeldAtMs;
    }

    /** Returns whether a pair can be added. If not, everything has to be added as lost. */
    boolean hasRoomFor(Pair pair) {
        return pairs.size() < maxPairs || pairs.containsKey(pair);
    }

    /** Adds a pair, klines of which were let go with an update. */
    void add(Pair pair, long update) {
        pairs.merge(pair, update, Math::max);
    }

    /**
     * Adds lost klines: versions of the first {@code updates} updates.
     *
     * @param heldAtMs the time of the loss, epoch milliseconds; what had expired then was not lost
     */
    void addLost(Predicate<PairKline> klines, long updates, long heldAtMs) {
        lostHeldAtMs = lost == null ? heldAtMs : Math.min(lostHeldAtMs, heldAtMs);
        if (lost == ALL || klines == ALL) {
            lost = ALL;
        } else {
            lost = lost == null ? klines : lost.or(klines);
        }
        lostUpdates = updates;
        losses++;
    }

    /**
     * Adds all klines as lost, in place of the pairs that are known one by one.
     *
     * @return those pairs
     */
    Set<Pair> addAll(long updates, long heldAtMs) {
        Set<Pair> known = Set.copyOf(pairs.keySet());
        pairs.clear();
        addLost(ALL, updates, heldAtMs);
        return known;
    }

    /**
     * Returns what to fill now; it remains until {@link #filled}.
     *
     * @param nowMs epoch milliseconds
     */
    Fill next(long nowMs) {
        long updates = lostUpdates;
        for (long update : pairs.values()) {
            updates = Math.max(updates, update);
        }
        return new Fill(
                Map.copyOf(pairs), lost, updates, lost == null ? nowMs : lostHeldAtMs, losses);
    }

    /** Returns whether a pair of a fill that ended needs no other. */
    boolean isFilled(Pair pair, Fill fill) {
        return pairs.getOrDefault(pair, 0L).equals(fill.pairs().get(pair));
    }

    /** Removes what a fill has sent, except for what was added since. */
    void filled(Fill fill) {
        fill.pairs().forEach(pairs::remove);
        if (losses == fill.losses()) {
            lost = null;
        }
    }
}
