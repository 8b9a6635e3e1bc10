package io.dexklines.relay.stream;

import com.google.common.collect.EvictingQueue;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/**
 * The events that the relay holds for one stream: the newest {@value #EVENTS}, and the ids of the
 * newest {@value #IDS}, so that redelivered events are refused.
 */
final class StreamEvents {

    static final int EVENTS = 50;

    static final int IDS = 512;

    private final Queue<StreamEvent> events = EvictingQueue.create(EVENTS);

    /** In order of arrival. */
    private final Set<String> ids = new LinkedHashSet<>();

    /** Adds the event unless its id is known. Returns whether it was added. */
    boolean offer(String id, StreamEvent event) {
        if (!ids.add(id)) {
            return false;
        }
        if (ids.size() > IDS) {
            ids.remove(ids.iterator().next());
        }
        events.add(event);
        return true;
    }

    /** Returns the held events, oldest first. */
    List<StreamEvent> held() {
        return List.copyOf(events);
    }
}
