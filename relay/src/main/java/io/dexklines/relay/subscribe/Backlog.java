package io.dexklines.relay.subscribe;

import io.dexklines.relay.stream.Emission;
import io.dexklines.relay.stream.StreamEvent;
import java.util.ArrayList;
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

    private record Waiting(String pair, Map<Object, StreamEvent> bySlot) {}

    /** The rest of an emission of which the subscriber has received a part. Not conflated. */
    private Emission begun;

    /** By pair, or by the event itself if it is not a kline. */
    private final Map<Object, Waiting> waiting = new LinkedHashMap<>();

    private int size;

    /** Adds an emission. Returns how many waiting klines it replaced. */
    int add(Emission emission) {
        String pair = emission.pair();
        Waiting all =
                waiting.computeIfAbsent(
                        pair == null ? emission.events().get(0) : pair,
                        first -> new Waiting(pair, new LinkedHashMap<>()));
        int before = all.bySlot.size();
        for (StreamEvent event : emission.events()) {
            all.bySlot.put(pair == null ? event : event.slot(), event);
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
        return first;
    }

    /**
     * Adds the rest of an emission of which the subscriber has received a part, to be returned
     * first. There must be no other such rest.
     */
    void putBack(Emission rest) {
        begun = rest;
        size += rest.events().size();
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
        for (Waiting emission : waiting.values()) {
            size += emission.bySlot.size();
        }
    }

    void clear() {
        begun = null;
        waiting.clear();
        size = 0;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Returns the number of events. */
    int size() {
        return size;
    }
}
