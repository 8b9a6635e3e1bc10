package io.dexklines.relay.stream;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The klines and events that the relay holds of all streams, bounded in bytes.
 *
 * <p>Above the bound, streams without subscribers are evicted first. Among them, those of the chain
 * that takes the most memory come first, the least recently published one before the others. So a
 * chain that floods the relay evicts its own streams, not those of a chain that takes less. The
 * alerts of all users count as one chain.
 *
 * <p>Not thread-safe.
 */
final class HeldStreams {

    private static final int BYTES_PER_STREAM =
            HeapBytes.MAP_ENTRY + HeapBytes.LINKED_MAP_ENTRY + 32;

    /** The streams of one chain. Both maps have the least recently published stream first. */
    private static final class Chain {
        private final Map<String, Holding> unwatched = new LinkedHashMap<>(16, 0.75f, true);
        private final Map<String, Holding> watched = new LinkedHashMap<>(16, 0.75f, true);
        private long bytes;

        private Map<String, Holding> group(boolean isWatched) {
            return isWatched ? watched : unwatched;
        }
    }

    /** One stream. */
    private static final class Holding {
        private final HeldStream held;
        private final Chain chain;
        private boolean isWatched;

        /** What was counted last. */
        private long bytes;

        Holding(HeldStream held, Chain chain) {
            this.held = held;
            this.chain = chain;
        }
    }

    private final Predicate<String> isWatched;
    private final Map<String, Holding> streams = new HashMap<>();
    private final Map<String, Chain> chains = new HashMap<>();
    private long bytes;
    private int klineStreams;

    /**
     * @param isWatched returns whether a stream has subscribers
     */
    HeldStreams(Predicate<String> isWatched) {
        this.isWatched = isWatched;
    }

    /** Returns the klines of a stream; null if none are held. Does not count as a publication. */
    StreamKlines klines(String stream) {
        return (StreamKlines) find(stream);
    }

    /** Returns the events of a stream; null if none are held. Does not count as a publication. */
    StreamEvents events(String stream) {
        return (StreamEvents) find(stream);
    }

    /** Returns the trades of a stream; null if none are held. Does not count as a publication. */
    StreamTrades trades(String stream) {
        return (StreamTrades) find(stream);
    }

    private HeldStream find(String stream) {
        Holding holding = streams.get(stream);
        return holding == null ? null : holding.held;
    }

    /** Returns everything that is held, in no particular order. */
    Stream<HeldStream> all() {
        return streams.values().stream().map(holding -> holding.held);
    }

    /** Returns the memory that all streams take, in bytes. */
    long bytes() {
        return bytes;
    }

    /** Returns the number of streams of klines. */
    int klineStreams() {
        return klineStreams;
    }

    /** Offers a kline to its stream. Returns whether it was accepted. */
    boolean offerKline(StreamEvent kline) {
        return offer(kline.stream(), StreamKlines::new, held -> held.offer(kline));
    }

    /** Offers an event to its stream. Returns whether it was accepted. */
    boolean offerEvent(String id, StreamEvent event) {
        return offer(event.stream(), StreamEvents::new, held -> held.offer(id, event));
    }

    /** Offers a trade to its stream. Returns whether it was accepted. */
    boolean offerTrade(String id, StreamEvent trade) {
        return offer(trade.stream(), StreamTrades::new, held -> held.offer(id, trade));
    }

    private <T extends HeldStream> boolean offer(
            String stream, Function<String, T> first, Predicate<T> offer) {
        Holding holding = streams.get(stream);
        if (holding == null) {
            holding = add(first.apply(stream));
        } else {
            // makes the stream the most recent one
            holding.chain.group(holding.isWatched).get(stream);
        }
        @SuppressWarnings("unchecked")
        boolean accepted = offer.test((T) holding.held);
        resize(holding, BYTES_PER_STREAM + holding.held.heldBytes());
        return accepted;
    }

    private Holding add(HeldStream held) {
        String stream = held.stream();
        Chain chain = chains.computeIfAbsent(StreamName.chainOf(stream), name -> new Chain());
        Holding holding = new Holding(held, chain);
        holding.isWatched = isWatched.test(stream);
        streams.put(stream, holding);
        chain.group(holding.isWatched).put(stream, holding);
        klineStreams += klineStreams(held);
        return holding;
    }

    private static int klineStreams(HeldStream held) {
        return held instanceof StreamKlines ? 1 : 0;
    }

    private void resize(Holding holding, long toBytes) {
        long more = toBytes - holding.bytes;
        holding.bytes = toBytes;
        holding.chain.bytes += more;
        bytes += more;
    }

    /**
     * Evicts streams until a bound is kept. Returns how many were evicted.
     *
     * @param maxBytes the most memory that the streams take together; one stream is held even if it
     *     takes more
     */
    int evict(long maxBytes) {
        int evicted = 0;
        while (bytes > maxBytes && streams.size() > 1) {
            Chain chain = largest(false).or(() -> largest(true)).orElseThrow();
            Map<String, Holding> group = chain.group(chain.unwatched.isEmpty());
            String stream = group.keySet().iterator().next();
            Holding holding = group.remove(stream);
            streams.remove(stream);
            resize(holding, 0);
            klineStreams -= klineStreams(holding.held);
            if (chain.unwatched.isEmpty() && chain.watched.isEmpty()) {
                chains.remove(StreamName.chainOf(stream));
            }
            evicted++;
        }
        return evicted;
    }

    private Optional<Chain> largest(boolean watched) {
        return chains.values().stream()
                .filter(chain -> !chain.group(watched).isEmpty())
                .max(Comparator.comparingLong(chain -> chain.bytes));
    }

    /** Notes that the stream may have got its first subscriber or lost its last one. */
    void watchedChanged(String stream) {
        Holding holding = streams.get(stream);
        if (holding != null && holding.isWatched != isWatched.test(stream)) {
            holding.chain.group(holding.isWatched).remove(stream);
            holding.isWatched = !holding.isWatched;
            holding.chain.group(holding.isWatched).put(holding.held.stream(), holding);
        }
    }
}
