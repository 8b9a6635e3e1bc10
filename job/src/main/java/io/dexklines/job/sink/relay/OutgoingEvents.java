package io.dexklines.job.sink.relay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A queue of events for one relay, in their order. A full queue drops its oldest event. A new
 * connection starts with the events that were sent last, since the old connection may have lost
 * them; a relay ignores the ids that it knows.
 */
final class OutgoingEvents extends Outgoing<RelayEvent> {

    private final int capacity;
    private final int remembered;
    private final Deque<RelayEvent> waiting = new ArrayDeque<>();
    private final Deque<RelayEvent> sent = new ArrayDeque<>();

    /**
     * @param capacity the most events in the queue
     * @param remembered how many sent events are repeated on a new connection
     */
    OutgoingEvents(int capacity, int remembered) {
        this.capacity = capacity;
        this.remembered = remembered;
    }

    @Override
    void add(RelayEvent event) {
        waiting.addLast(event);
        dropBeyondCapacity();
    }

    @Override
    void addBack(List<RelayEvent> events) {
        for (int i = events.size() - 1; i >= 0; i--) {
            waiting.addFirst(events.get(i));
        }
        dropBeyondCapacity();
    }

    private void dropBeyondCapacity() {
        while (waiting.size() > capacity) {
            waiting.removeFirst();
            dropped++;
        }
    }

    @Override
    void move(int most, List<RelayEvent> batch) {
        while (batch.size() < most && !waiting.isEmpty()) {
            batch.add(waiting.removeFirst());
        }
    }

    @Override
    List<RelayEvent> first(List<RelayEvent> waited) {
        List<RelayEvent> all = new ArrayList<>(sent);
        all.addAll(waited);
        return all;
    }

    @Override
    void sent(List<RelayEvent> events) {
        for (RelayEvent event : events) {
            sent.addLast(event);
            if (sent.size() > remembered) {
                sent.removeFirst();
            }
        }
    }

    @Override
    void write(RelayEvent event, RelayFrame frame, long nowMs) {
        frame.add(event);
    }

    @Override
    List<RelayEvent> waiting() {
        return List.copyOf(waiting);
    }

    @Override
    synchronized int size() {
        return waiting.size();
    }
}
