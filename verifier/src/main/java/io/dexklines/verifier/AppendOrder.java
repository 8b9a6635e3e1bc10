package io.dexklines.verifier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides whether producers appended the trades of a chain in the order of their block times, give
 * or take the bounded disorder.
 *
 * <p>The order within a partition is that of its offsets. The order between partitions is that of
 * the records' timestamps, which producers or brokers set by their own clocks.
 *
 * <p>Keeps, for each partition and chain, the records that advanced the latest block time: at most
 * one for each second of the window.
 */
final class AppendOrder {

    /** The place of a trade among all trades of its chain. */
    enum Place {
        IN_ORDER,
        /** Another partition has a much newer trade with an earlier timestamp. */
        PROBABLY_OUT_OF_ORDER,
        /** Its own partition has a much newer trade before it. */
        OUT_OF_ORDER
    }

    /** A record whose block time is later than that of all earlier records of its partition. */
    private record Step(long offset, long writtenMs, long blockTime) {}

    private final long disorderMs;
    private final long maxFutureMs;
    private final long fromSeconds;
    private final long toSeconds;

    /** The steps of each chain, by the number of the partition. */
    private final Map<String, Map<Integer, List<Step>>> steps = new HashMap<>();

    /**
     * @param disorder how much older than an earlier trade a trade in order may be
     * @param maxFuture a trade that is written longer before its block time does not count, because
     *     its producer's clock is wrong
     * @param fromSeconds the earliest block time for which {@link #place} is called, epoch seconds
     * @param toSeconds the latest such block time
     */
    AppendOrder(Duration disorder, Duration maxFuture, long fromSeconds, long toSeconds) {
        this.disorderMs = disorder.toMillis();
        this.maxFutureMs = maxFuture.toMillis();
        this.fromSeconds = fromSeconds;
        this.toSeconds = toSeconds;
    }

    /** Adds a swap. Those of one partition must be added in the order of their offsets. */
    void add(Entry entry) {
        Swap swap = entry.swap().orElseThrow();
        if (swap.blockTime() < fromSeconds
                || swap.blockTime() > (entry.writtenMs() + maxFutureMs) / 1000) {
            return;
        }
        List<Step> own =
                steps.computeIfAbsent(swap.chain(), chain -> new HashMap<>())
                        .computeIfAbsent(entry.partition(), partition -> new ArrayList<>());
        long latest = own.isEmpty() ? Long.MIN_VALUE : own.get(own.size() - 1).blockTime();
        if (swap.blockTime() > latest && !isNewer(latest, toSeconds)) {
            own.add(new Step(entry.offset(), entry.writtenMs(), swap.blockTime()));
        }
    }

    /** Returns where a swap stands among the swaps added, later ones included. */
    Place place(Entry entry) {
        Swap swap = entry.swap().orElseThrow();
        Place place = Place.IN_ORDER;
        for (Map.Entry<Integer, List<Step>> partition :
                steps.getOrDefault(swap.chain(), Map.of()).entrySet()) {
            Step newer = firstNewer(partition.getValue(), swap.blockTime());
            if (newer == null) {
                continue;
            }
            if (partition.getKey() == entry.partition()) {
                if (newer.offset() < entry.offset()) {
                    return Place.OUT_OF_ORDER;
                }
            } else if (newer.writtenMs() < entry.writtenMs()) {
                place = Place.PROBABLY_OUT_OF_ORDER;
            }
        }
        return place;
    }

    /** Returns the first step that is newer than a block time by more than the disorder. */
    private Step firstNewer(List<Step> ascending, long blockTime) {
        int low = 0;
        int high = ascending.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (isNewer(ascending.get(middle).blockTime(), blockTime)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low == ascending.size() ? null : ascending.get(low);
    }

    private boolean isNewer(long blockTime, long than) {
        return blockTime - disorderMs / 1000.0 > than;
    }
}
