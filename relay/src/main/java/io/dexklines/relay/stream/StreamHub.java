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
 * Where publishers and subscribers meet: holds the newest klines and events of every stream and
 * knows which lanes want which streams.
 *
 * <p>Safe for use by any thread. Everything that a lane is told is told under one lock, in one
 * order: a subscriber that is handed what is held misses nothing published later and sees nothing
 * published earlier.
 *
 * <p>Memory is bounded: per stream by {@link StreamKlines} and {@link StreamEvents}, and the
 * streams by maxima above which those that have been quiet for the longest are forgotten, versions
 * included.
 */
public final class StreamHub {

    /** Each takes about 60 kB at most: of its events, and of the ids of many more. */
    private static final int MAX_HELD_EVENT_STREAMS = 2_000;

    private final RelayMetrics metrics;
    private final int maxHeldStreams;

    /** In the order of their last use, the quietest first. */
    private final Map<String, StreamKlines> klines = new LinkedHashMap<>(16, 0.75f, true);

    /** In the order of their last use as well. */
    private final Map<String, StreamEvents> events = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<String, Map<Lane, Integer>> subscriptions = new HashMap<>();

    /** The lanes that want whatever is published. */
    private final Set<Lane> followers = new LinkedHashSet<>();

    /**
     * @param maxHeldStreams how many kline streams are held at most; each takes about 2 kB, 4 kB at
     *     most
     */
    public StreamHub(int maxHeldStreams, RelayMetrics metrics) {
        this.metrics = metrics;
        this.maxHeldStreams = maxHeldStreams;
    }

    /**
     * Takes in what is new and hands it to the lanes that want it.
     *
     * @param delivered run once, on any thread, when every such lane has dealt with it: a publisher
     *     that waits for it never gets further ahead of the lanes than it wants to
     */
    public void publish(List<Publication> publications, Runnable delivered) {
        Map<Lane, List<StreamEvent>> byLane = new IdentityHashMap<>();
        synchronized (this) {
            for (Publication publication : publications) {
                accept(publication, byLane);
            }
            AtomicInteger outstanding = new AtomicInteger(byLane.size());
            byLane.forEach(
                    (lane, events) ->
                            lane.execute(() -> deliver(lane, events, outstanding, delivered)));
        }
        if (byLane.isEmpty()) {
            delivered.run();
        }
    }

    private void accept(Publication publication, Map<Lane, List<StreamEvent>> byLane) {
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
        for (Lane follower : followers) {
            byLane.computeIfAbsent(follower, first -> new ArrayList<>()).add(event);
        }
        route(event, byLane);
        if (version != null && version.closed()) {
            route(event.on(StreamName.ofClosedOnly(stream)), byLane);
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

    private void route(StreamEvent event, Map<Lane, List<StreamEvent>> byLane) {
        Map<Lane, Integer> lanes = subscriptions.get(event.stream());
        if (lanes != null) {
            for (Lane lane : lanes.keySet()) {
                byLane.computeIfAbsent(lane, first -> new ArrayList<>()).add(event);
            }
        }
    }

    private static void deliver(
            Lane lane, List<StreamEvent> events, AtomicInteger outstanding, Runnable delivered) {
        try {
            lane.deliver(events);
        } finally {
            if (outstanding.decrementAndGet() == 0) {
                delivered.run();
            }
        }
    }

    /**
     * Counts one subscription of the lane to each of the streams.
     *
     * @param currents called on the lane with the current kline of each stream that has one, and
     *     the events held of each stream of events: what the lane is handed from then on is newer
     */
    public synchronized void subscribe(
            Lane lane, Collection<StreamName> streams, Consumer<List<StreamEvent>> currents) {
        List<StreamEvent> held = new ArrayList<>();
        for (StreamName stream : streams) {
            subscriptions
                    .computeIfAbsent(stream.text(), first -> new HashMap<>(2))
                    .merge(lane, 1, Integer::sum);
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
        lane.execute(() -> currents.accept(held));
    }

    /**
     * Hands the lane everything that is published from now on, once, on the streams it was
     * published on.
     *
     * @param held called on the lane with all that is held: what it is handed from then on is newer
     */
    public synchronized void follow(Lane lane, Consumer<List<StreamEvent>> held) {
        followers.add(lane);
        List<StreamEvent> everything = new ArrayList<>();
        klines.values().forEach(stream -> everything.addAll(stream.recent()));
        events.values().forEach(stream -> everything.addAll(stream.held()));
        lane.execute(() -> held.accept(everything));
    }

    /** Ends {@link #follow}. */
    public synchronized void unfollow(Lane lane) {
        followers.remove(lane);
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

    /** Takes back one subscription of the lane to each of the streams. */
    public synchronized void unsubscribe(Lane lane, Collection<StreamName> streams) {
        for (StreamName stream : streams) {
            subscriptions.computeIfPresent(
                    stream.text(),
                    (name, lanes) -> {
                        lanes.computeIfPresent(lane, (l, count) -> count == 1 ? null : count - 1);
                        return lanes.isEmpty() ? null : lanes;
                    });
        }
        metrics.subscriptions.add(-streams.size());
    }

    /** The current kline of every stream held, in no particular order. */
    public synchronized List<StreamEvent> currentKlines() {
        List<StreamEvent> currents = new ArrayList<>(klines.size());
        klines.values().forEach(held -> currents.add(held.current()));
        return currents;
    }

    /** The newest klines of a stream, a few at most, in the order of their open times. */
    public synchronized List<StreamEvent> recentKlines(StreamName stream) {
        StreamKlines held = klines.get(stream.ofAllVersions());
        return held == null ? List.of() : held.recent();
    }

    /** The names of the kline streams that are held. */
    public synchronized List<String> klineStreams() {
        return List.copyOf(klines.keySet());
    }

    /** How many events can be held over all. */
    public int maxHeldEvents() {
        return maxHeldStreams * StreamKlines.EVENTS + MAX_HELD_EVENT_STREAMS * StreamEvents.EVENTS;
    }

    /** How many kline streams are held. */
    public synchronized int heldStreams() {
        return klines.size();
    }
}
