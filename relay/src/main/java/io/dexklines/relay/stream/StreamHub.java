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
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Routes publications to the listeners that subscribe to their streams, and holds the newest klines
 * and events of every stream.
 *
 * <p>Thread-safe. Listeners are called in the order of one lock, so that a new subscriber first
 * receives what is held, then everything published later, without gaps or duplicates.
 *
 * <p>The memory of what is held is bounded in bytes, see {@link HeldStreams}. Klines that wait for
 * others, see {@link EmissionGate}, take at most an eighth of it, and pairs that waited in vain a
 * thirty-second. The newest trades of pairs take at most an eighth, so they evict no klines.
 */
public final class StreamHub {

    private static final int MOST_HELD_EVENTS = 1_000_000_000;

    /** The part of the memory that withheld klines may take: one in this many bytes. */
    static final int WITHHELD_SHARE = 8;

    /** The part of the memory to remember pairs that were withheld in vain. */
    static final int CONTRADICTING_SHARE = 32;

    /** The part of the memory that the newest trades of pairs may take. */
    static final int TRADES_SHARE = 8;

    /** The most memory that subscriptions take, as a part of that for held klines and events. */
    private static final double SUBSCRIPTIONS_SHARE = 0.375;

    /** How many streams a subscriber may have while subscriptions take more than half of theirs. */
    public static final int FEW_STREAMS = 16;

    /** The parsed name of a stream and its entries at the subscriber and at its event loop. */
    private static final int BYTES_PER_SUBSCRIPTION = 130;

    /** The maps of the subscribers of one stream, here and at an event loop. */
    private static final int BYTES_PER_SUBSCRIBED_STREAM = 352;

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
         *
         * @param done to be run once, on the listener's thread, when all events are written or
         *     queued
         */
        void deliver(List<Emission> emissions, Runnable done);
    }

    private final RelayMetrics metrics;
    private final long maxHeldBytes;
    private final HeldStreams held;
    private final HeldStreams trades;
    private final EmissionGate gate;

    private final Map<String, Map<Listener, Integer>> subscriptions = new HashMap<>();
    private long subscriptionBytes;

    /** The listeners that receive all publications. */
    private final Set<Listener> followers = new LinkedHashSet<>();

    /**
     * @param maxHeldBytes the most memory that the held klines and events take, including klines
     *     that wait for others. A stream takes 1 kB for its newest kline, and at most 9 kB with the
     *     versions of 256 klines. Subscriptions take up to three eighths of that besides
     */
    public StreamHub(long maxHeldBytes, RelayMetrics metrics) {
        this(maxHeldBytes, metrics, System::nanoTime);
    }

    StreamHub(long maxHeldBytes, RelayMetrics metrics, LongSupplier nanoTime) {
        this.metrics = metrics;
        this.maxHeldBytes = maxHeldBytes;
        this.held = new HeldStreams(this::isWatched);
        this.trades = new HeldStreams(this::isWatched);
        this.gate =
                new EmissionGate(
                        held::klines,
                        maxHeldBytes / WITHHELD_SHARE,
                        maxHeldBytes / CONTRADICTING_SHARE,
                        nanoTime);
    }

    private boolean isWatched(String stream) {
        return subscriptions.containsKey(stream)
                || subscriptions.containsKey(StreamName.ofClosedOnly(stream));
    }

    /**
     * Accepts the publications that are new and delivers them to their listeners asynchronously.
     *
     * @param emissions lists of klines of one pair that changed together, or of one message of
     *     another kind
     * @param delivered runs once, on any thread, when all these listeners have processed the
     *     events. Publishers use it for flow control
     */
    public void publish(List<List<Publication>> emissions, Runnable delivered) {
        Map<Listener, List<Emission>> byListener = new IdentityHashMap<>();
        synchronized (this) {
            long before = heldBytes();
            for (List<Publication> emission : emissions) {
                accept(emission, byListener);
            }
            acceptOverdue(byListener);
            // not counted as forgotten: a pair that trades again has its newest trades again
            trades.evict(maxHeldBytes / TRADES_SHARE);
            metrics.streamsForgotten.add(held.evict(maxHeldBytes - gate.bytes() - trades.bytes()));
            metrics.heldBytes.add(heldBytes() - before);
            AtomicInteger outstanding = new AtomicInteger(byListener.size());
            Runnable done =
                    () -> {
                        if (outstanding.decrementAndGet() == 0) {
                            delivered.run();
                        }
                    };
            byListener.forEach(
                    (listener, events) -> listener.execute(() -> listener.deliver(events, done)));
        }
        if (byListener.isEmpty()) {
            delivered.run();
        }
    }

    /** Publishes the klines that must not be withheld any longer. Call it every second or so. */
    public void publishOverdue() {
        publish(List.of(), () -> {});
    }

    private void accept(List<Publication> emission, Map<Listener, List<Emission>> byListener) {
        if (emission.get(0).version() == null) {
            emission.forEach(message -> acceptMessage(message, byListener));
            return;
        }
        List<Publication> admitted = gate.admit(emission);
        if (admitted.isEmpty()) {
            metrics.withheld.add(emission.size());
        } else {
            acceptKlines(admitted, byListener);
        }
    }

    private void acceptOverdue(Map<Listener, List<Emission>> byListener) {
        List<Publication> overdue = gate.takeOverdue();
        while (!overdue.isEmpty()) {
            acceptKlines(overdue, byListener);
            overdue = gate.takeOverdue();
        }
    }

    private void acceptMessage(Publication publication, Map<Listener, List<Emission>> byListener) {
        String stream = publication.stream().text();
        StreamEvent event =
                new StreamEvent(
                        stream,
                        publication.data(),
                        null,
                        publication.time(),
                        publication.id() == null
                                ? null
                                : new EventKey(publication.id(), publication.eventId()));
        if (publication.id() != null && !offer(publication, event)) {
            metrics.refusedKnown.increment();
            return;
        }
        metrics.published.increment();
        route(null, List.of(event), byListener);
    }

    private boolean offer(Publication publication, StreamEvent event) {
        return publication.stream().kind() == StreamName.Kind.TRADE
                ? trades.offerTrade(publication.id(), event)
                : held.offerEvent(publication.id(), event);
    }

    /** Accepts those of a pair's klines of which no newer version is held. */
    private void acceptKlines(List<Publication> klines, Map<Listener, List<Emission>> byListener) {
        List<StreamEvent> accepted = new ArrayList<>(klines.size());
        for (Publication kline : klines) {
            String stream = kline.stream().text();
            StreamEvent event =
                    new StreamEvent(stream, kline.data(), kline.version(), kline.time());
            if (held.offerKline(event)) {
                metrics.published.increment();
                accepted.add(event);
            } else {
                metrics.refusedOlder.increment();
            }
        }
        if (!accepted.isEmpty()) {
            String pair = klines.get(0).stream().pair();
            route(pair, Emission.ofKlines(pair, accepted).events(), byListener);
        }
    }

    /** Adds to each listener's emissions what it receives of these events. */
    private void route(
            String pair, List<StreamEvent> events, Map<Listener, List<Emission>> byListener) {
        Map<Listener, List<StreamEvent>> received = new IdentityHashMap<>();
        for (StreamEvent event : events) {
            route(event, received);
            if (event.version() != null && event.version().closed()) {
                route(event.on(StreamName.ofClosedOnly(event.stream())), received);
            }
        }
        received.forEach(
                (listener, some) ->
                        byListener
                                .computeIfAbsent(listener, first -> new ArrayList<>())
                                .add(new Emission(pair, some)));
        if (!followers.isEmpty()) {
            Emission all = new Emission(pair, events);
            for (Listener follower : followers) {
                byListener.computeIfAbsent(follower, first -> new ArrayList<>()).add(all);
            }
        }
    }

    private void route(StreamEvent event, Map<Listener, List<StreamEvent>> received) {
        Map<Listener, Integer> listeners = subscriptions.get(event.stream());
        if (listeners != null) {
            for (Listener listener : listeners.keySet()) {
                received.computeIfAbsent(listener, first -> new ArrayList<>()).add(event);
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
            Listener listener, Collection<StreamName> streams, Consumer<List<Emission>> currents) {
        List<Emission> messages = new ArrayList<>();
        Map<String, List<StreamEvent>> klinesByPair = new LinkedHashMap<>();
        for (StreamName stream : streams) {
            addSubscription(listener, stream);
            if (stream.kind() != StreamName.Kind.KLINE) {
                heldMessages(stream).forEach(event -> messages.add(Emission.of(event)));
                continue;
            }
            StreamEvent current = current(stream);
            if (current != null) {
                klinesByPair
                        .computeIfAbsent(stream.pair(), first -> new ArrayList<>())
                        .add(current);
            }
        }
        metrics.subscriptions.add(streams.size());
        List<Emission> current = emissions(klinesByPair, messages);
        listener.execute(() -> currents.accept(current));
    }

    private void watchedChanged(StreamName stream) {
        (stream.kind() == StreamName.Kind.TRADE ? trades : held)
                .watchedChanged(stream.ofAllVersions());
    }

    /** Returns the held messages of a stream that carries no klines, oldest first. */
    private List<StreamEvent> heldMessages(StreamName stream) {
        if (stream.kind() == StreamName.Kind.TRADE) {
            StreamTrades ofStream = trades.trades(stream.text());
            return ofStream == null ? List.of() : ofStream.held();
        }
        StreamEvents ofStream = held.events(stream.text());
        return ofStream == null ? List.of() : ofStream.held();
    }

    private void addSubscription(Listener listener, StreamName stream) {
        subscriptionBytes += bytesOfSubscription(stream);
        subscriptions
                .computeIfAbsent(stream.text(), this::firstSubscription)
                .merge(listener, 1, Integer::sum);
        watchedChanged(stream);
    }

    /**
     * Adds one subscription of the listener to each of the streams, which is to follow what stores
     * hold.
     *
     * @param begun called on the listener's thread with what is held of each stream, before
     *     anything newer is delivered
     */
    public synchronized void resume(
            Listener listener,
            Collection<StreamName> streams,
            Consumer<Map<StreamName, Held>> begun) {
        Map<StreamName, Held> heldOf = new LinkedHashMap<>();
        for (StreamName stream : streams) {
            addSubscription(listener, stream);
            heldOf.put(stream, heldOf(stream));
        }
        metrics.subscriptions.add(streams.size());
        listener.execute(() -> begun.accept(heldOf));
    }

    private Held heldOf(StreamName stream) {
        if (stream.kind() != StreamName.Kind.KLINE) {
            return new Held(heldMessages(stream), List.of());
        }
        StreamKlines klines = held.klines(stream.ofAllVersions());
        if (klines == null) {
            return Held.NOTHING;
        }
        if (!stream.closedOnly()) {
            return new Held(klines.recent(), klines.versions());
        }
        return new Held(
                klines.recent().stream()
                        .filter(event -> event.version().closed())
                        .map(event -> event.on(stream.text()))
                        .toList(),
                klines.versions().stream().filter(KlineVersion::closed).toList());
    }

    /**
     * Subscribes the listener to all streams except the derived streams of closed klines.
     *
     * @param everything called on the listener's thread with all held klines and events, before
     *     anything newer is delivered
     */
    public synchronized void follow(Listener listener, Consumer<List<Emission>> everything) {
        followers.add(listener);
        Map<String, List<StreamEvent>> klinesByPair = new LinkedHashMap<>();
        List<Emission> messages = new ArrayList<>();
        for (HeldStream stream : held.all().toList()) {
            if (stream instanceof StreamKlines klines) {
                klinesByPair
                        .computeIfAbsent(klines.pair(), first -> new ArrayList<>())
                        .addAll(klines.recent());
            } else if (stream instanceof StreamEvents events) {
                events.held().forEach(event -> messages.add(Emission.of(event)));
            }
        }
        for (HeldStream stream : trades.all().toList()) {
            ((StreamTrades) stream).held().forEach(trade -> messages.add(Emission.of(trade)));
        }
        List<Emission> all = emissions(klinesByPair, messages);
        listener.execute(() -> everything.accept(all));
    }

    private static List<Emission> emissions(
            Map<String, List<StreamEvent>> klinesByPair, List<Emission> messages) {
        List<Emission> all = new ArrayList<>(klinesByPair.size() + messages.size());
        klinesByPair.forEach((pair, ofPair) -> all.add(Emission.ofKlines(pair, ofPair)));
        all.addAll(messages);
        return all;
    }

    /** Ends {@link #follow}. */
    public synchronized void unfollow(Listener listener) {
        followers.remove(listener);
    }

    private StreamEvent current(StreamName stream) {
        StreamKlines klines = held.klines(stream.ofAllVersions());
        if (klines == null) {
            return null;
        }
        if (!stream.closedOnly()) {
            return klines.current();
        }
        StreamEvent closed = klines.newestClosed();
        return closed == null ? null : closed.on(stream.text());
    }

    private Map<Listener, Integer> firstSubscription(String stream) {
        subscriptionBytes += BYTES_PER_SUBSCRIBED_STREAM;
        return new HashMap<>(2);
    }

    private Map<Listener, Integer> lastSubscription() {
        subscriptionBytes -= BYTES_PER_SUBSCRIBED_STREAM;
        return null;
    }

    private static long bytesOfSubscription(StreamName stream) {
        return BYTES_PER_SUBSCRIPTION + HeapBytes.string(stream.text());
    }

    /**
     * Returns whether there is memory for further subscriptions of a subscriber. Those with few
     * streams may use all of it and others half of it, so that a crowd which subscribes to whatever
     * there may be leaves room for others.
     *
     * @param total how many subscriptions the subscriber then has
     */
    public synchronized boolean hasRoomFor(Collection<StreamName> streams, int total) {
        double most = maxHeldBytes * SUBSCRIPTIONS_SHARE * (total > FEW_STREAMS ? 0.5 : 1);
        long bytes = subscriptionBytes;
        for (StreamName stream : streams) {
            bytes += bytesOfSubscription(stream);
            bytes += subscriptions.containsKey(stream.text()) ? 0 : BYTES_PER_SUBSCRIBED_STREAM;
        }
        return bytes <= most;
    }

    /** Returns the memory that all subscriptions take, in bytes. */
    synchronized long subscriptionBytes() {
        return subscriptionBytes;
    }

    /** Removes one subscription of the listener from each of the streams. */
    public synchronized void unsubscribe(Listener listener, Collection<StreamName> streams) {
        for (StreamName stream : streams) {
            subscriptionBytes -= bytesOfSubscription(stream);
            subscriptions.computeIfPresent(
                    stream.text(),
                    (name, listeners) -> {
                        listeners.computeIfPresent(
                                listener, (l, count) -> count == 1 ? null : count - 1);
                        return listeners.isEmpty() ? lastSubscription() : listeners;
                    });
            watchedChanged(stream);
        }
        metrics.subscriptions.add(-streams.size());
    }

    /** Returns the current kline of every held stream, in no particular order. */
    public synchronized List<StreamEvent> currentKlines() {
        return heldKlines().map(StreamKlines::current).toList();
    }

    private Stream<StreamKlines> heldKlines() {
        return held.all().filter(StreamKlines.class::isInstance).map(StreamKlines.class::cast);
    }

    /** Returns the newest few klines of a stream, ascending by open time. */
    public synchronized List<StreamEvent> recentKlines(StreamName stream) {
        StreamKlines klines = held.klines(stream.ofAllVersions());
        return klines == null ? List.of() : klines.recent();
    }

    /** Returns the names of the held kline streams, in no particular order. */
    synchronized List<String> klineStreams() {
        return heldKlines().map(StreamKlines::stream).toList();
    }

    /**
     * Returns the pairs of the held kline streams as {@code {chain_id}:{pair_addr}}, each with the
     * open time of its newest kline in epoch milliseconds.
     */
    public synchronized Map<String, Long> newestOpenTimesMs() {
        Map<String, Long> newest = new HashMap<>();
        heldKlines()
                .forEach(
                        klines ->
                                newest.merge(klines.pair(), klines.newestOpenTimeMs(), Math::max));
        return newest;
    }

    /** Returns the maximum number of events that the hub holds. */
    public int maxHeldEvents() {
        return (int) Math.min(maxHeldBytes / StreamEvent.MIN_HELD_BYTES, MOST_HELD_EVENTS);
    }

    /** Returns the number of held kline streams. */
    public synchronized int heldStreams() {
        return held.klineStreams();
    }

    /** Returns the memory that the held and withheld klines and events take, in bytes. */
    public synchronized long heldBytes() {
        return held.bytes() + trades.bytes() + gate.bytes();
    }

    /** Returns the memory of klines that wait, and of pairs that waited in vain, in bytes. */
    synchronized long withheldBytes() {
        return gate.bytes();
    }
}
