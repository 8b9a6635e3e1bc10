package io.dexklines.job.sink;

import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.trade.Pair;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The newest klines of each pair and interval, from which a relay or a cache that starts empty is
 * filled: the open klines and the last two closed ones. The number of pairs and intervals is
 * bounded, and the least recently updated ones are removed first. The content is lost when the job
 * restarts. Thread-safe.
 */
public final class LatestKlines {

    private record Series(Pair pair, Interval interval) {}

    /** The heap that the klines of a pair and interval take. */
    private static final int BYTES_PER_SERIES = 1_200;

    private static final int CLOSED_KEPT = 2;

    /** A kline stays open until the watermark passes its end, so there may be several. */
    private static final int OPEN_KEPT = 8;

    private final Map<Series, List<Kline>> klines;

    /**
     * @param seriesRemembered the most pairs and intervals
     */
    public LatestKlines(int seriesRemembered) {
        this.klines =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<Series, List<Kline>> eldest) {
                        return size() > seriesRemembered;
                    }
                };
    }

    /** Returns klines of as many pairs and intervals as fit into a number of bytes of the heap. */
    public static LatestKlines within(int bytes) {
        return new LatestKlines(bytes / BYTES_PER_SERIES);
    }

    /** Adds all klines of an update; see {@link #offer}. */
    public synchronized void offerAll(KlineUpdates updates) {
        updates.klines().forEach(kline -> offer(new PairKline(updates.pair(), kline)));
    }

    /** Adds a kline, unless a newer version of it is held. */
    public synchronized void offer(PairKline update) {
        Kline kline = update.kline();
        List<Kline> held =
                klines.computeIfAbsent(
                        new Series(update.pair(), kline.interval()), series -> new ArrayList<>(4));
        for (int i = 0; i < held.size(); i++) {
            if (held.get(i).openTimeMs() == kline.openTimeMs()) {
                if (kline.supersedes(held.get(i))) {
                    held.set(i, kline);
                    forgetOldest(held, kline.closed());
                }
                return;
            }
        }
        held.add(kline);
        forgetOldest(held, kline.closed());
    }

    /** Returns all klines, those of one pair and interval with the oldest first. */
    public synchronized List<PairKline> snapshot() {
        List<PairKline> all = new ArrayList<>(klines.size() * 2);
        klines.forEach(
                (series, held) ->
                        held.stream()
                                .sorted((a, b) -> Long.compare(a.openTimeMs(), b.openTimeMs()))
                                .forEach(kline -> all.add(new PairKline(series.pair, kline))));
        return all;
    }

    private static void forgetOldest(List<Kline> held, boolean closed) {
        int count = 0;
        int oldest = -1;
        for (int i = 0; i < held.size(); i++) {
            if (held.get(i).closed() == closed) {
                count++;
                if (oldest < 0 || held.get(i).openTimeMs() < held.get(oldest).openTimeMs()) {
                    oldest = i;
                }
            }
        }
        if (count > (closed ? CLOSED_KEPT : OPEN_KEPT)) {
            held.remove(oldest);
        }
    }
}
