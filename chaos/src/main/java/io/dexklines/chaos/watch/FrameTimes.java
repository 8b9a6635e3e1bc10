package io.dexklines.chaos.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** When frames arrived, in buckets of 100 ms. Thread-safe. */
public final class FrameTimes {

    private static final long BUCKET_MS = 100;

    private final NavigableMap<Long, Long> counts = new TreeMap<>();

    /**
     * A time without a frame.
     *
     * @param fromMs epoch milliseconds
     */
    public record Gap(long fromMs, long toMs) {

        public long lengthMs() {
            return toMs - fromMs;
        }
    }

    synchronized void add(long nowMs) {
        counts.merge(nowMs / BUCKET_MS, 1L, Long::sum);
    }

    /**
     * Returns the number of frames within a time, both ends rounded down to 100 ms.
     *
     * @param fromMs epoch milliseconds
     * @param toMs epoch milliseconds, exclusive
     */
    public synchronized long between(long fromMs, long toMs) {
        return counts.subMap(fromMs / BUCKET_MS, true, toMs / BUCKET_MS, false).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Returns the first frame at or after a time, epoch milliseconds; -1 if there is none. */
    public synchronized long firstAfter(long timeMs) {
        Map.Entry<Long, Long> next = counts.ceilingEntry((timeMs + BUCKET_MS - 1) / BUCKET_MS);
        return next == null ? -1 : next.getKey() * BUCKET_MS;
    }

    /** Returns the times without a frame that are at least as long as told, between two frames. */
    public synchronized List<Gap> gaps(long leastMs) {
        List<Gap> gaps = new ArrayList<>();
        long before = -1;
        for (long bucket : counts.keySet()) {
            if (before >= 0 && (bucket - before) * BUCKET_MS >= leastMs) {
                gaps.add(new Gap(before * BUCKET_MS, bucket * BUCKET_MS));
            }
            before = bucket;
        }
        return gaps;
    }
}
