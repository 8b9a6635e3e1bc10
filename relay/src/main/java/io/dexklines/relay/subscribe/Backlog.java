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
 * grows with the number of klines and not with the number of updates. Of the trades of a pair, the
 * newest {@value #MOST_TRADES} wait, and the first of them says how many were left out before it.
 */
final class Backlog {

    /** The most trades of a pair that wait. */
    static final int MOST_TRADES = 50;

    /** Memory of a waiting event besides its payload, about. */
    private static final int OVERHEAD_BYTES = 160;

    /** Emissions that are sent as one. */
    private static final class Waiting {
        private final String pair;
        private final Map<Object, StreamEvent> bySlot = new LinkedHashMap<>();

        /** How many trades were left out before the first one. */
        private long omitted;

        Waiting(String pair) {
            this.pair = pair;
        }

        /** Removes the oldest trade, which is replaced by its number. */
        StreamEvent omitFirst() {
            Iterator<StreamEvent> trades = bySlot.values().iterator();
            StreamEvent first = trades.next();
            trades.remove();
            omitted += first.omitted() + 1;
            return first;
        }

        Emission emission() {
            List<StreamEvent> events = new ArrayList<>(bySlot.values());
            if (pair != null) {
                return Emission.ofKlines(pair, events);
            }
            if (omitted > 0) {
                StreamEvent first = events.get(0);
                events.set(0, first.withOmitted(omitted + first.omitted()));
            }
            return new Emission(null, events);
        }
    }

    /** The rest of an emission of which the subscriber has received a part. Not conflated. */
    private Emission begun;

    /** By pair, by the stream of trades, or by the event itself if it is of another kind. */
    private final Map<Object, Waiting> waiting = new LinkedHashMap<>();

    private int size;
    private long bytes;

    /** Adds an emission. Returns how many waiting klines and trades it replaced. */
    int add(Emission emission) {
        String pair = emission.pair();
        boolean isTrade = pair == null && emission.events().get(0).isTrade();
        Waiting all = waiting.computeIfAbsent(key(emission), first -> new Waiting(pair));
        int before = all.bySlot.size();
        for (StreamEvent event : emission.events()) {
            StreamEvent former = all.bySlot.put(pair == null ? event : event.slot(), event);
            bytes += bytes(event) - (former == null ? 0 : bytes(former));
        }
        while (isTrade && all.bySlot.size() > MOST_TRADES) {
            bytes -= bytes(all.omitFirst());
        }
        int added = all.bySlot.size() - before;
        size += added;
        return emission.events().size() - added;
    }

    private static Object key(Emission emission) {
        if (emission.pair() != null) {
            return emission.pair();
        }
        StreamEvent message = emission.events().get(0);
        return message.isTrade() ? message.stream() : message;
    }

    /** Removes and returns the first emission; null if there is none. */
    Emission poll() {
        if (begun != null) {
            Emission rest = begun;
            begun = null;
            size -= rest.events().size();
            bytes -= bytes(rest.events());
            return rest;
        }
        Iterator<Waiting> all = waiting.values().iterator();
        if (!all.hasNext()) {
            return null;
        }
        Waiting first = all.next();
        all.remove();
        size -= first.bySlot.size();
        bytes -= bytes(first.bySlot.values());
        return first.emission();
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
