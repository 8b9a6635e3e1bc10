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
final class StreamEvents implements HeldStream {

    static final int EVENTS = 50;

    static final int IDS = 512;

    /** This object, its queue, and its set without entries. */
    private static final long BYTES =
            32 + 24 + 24 + HeapBytes.array(EVENTS + 1, HeapBytes.REFERENCE) + 16 + 56;

    private final String stream;
    private final Queue<StreamEvent> events = EvictingQueue.create(EVENTS);

    /** In order of arrival. */
    private final Set<String> ids = new LinkedHashSet<>();

    private long bytes;

    StreamEvents(String stream) {
        this.stream = stream;
        this.bytes = BYTES + HeapBytes.string(stream);
    }

    @Override
    public String stream() {
        return stream;
    }

    /** Adds the event unless its id is known. Returns whether it was added. */
    boolean offer(String id, StreamEvent event) {
        if (!ids.add(id)) {
            return false;
        }
        bytes += bytes(id);
        if (ids.size() > IDS) {
            String oldest = ids.iterator().next();
            ids.remove(oldest);
            bytes -= bytes(oldest);
        }
        if (events.size() == EVENTS) {
            bytes -= events.remove().heldBytes();
        }
        StreamEvent held = event.on(stream);
        bytes += held.heldBytes();
        events.add(held);
        return true;
    }

    private static long bytes(String id) {
        return HeapBytes.LINKED_MAP_ENTRY + HeapBytes.string(id);
    }

    /** Returns the held events, oldest first. */
    List<StreamEvent> held() {
        return events.stream().map(event -> event.on(stream)).toList();
    }

    @Override
    public long heldBytes() {
        return bytes;
    }
}
