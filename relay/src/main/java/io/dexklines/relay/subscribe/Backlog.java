package io.dexklines.relay.subscribe;

import io.dexklines.relay.stream.StreamEvent;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The queue of events for a subscriber that does not read fast enough. A newer version of a kline
 * replaces the queued one and keeps its place, so the queue grows with the number of klines and not
 * with the number of updates.
 */
final class Backlog {

    private final Map<Object, StreamEvent> bySlot = new LinkedHashMap<>();

    /** Adds an event. Returns whether it replaced an older version of the same kline. */
    boolean add(StreamEvent event) {
        return bySlot.put(event.slot(), event) != null;
    }

    /** Removes and returns the head of the queue; null if the queue is empty. */
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
