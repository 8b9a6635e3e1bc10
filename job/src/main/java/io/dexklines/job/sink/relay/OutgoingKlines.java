package io.dexklines.job.sink.relay;

import io.dexklines.job.sink.LatestKlines;
import io.dexklines.job.sink.PairKline;
import io.dexklines.kline.Kline;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A queue of klines for one relay, the newest version of each. Closed klines are sent first. A full
 * queue drops the oldest open kline, or the oldest closed one if there is no open one. After a long
 * outage a relay therefore misses open klines first, whose next version follows by itself, and then
 * the klines that closed longest ago. {@link #dropped} counts them, and the database has them. A
 * new connection starts with everything in {@link LatestKlines}.
 */
final class OutgoingKlines extends Outgoing<PairKline> {

    private final int capacity;
    private final LatestKlines latest;
    private final Map<PairKline.Key, PairKline> closed = new LinkedHashMap<>();
    private final Map<PairKline.Key, PairKline> open = new LinkedHashMap<>();

    OutgoingKlines(int capacity, LatestKlines latest) {
        this.capacity = capacity;
        this.latest = latest;
    }

    @Override
    void add(PairKline update) {
        PairKline.Key key = update.key();
        Kline kline = update.kline();
        Map<PairKline.Key, PairKline> waiting = closed.containsKey(key) ? closed : open;
        PairKline held = waiting.get(key);
        if (held != null) {
            conflated++;
            if (!kline.supersedes(held.kline())) {
                return;
            }
            if (waiting == closed || !kline.closed()) {
                waiting.put(key, update);
                return;
            }
            open.remove(key);
        }
        (kline.closed() ? closed : open).put(key, update);
        if (open.size() + closed.size() > capacity) {
            Iterator<PairKline.Key> oldest = (open.isEmpty() ? closed : open).keySet().iterator();
            oldest.next();
            oldest.remove();
            dropped++;
        }
    }

    /** Puts klines back into the queue, unless it contains newer versions. */
    @Override
    void addBack(List<PairKline> elements) {
        elements.forEach(this::add);
    }

    @Override
    void move(int most, List<PairKline> batch) {
        move(closed, most, batch);
        move(open, most, batch);
    }

    private static void move(
            Map<PairKline.Key, PairKline> waiting, int most, List<PairKline> batch) {
        Iterator<PairKline> oldest = waiting.values().iterator();
        while (batch.size() < most && oldest.hasNext()) {
            batch.add(oldest.next());
            oldest.remove();
        }
    }

    @Override
    List<PairKline> first(List<PairKline> waiting) {
        Map<PairKline.Key, PairKline> all = new LinkedHashMap<>();
        for (PairKline each : waiting) {
            all.put(each.key(), each);
        }
        for (PairKline each : latest.snapshot()) {
            PairKline waits = all.get(each.key());
            if (waits == null || each.kline().supersedes(waits.kline())) {
                all.put(each.key(), each);
            }
        }
        return List.copyOf(all.values());
    }

    @Override
    void sent(List<PairKline> elements) {
        // the latest klines are sent again after a reconnect
    }

    @Override
    void write(PairKline element, RelayFrame frame, long nowMs) {
        frame.add(element.pair(), element.kline(), nowMs);
    }

    @Override
    synchronized int size() {
        return open.size() + closed.size();
    }
}
