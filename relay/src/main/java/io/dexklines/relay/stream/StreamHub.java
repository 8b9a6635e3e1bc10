package io.dexklines.relay.stream;

import io.dexklines.relay.metrics.RelayMetrics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Routes publications to the listeners that subscribe to their streams, and holds the newest klines
 * and events of every stream.
 *
 * <p>Thread-safe. Listeners are called in the order of one lock, so that a new subscriber first
 * receives what is held, then everything published later, without gaps or duplicates.
 *
 * <p>Memory is bounded: each stream by {@link StreamKlines} or {@link StreamEvents}, and the number
 * of streams by limits above which the least recently used ones are evicted.
 */
public final class StreamHub {

    /** Each stream takes at most about 60 kB. */
    private static final int MAX_HELD_EVENT_STREAMS = 2_000;

    /** A group of subscribers that one thread serves. */
    public interface Listener {

        /**
         * Runs {@code task} asynchronously on the listener's thread, after all earlier tasks. Must
         * not block, since the hub's lock is held.
         */
        void execute(Runnable task);

        /**
         * Delivers the events in their order to the subscribers of their streams. Called on the
         * listener's thread only.
         */
        void deliver(List<StreamEvent> events);
    }

    private final RelayMetrics metrics;
    private final int maxHeldStreams;

    /** Least recently used first. */
    private final Map<String, StreamKlines> klines = new LinkedHashMap<>(16, 0.75f, true);

    /** Least recently used first. */
    private final Map<String, StreamEvents> events = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<String, Map<Listener, Integer>> subscriptions = new HashMap<>();

    /** The listeners that receive all publications. */
    private final Set<Listener> followers = new LinkedHashSet<>();

    /**
     * @param maxHeldStreams the maximum number of kline streams. Each takes about 2 kB, and at most
     *     4 kB
     */
    public StreamHub(int maxHeldStreams, RelayMetrics metrics) {
        this.metrics = metrics;
        this.maxHeldStreams = maxHeldStreams;
    }

    /**
     * Accepts the publications that are new and delivers them to their listeners asynchronously.
     *
     * @param delivered runs once, on any thread, when all these listeners have processed the
     *     events. Publishers use it for flow control
     */
    public void publish(List<Publication> publications, Runnable delivered) {
        Map<Listener, List<StreamEvent>> byListener = new IdentityHashMap<>();
        synchronized (this) {
            for (Publication publication : publications) {
                accept(publication, byListener);
            }
            AtomicInteger outstanding = new AtomicInteger(byListener.size());
            byListener.forEach(
                    (listener, events) ->
                            listener.execute(
                                    () -> deliver(listener, events, outstanding, delivered)));
        }
        if (byListener.isEmpty()) {
            delivered.run();
        }
    }

    private void accept(Publication publication, Map<Listener, List<StreamEvent>> byListener) {
        String stream = publication.stream().text();
        KlineVersion version = publication.version();
        StreamEvent event = new StreamEvent(stream, publication.data(), version);
        if (version != null && !held(stream).offer(event)) {
            metrics.refusedOlder.increment();
            return;
        }
        if (publication.id() != null && !heldEvents(stream).offer(publication.id(), event)) {
            metrics.refusedKnown.increment();
            return;
        }
        metrics.published.increment();
        for (Listener follower : followers) {
            byListener.computeIfAbsent(follower, first -> new ArrayList<>()).add(event);
        }
        route(event, byListener);
        if (version != null && version.closed()) {
            route(event.on(StreamName.ofClosedOnly(stream)), byListener);
        }
    }

    private StreamKlines held(String stream) {
        StreamKlines held = klines.get(stream);
        if (held == null) {
            held = new StreamKlines();
            klines.put(stream, held);
            if (klines.size() > maxHeldStreams) {
                klines.remove(klines.keySet().iterator().next());
                metrics.streamsForgotten.increment();
            }
        }
        return held;
    }

    private StreamEvents heldEvents(String stream) {
        StreamEvents held = events.computeIfAbsent(stream, first -> new StreamEvents());
        if (events.size() > MAX_HELD_EVENT_STREAMS) {
            events.remove(events.keySet().iterator().next());
            metrics.streamsForgotten.increment();
        }
        return held;
    }

    private void route(StreamEvent event, Map<Listener, List<StreamEvent>> byListener) {
        Map<Listener, Integer> listeners = subscriptions.get(event.stream());
        if (listeners != null) {
            for (Listener listener : listeners.keySet()) {
                byListener.computeIfAbsent(listener, first -> new ArrayList<>()).add(event);
            }
        }
    }

    private static void deliver(
            Listener listener,
            List<StreamEvent> events,
            AtomicInteger outstanding,
            Runnable delivered) {
        try {
            listener.deliver(events);
        } finally {
            if (outstanding.decrementAndGet() == 0) {
                delivered.run();
            }
        }
    }

    /**
     * Adds one subscription of the listener to each of the streams.
     *
     * @param currents called on the listener's thread with the current klines and held events of
     *     the streams, before anything newer is delivered
     */
    public synchronized void subscribe(
            Listener listener,
            Collection<StreamName> streams,
            Consumer<List<StreamEvent>> currents) {
        List<StreamEvent> held = new ArrayList<>();
        for (StreamName stream : streams) {
            subscriptions
                    .computeIfAbsent(stream.text(), first -> new HashMap<>(2))
                    .merge(listener, 1, Integer::sum);
            if (stream.kind() != StreamName.Kind.KLINE) {
                StreamEvents ofStream = events.get(stream.text());
                held.addAll(ofStream == null ? List.of() : ofStream.held());
                continue;
            }
            StreamEvent current = current(stream);
            if (current != null) {
                held.add(current);
            }
        }
        metrics.subscriptions.add(streams.size());
        listener.execute(() -> currents.accept(held));
    }

    /**
     * Subscribes the listener to all streams except the derived streams of closed klines.
     *
     * @param held called on the listener's thread with all held klines and events, before anything
     *     newer is delivered
     */
    public synchronized void follow(Listener listener, Consumer<List<StreamEvent>> held) {
        followers.add(listener);
        List<StreamEvent> everything = new ArrayList<>();
        klines.values().forEach(stream -> everything.addAll(stream.recent()));
        events.values().forEach(stream -> everything.addAll(stream.held()));
        listener.execute(() -> held.accept(everything));
    }

    /** Ends {@link #follow}. */
    public synchronized void unfollow(Listener listener) {
        followers.remove(listener);
    }

    private StreamEvent current(StreamName stream) {
        StreamKlines held = klines.get(stream.ofAllVersions());
        if (held == null) {
            return null;
        }
        if (!stream.closedOnly()) {
            return held.current();
        }
        StreamEvent closed = held.newestClosed();
        return closed == null ? null : closed.on(stream.text());
    }

    /** Removes one subscription of the listener from each of the streams. */
    public synchronized void unsubscribe(Listener listener, Collection<StreamName> streams) {
        for (StreamName stream : streams) {
            subscriptions.computeIfPresent(
                    stream.text(),
                    (name, listeners) -> {
                        listeners.computeIfPresent(
                                listener, (l, count) -> count == 1 ? null : count - 1);
                        return listeners.isEmpty() ? null : listeners;
                    });
        }
        metrics.subscriptions.add(-streams.size());
    }

    /** Returns the current kline of every held stream, in no particular order. */
    public synchronized List<StreamEvent> currentKlines() {
        List<StreamEvent> currents = new ArrayList<>(klines.size());
        klines.values().forEach(held -> currents.add(held.current()));
        return currents;
    }

    /** Returns the newest few klines of a stream, ascending by open time. */
    public synchronized List<StreamEvent> recentKlines(StreamName stream) {
        StreamKlines held = klines.get(stream.ofAllVersions());
        return held == null ? List.of() : held.recent();
    }

    /** Returns the names of the held kline streams. */
    public synchronized List<String> klineStreams() {
        return List.copyOf(klines.keySet());
    }

    /** Returns the maximum number of events that the hub holds. */
    public int maxHeldEvents() {
        return maxHeldStreams * StreamKlines.EVENTS + MAX_HELD_EVENT_STREAMS * StreamEvents.EVENTS;
    }

    /** Returns the number of held kline streams. */
    public synchronized int heldStreams() {
        return klines.size();
    }
}
