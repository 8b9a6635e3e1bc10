package io.dexklines.job.compatibility;

import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.trade.Pair;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The updates that wait to be published, the newest version of each kline. A kline is published
 * once in an interval at the most, and only if it has more trades than the version that was
 * published before: its end is no change for a reader. Not thread-safe.
 */
public final class PendingUpdates {

    /** A version of a kline to publish. */
    public record Update(Pair pair, Kline kline) {}

    private record Key(Pair pair, Interval interval, long openTimeMs) {}

    private record Published(long trades, long atMs) {}

    private final long intervalMs;
    private final int maxWaiting;
    private final int maxRemembered;

    /** In the order in which klines began to wait. */
    private final Map<Key, Update> waiting = new LinkedHashMap<>();

    /** What was published last of each kline, the oldest first. */
    private final Map<Key, Published> published = new LinkedHashMap<>();

    /**
     * @param intervalMs the shortest time between two updates of a kline
     * @param maxWaiting the most klines that wait
     * @param maxRemembered the most klines of which the published version is remembered, apart from
     *     those published within the interval. One that is forgotten may be published again when it
     *     ends
     */
    public PendingUpdates(long intervalMs, int maxWaiting, int maxRemembered) {
        this.intervalMs = intervalMs;
        this.maxWaiting = maxWaiting;
        this.maxRemembered = maxRemembered;
    }

    /**
     * Adds a version of a kline.
     *
     * @return the number of klines that are let go because too many wait: the one that waited
     *     longest, or none
     */
    public int offer(Pair pair, Kline kline) {
        Key key = new Key(pair, kline.interval(), kline.openTimeMs());
        Published before = published.get(key);
        if (before != null && before.trades() >= kline.trades()) {
            return 0;
        }
        Update waits = waiting.get(key);
        if (waits != null && !kline.supersedes(waits.kline())) {
            return 0;
        }
        waiting.put(key, new Update(pair, kline));
        if (waiting.size() <= maxWaiting) {
            return 0;
        }
        Iterator<Key> longest = waiting.keySet().iterator();
        longest.next();
        longest.remove();
        return 1;
    }

    /**
     * Removes and returns the updates that may be published now. They count as published, whatever
     * becomes of them.
     *
     * @param nowMs milliseconds of a clock that only goes forward
     * @param most the most updates
     */
    public List<Update> takeDue(long nowMs, int most) {
        List<Update> due = new ArrayList<>();
        Iterator<Map.Entry<Key, Update>> all = waiting.entrySet().iterator();
        while (all.hasNext() && due.size() < most) {
            Map.Entry<Key, Update> next = all.next();
            Published before = published.get(next.getKey());
            if (before == null || nowMs - before.atMs() >= intervalMs) {
                published.remove(next.getKey());
                published.put(
                        next.getKey(), new Published(next.getValue().kline().trades(), nowMs));
                due.add(next.getValue());
                all.remove();
            }
        }
        forget(nowMs);
        return due;
    }

    private void forget(long nowMs) {
        Iterator<Published> oldest = published.values().iterator();
        while (published.size() > maxRemembered && nowMs - oldest.next().atMs() >= intervalMs) {
            oldest.remove();
        }
    }
}
