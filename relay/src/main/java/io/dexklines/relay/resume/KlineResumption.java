package io.dexklines.relay.resume;

import io.dexklines.kline.CacheRetention;
import io.dexklines.kline.Interval;
import io.dexklines.relay.history.KlineSeries;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.history.StoreUnavailableException;
import io.dexklines.relay.stream.Held;
import io.dexklines.relay.stream.KlineVersion;
import io.dexklines.relay.stream.StreamEvent;
import io.dexklines.relay.stream.StreamName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The klines of a stream from an open time on, each in its newest version.
 *
 * <p>The relay knows which versions of the newest klines it has published. The stores are read
 * until they have these versions, or later ones, of all klines that are not buffered.
 */
final class KlineResumption extends Resumption {

    /** The most klines from the past, unless the cache keeps more. */
    static final int DEPTH = CacheRetention.NEWEST_KLINES;

    /** The newest stored klines of which older versions may still come from a publisher. */
    private static final int REMEMBERED = 64;

    /** After this time after its end, a kline is closed, even if its store does not know. */
    private static final long SURELY_CLOSED_MS = 120_000;

    private final long fromMs;
    private final KlineSeries series;

    /** The versions that were published before the subscription began, by open time. */
    private final Map<Long, KlineVersion> published = new HashMap<>();

    /** The newest buffered version of each kline. */
    private final TreeMap<Long, StreamEvent> buffered = new TreeMap<>();

    /** The versions that the client got from the stores, of which live ones may be older. */
    private final Map<Long, KlineVersion> stored = new LinkedHashMap<>();

    KlineResumption(StreamName stream, long fromMs) {
        super(stream);
        this.fromMs = fromMs;
        String pair = stream.pair();
        int colon = pair.indexOf(':');
        this.series =
                new KlineSeries(
                        pair.substring(0, colon),
                        pair.substring(colon + 1),
                        Interval.ofCode(stream.interval()));
    }

    @Override
    public void begin(Held held) {
        int last = held.events().size() - 1;
        for (int index = 0; index <= last; index++) {
            StreamEvent event = held.events().get(index);
            // every subscriber gets the current kline
            if (event.version().openTimeMs() >= fromMs || index == last) {
                buffer(event);
            }
        }
        for (KlineVersion version : held.versions()) {
            if (version.openTimeMs() >= fromMs) {
                published.put(version.openTimeMs(), version);
            }
        }
    }

    @Override
    void buffer(StreamEvent live) {
        // a relay publishes the versions of a kline in their order
        buffered.put(live.version().openTimeMs(), live);
    }

    @Override
    public Query query(long askedMs) {
        long fromSeconds = -Math.floorDiv(-fromMs, 1_000L);
        // not changed any more until the answer is there
        Map<Long, KlineVersion> known = Map.copyOf(published);
        return (past, cancellation) -> {
            try {
                int depth = past.depth(series.interval());
                List<PastKline> klines =
                        past.klines().newest(series, fromSeconds, depth + 1, cancellation);
                // here, since it takes time that an event loop does not have
                List<StreamEvent> messages = new ArrayList<>(klines.size());
                for (PastKline kline : klines) {
                    KlineVersion version = version(kline, known, askedMs);
                    messages.add(
                            KlineMessage.of(stream(), series.interval(), kline, version, askedMs));
                }
                return nowMs -> accept(messages, depth, nowMs);
            } catch (StoreUnavailableException e) {
                return nowMs -> {
                    throw ResumeException.unavailable(e.getMessage());
                };
            }
        };
    }

    private List<StreamEvent> accept(List<StreamEvent> klines, int depth, long nowMs)
            throws ResumeException {
        if (klines.size() > depth) {
            StreamEvent first = klines.get(klines.size() - depth);
            throw ResumeException.tooOld(first.version().openTimeMs());
        }
        if (lacksPublished(klines)) {
            behind(nowMs);
            return List.of();
        }
        List<StreamEvent> sent = new ArrayList<>();
        for (StreamEvent kline : klines) {
            KlineVersion version = kline.version();
            StreamEvent live = buffered.get(version.openTimeMs());
            boolean isBuffered = live != null && !version.isNewerThan(live.version());
            if (!isBuffered && (version.closed() || !stream().closedOnly())) {
                buffered.remove(version.openTimeMs());
                stored.put(version.openTimeMs(), version);
                sent.add(kline);
            }
        }
        while (stored.size() > REMEMBERED) {
            stored.remove(stored.keySet().iterator().next());
        }
        published.clear();
        completed();
        return sent;
    }

    /** Returns whether a version that was published is neither stored nor buffered. */
    private boolean lacksPublished(List<StreamEvent> klines) {
        Map<Long, Long> trades = new HashMap<>();
        klines.forEach(kline -> trades.put(kline.version().openTimeMs(), kline.version().trades()));
        buffered.forEach(
                (openTimeMs, live) -> trades.merge(openTimeMs, live.version().trades(), Math::max));
        return published.values().stream()
                .anyMatch(
                        version ->
                                trades.getOrDefault(version.openTimeMs(), 0L) < version.trades());
    }

    private KlineVersion version(PastKline kline, Map<Long, KlineVersion> known, long nowMs) {
        long openTimeMs = kline.openTime() * 1_000;
        KlineVersion held = known.get(openTimeMs);
        boolean closed =
                Boolean.TRUE.equals(kline.closed())
                        || held != null && held.closed() && held.trades() == kline.trades()
                        || kline.closed() == null
                                && series.interval().closeTimeMs(openTimeMs) + SURELY_CLOSED_MS
                                        < nowMs;
        return new KlineVersion(openTimeMs, kline.trades(), closed, 0);
    }

    @Override
    List<StreamEvent> buffered() {
        List<StreamEvent> all = new ArrayList<>(buffered.values());
        buffered.clear();
        return all;
    }

    @Override
    boolean isNew(StreamEvent live) {
        KlineVersion known = stored.get(live.version().openTimeMs());
        if (known == null) {
            return true;
        }
        if (!live.version().isNewerThan(known)) {
            return false;
        }
        // from now on the relay itself refuses older versions
        stored.remove(live.version().openTimeMs());
        return true;
    }
}
