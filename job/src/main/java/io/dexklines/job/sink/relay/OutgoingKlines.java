package io.dexklines.job.sink.relay;

import io.dexklines.job.sink.LatestKlines;
import io.dexklines.job.sink.PairKline;
import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A queue of klines for one relay, the newest version of each. The updates of a pair become one,
 * which is sent whole and in the place of the first, so that each larger kline is still the merge
 * of the smaller ones in it. A full queue drops the klines of the pair that has waited longest.
 * {@link #dropped} counts them, and the database has them. A new connection starts with everything
 * in {@link LatestKlines}.
 */
final class OutgoingKlines extends Outgoing<KlineUpdates> {

    private static final Comparator<Kline> ORDER =
            Comparator.comparing(Kline::interval).thenComparingLong(Kline::openTimeMs);

    private final int capacity;
    private final LatestKlines latest;
    private final Map<Pair, Waiting> waiting = new LinkedHashMap<>();
    private int size;

    /**
     * @param capacity the most klines in the queue
     */
    OutgoingKlines(int capacity, LatestKlines latest) {
        this.capacity = capacity;
        this.latest = latest;
    }

    /** The klines of one pair that wait. */
    private static final class Waiting {

        private record Key(Interval interval, long openTimeMs) {

            static Key of(Kline kline) {
                return new Key(kline.interval(), kline.openTimeMs());
            }
        }

        private final Map<Key, Kline> klines = new LinkedHashMap<>();
        private PairLabels labels = PairLabels.UNKNOWN;

        /** Adds a kline unless a newer version waits. Returns whether a version of it waited. */
        boolean add(Kline kline) {
            Key key = Key.of(kline);
            Kline held = klines.get(key);
            if (held == null || kline.supersedes(held)) {
                klines.put(key, kline);
            }
            return held != null;
        }

        void dropFirstEnded(int count) {
            List<Kline> byEnd = new ArrayList<>(klines.values());
            byEnd.sort(Comparator.comparingLong(Kline::closeTimeMs));
            byEnd.subList(0, count).forEach(kline -> klines.remove(Key.of(kline)));
        }

        KlineUpdates updates(Pair pair) {
            List<Kline> sorted = new ArrayList<>(klines.values());
            sorted.sort(ORDER);
            return new KlineUpdates(pair, labels, sorted);
        }
    }

    @Override
    void add(KlineUpdates updates) {
        Waiting ofPair = waiting.computeIfAbsent(updates.pair(), first -> new Waiting());
        ofPair.labels = updates.labels();
        for (Kline kline : updates.klines()) {
            if (ofPair.add(kline)) {
                conflated++;
            } else {
                size++;
            }
        }
        if (size > capacity) {
            dropBeyondCapacity(updates.pair());
        }
    }

    /** Drops the klines of other pairs, and if need be those of the given one that ended first. */
    private void dropBeyondCapacity(Pair last) {
        Iterator<Map.Entry<Pair, Waiting>> oldest = waiting.entrySet().iterator();
        while (size > capacity && oldest.hasNext()) {
            Map.Entry<Pair, Waiting> next = oldest.next();
            if (!next.getKey().equals(last)) {
                drop(next.getValue().klines.size());
                oldest.remove();
            }
        }
        if (size > capacity) {
            int excess = size - capacity;
            waiting.get(last).dropFirstEnded(excess);
            drop(excess);
        }
    }

    private void drop(int klines) {
        size -= klines;
        dropped += klines;
    }

    /** Puts klines back into the queue, unless it contains newer versions. */
    @Override
    void addBack(List<KlineUpdates> elements) {
        elements.forEach(this::add);
    }

    @Override
    void move(int most, List<KlineUpdates> batch) {
        int moved = 0;
        Iterator<Map.Entry<Pair, Waiting>> oldest = waiting.entrySet().iterator();
        while (moved < most && oldest.hasNext()) {
            Map.Entry<Pair, Waiting> next = oldest.next();
            batch.add(next.getValue().updates(next.getKey()));
            moved += next.getValue().klines.size();
            oldest.remove();
        }
        size -= moved;
    }

    @Override
    List<KlineUpdates> first(List<KlineUpdates> waited) {
        Map<Pair, Waiting> all = new LinkedHashMap<>();
        for (KlineUpdates updates : waited) {
            Waiting ofPair = all.computeIfAbsent(updates.pair(), first -> new Waiting());
            ofPair.labels = updates.labels();
            updates.klines().forEach(ofPair::add);
        }
        for (PairKline each : latest.snapshot()) {
            all.computeIfAbsent(each.pair(), first -> new Waiting()).add(each.kline());
        }
        return updates(all);
    }

    private static List<KlineUpdates> updates(Map<Pair, Waiting> ofPairs) {
        List<KlineUpdates> updates = new ArrayList<>(ofPairs.size());
        ofPairs.forEach((pair, ofPair) -> updates.add(ofPair.updates(pair)));
        return updates;
    }

    @Override
    void sent(List<KlineUpdates> elements) {
        // the latest klines are sent again after a reconnect
    }

    @Override
    void write(KlineUpdates element, RelayFrame frame, long nowMs) {
        for (Kline kline : element.klines()) {
            frame.add(element.pair(), kline, nowMs);
        }
    }

    @Override
    List<KlineUpdates> waiting() {
        return updates(waiting);
    }

    @Override
    synchronized int size() {
        return size;
    }
}
