package io.dexklines.relay.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What the relay remembers of one kline stream: the versions of its newest {@value #VERSIONS}
 * klines, and the events of the newest {@value #EVENTS} among them.
 *
 * <p>A version older than the held one is refused. A kline older than all that are held passes
 * without being remembered: it is a correction or a replay of the past, its publisher sends the
 * versions of one kline in their order, and its number of trades tells a client the same.
 */
final class StreamKlines {

    /** With klines of one second, enough for corrections that arrive minutes late. */
    static final int VERSIONS = 256;

    /** The current kline and two before it: the newest closed one is always among them. */
    static final int EVENTS = 3;

    /** The event is null when only the version is still held. */
    private record Held(KlineVersion version, StreamEvent event) {}

    /** In the order of their open times. */
    private final List<Held> klines = new ArrayList<>(EVENTS + 1);

    /** Takes in {@code event} unless something newer is held; whether it did. */
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

    private long openTimeMs(int index) {
        return klines.get(index).version().openTimeMs();
    }

    /** The kline that opened last, in its newest version. */
    StreamEvent current() {
        return klines.get(klines.size() - 1).event();
    }

    /** All events held, in the order of their open times. */
    List<StreamEvent> recent() {
        return klines.stream().map(Held::event).filter(Objects::nonNull).toList();
    }

    /** Of the klines whose events are held, the closed one that opened last; null without one. */
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
