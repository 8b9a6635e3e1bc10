package io.dexklines.relay.stream;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the relay remembers of one stream of events: the newest {@value #EVENTS} of them, and the
 * ids of the newest {@value #IDS}, so that what a publisher sends again is refused.
 */
final class StreamEvents {

    static final int EVENTS = 50;

    static final int IDS = 512;

    private final Deque<StreamEvent> events = new ArrayDeque<>();
    private final Deque<String> idsInOrder = new ArrayDeque<>();
    private final Set<String> ids = new HashSet<>();

    /** Takes in the event unless its id is known; whether it did. */
    boolean offer(String id, StreamEvent event) {
        if (!ids.add(id)) {
            return false;
        }
        idsInOrder.addLast(id);
        if (idsInOrder.size() > IDS) {
            ids.remove(idsInOrder.removeFirst());
        }
        events.addLast(event);
        if (events.size() > EVENTS) {
            events.removeFirst();
        }
        return true;
    }

    /** The events that are held, the oldest first. */
    List<StreamEvent> held() {
        return List.copyOf(events);
    }
}
