package io.dexklines.relay.subscribe;

import io.dexklines.relay.stream.StreamEvent;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What waits for a subscriber whose connection is full: in the order of arrival, but of each kline
 * only the newest version, in the place of the first. So it grows with the klines that a slow
 * subscriber misses and not with the time it is slow.
 */
final class Backlog {

    private final Map<Object, StreamEvent> bySlot = new LinkedHashMap<>();

    /** Adds the event; whether it took the place of an older version. */
    boolean add(StreamEvent event) {
        return bySlot.put(event.slot(), event) != null;
    }

    /** Takes out the one that has waited longest; null if there is none. */
    StreamEvent poll() {
        Iterator<StreamEvent> events = bySlot.values().iterator();
        if (!events.hasNext()) {
            return null;
        }
        StreamEvent first = events.next();
        events.remove();
        return first;
    }

    void removeStreams(Set<String> streams) {
        bySlot.values().removeIf(event -> streams.contains(event.stream()));
    }

    void clear() {
        bySlot.clear();
    }

    boolean isEmpty() {
        return bySlot.isEmpty();
    }

    int size() {
        return bySlot.size();
    }
}
