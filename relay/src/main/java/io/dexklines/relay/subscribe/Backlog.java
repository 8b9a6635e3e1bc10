package io.dexklines.relay.subscribe;

import io.dexklines.relay.stream.Emission;
import io.dexklines.relay.stream.StreamEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The queue of emissions for a subscriber that does not read fast enough. The emissions of one pair
 * become one, with the newest version of each kline and in the place of the first, so the queue
 * grows with the number of klines and not with the number of updates.
 */
final class Backlog {

    /** Memory of a waiting event besides its payload, about. */
    private static final int OVERHEAD_BYTES = 160;

    private record Waiting(String pair, Map<Object, StreamEvent> bySlot) {}

    /** The rest of an emission of which the subscriber has received a part. Not conflated. */
    private Emission begun;

    /** By pair, or by the event itself if it is not a kline. */
    private final Map<Object, Waiting> waiting = new LinkedHashMap<>();

    private int size;
    private long bytes;

    /** Adds an emission. Returns how many waiting klines it replaced. */
    int add(Emission emission) {
        String pair = emission.pair();
        Waiting all =
                waiting.computeIfAbsent(
                        pair == null ? emission.events().get(0) : pair,
                        first -> new Waiting(pair, new LinkedHashMap<>()));
        int before = all.bySlot.size();
        for (StreamEvent event : emission.events()) {
            StreamEvent former = all.bySlot.put(pair == null ? event : event.slot(), event);
            bytes += bytes(event) - (former == null ? 0 : bytes(former));
        }
        int added = all.bySlot.size() - before;
        size += added;
        return emission.events().size() - added;
    }

    /** Removes and returns the first emission; null if there is none. */
    Emission poll() {
        Emission first = begun;
        begun = null;
        if (first == null) {
            Iterator<Waiting> all = waiting.values().iterator();
            if (!all.hasNext()) {
                return null;
            }
            Waiting next = all.next();
            all.remove();
            List<StreamEvent> events = new ArrayList<>(next.bySlot.values());
            first =
                    next.pair == null
                            ? new Emission(null, events)
                            : Emission.ofKlines(next.pair, events);
        }
        size -= first.events().size();
        bytes -= bytes(first.events());
        return first;
    }

    /**
     * Adds the rest of an emission of which the subscriber has received a part, to be returned
     * first. There must be no other such rest.
     */
    void putBack(Emission rest) {
        begun = rest;
        size += rest.events().size();
        bytes += bytes(rest.events());
    }

    void removeStreams(Set<String> streams) {
        for (Waiting emission : waiting.values()) {
            emission.bySlot.values().removeIf(event -> streams.contains(event.stream()));
        }
        waiting.values().removeIf(emission -> emission.bySlot.isEmpty());
        if (begun != null) {
            List<StreamEvent> others = new ArrayList<>(begun.events());
            others.removeIf(event -> streams.contains(event.stream()));
            begun = others.isEmpty() ? null : new Emission(begun.pair(), others);
        }
        size = begun == null ? 0 : begun.events().size();
        bytes = begun == null ? 0 : bytes(begun.events());
        for (Waiting emission : waiting.values()) {
            size += emission.bySlot.size();
            bytes += bytes(emission.bySlot.values());
        }
    }

    void clear() {
        begun = null;
        waiting.clear();
        size = 0;
        bytes = 0;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Returns the number of events. */
    int size() {
        return size;
    }

    /** Returns about how much memory the events need. Payloads may be shared with others. */
    long bytes() {
        return bytes;
    }

    private static long bytes(Collection<StreamEvent> events) {
        long sum = 0;
        for (StreamEvent event : events) {
            sum += bytes(event);
        }
        return sum;
    }

    private static long bytes(StreamEvent event) {
        return event.data().length + OVERHEAD_BYTES;
    }
}
