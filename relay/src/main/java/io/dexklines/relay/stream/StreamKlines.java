package io.dexklines.relay.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The klines that the relay holds for one stream: the versions of the newest {@value #VERSIONS}
 * klines, and the events of the newest {@value #EVENTS} among them.
 *
 * <p>Versions older than the held one are refused. Klines older than all held ones are passed on
 * without being stored. They are corrections or replays, whose publisher sends the versions of a
 * kline in order, and clients can compare the numbers of trades themselves.
 */
final class StreamKlines {

    /** Enough for corrections of one-second klines that arrive minutes late. */
    static final int VERSIONS = 256;

    /** The current kline and the two before it, which always include the newest closed one. */
    static final int EVENTS = 3;

    /** A held kline. The event is null if only the version is held. */
    private record Held(KlineVersion version, StreamEvent event) {}

    /** Ascending by open time. */
    private final List<Held> klines = new ArrayList<>(EVENTS + 1);

    /** Accepts the event unless a newer version is held. Returns whether it was accepted. */
    boolean offer(StreamEvent event) {
        KlineVersion version = event.version();
        int place = klines.size();
        while (place > 0 && openTimeMs(place - 1) > version.openTimeMs()) {
            place--;
        }
        boolean known = place > 0 && openTimeMs(place - 1) == version.openTimeMs();
        if (known) {
            return replace(place - 1, event);
        }
        if (place == 0 && klines.size() == VERSIONS) {
            return true;
        }
        boolean withEvent = place > klines.size() - EVENTS;
        klines.add(place, new Held(version, withEvent ? event : null));
        forgetOldest();
        return true;
    }

    private boolean replace(int index, StreamEvent event) {
        if (!event.version().supersedes(klines.get(index).version())) {
            return false;
        }
        boolean withEvent = index >= klines.size() - EVENTS;
        klines.set(index, new Held(event.version(), withEvent ? event : null));
        return true;
    }

    private void forgetOldest() {
        int newestWithout = klines.size() - EVENTS - 1;
        if (newestWithout >= 0) {
            klines.set(newestWithout, new Held(klines.get(newestWithout).version(), null));
        }
        if (klines.size() > VERSIONS) {
            klines.remove(0);
        }
    }

    /** Returns the held version of a kline; null if there is none. */
    KlineVersion version(long openTimeMs) {
        for (int index = klines.size() - 1;
                index >= 0 && openTimeMs(index) >= openTimeMs;
                index--) {
            if (openTimeMs(index) == openTimeMs) {
                return klines.get(index).version();
            }
        }
        return null;
    }

    /** Returns the number of trades of the held klines that open in {@code [fromMs, toMs)}. */
    long trades(long fromMs, long toMs) {
        long trades = 0;
        for (int index = klines.size() - 1; index >= 0 && openTimeMs(index) >= fromMs; index--) {
            if (openTimeMs(index) < toMs) {
                trades += klines.get(index).version().trades();
            }
        }
        return trades;
    }

    private long openTimeMs(int index) {
        return klines.get(index).version().openTimeMs();
    }

    /** Returns the newest version of the kline that opened last. */
    StreamEvent current() {
        return klines.get(klines.size() - 1).event();
    }

    /** Returns all held events, ascending by open time. */
    List<StreamEvent> recent() {
        return klines.stream().map(Held::event).filter(Objects::nonNull).toList();
    }

    /** Returns the newest closed kline whose event is held; null if there is none. */
    StreamEvent newestClosed() {
        for (int index = klines.size() - 1; index >= 0; index--) {
            Held held = klines.get(index);
            if (held.event() != null && held.version().closed()) {
                return held.event();
            }
        }
        return null;
    }
}
