package io.dexklines.relay.stream;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

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

    private static final int BYTES_PER_STREAM = HeapBytes.MAP_ENTRY + HeapBytes.LINKED_MAP_ENTRY;

    /** The streams of one chain. Both maps have the least recently published stream first. */
    private static final class Chain {
        private final Map<String, HeldStream> unwatched = new LinkedHashMap<>(16, 0.75f, true);
        private final Map<String, HeldStream> watched = new LinkedHashMap<>(16, 0.75f, true);
        private long bytes;

        private Map<String, HeldStream> group(boolean isWatched) {
            return isWatched ? watched : unwatched;
        }
    }

    private final long maxBytes;
    private final Predicate<String> isWatched;
    private final Map<String, HeldStream> streams = new HashMap<>();
    private final Map<String, Chain> chains = new HashMap<>();
    private long bytes;
    private int klineStreams;

    /**
     * @param maxBytes the most memory that the streams take together; one stream is held even if it
     *     takes more
     * @param isWatched returns whether a stream has subscribers
     */
    HeldStreams(long maxBytes, Predicate<String> isWatched) {
        this.maxBytes = maxBytes;
        this.isWatched = isWatched;
    }

    /** Returns the klines of a stream; null if none are held. Does not count as a publication. */
    StreamKlines klines(String stream) {
        return (StreamKlines) streams.get(stream);
    }

    /** Returns the events of a stream; null if none are held. Does not count as a publication. */
    StreamEvents events(String stream) {
        return (StreamEvents) streams.get(stream);
    }

    /** Returns everything that is held, in no particular order. */
    Collection<HeldStream> all() {
        return Collections.unmodifiableCollection(streams.values());
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

    private <T extends HeldStream> boolean offer(
            String stream, Function<String, T> first, Predicate<T> offer) {
        Chain chain = chains.computeIfAbsent(chainOf(stream), name -> new Chain());
        @SuppressWarnings("unchecked")
        T held = (T) streams.get(stream);
        if (held == null) {
            held = first.apply(stream);
            streams.put(stream, held);
            chain.group(isWatched.test(stream)).put(stream, held);
            klineStreams += klineStreams(held);
            resized(chain, BYTES_PER_STREAM + held.heldBytes());
        } else if (chain.unwatched.get(stream) == null) {
            // either call of get makes the stream the most recent one
            chain.watched.get(stream);
        }
        long before = held.heldBytes();
        boolean accepted = offer.test(held);
        resized(chain, held.heldBytes() - before);
        return accepted;
    }

    private static int klineStreams(HeldStream held) {
        return held instanceof StreamKlines ? 1 : 0;
    }

    private void resized(Chain chain, long byBytes) {
        chain.bytes += byBytes;
        bytes += byBytes;
    }

    /** Evicts streams until the bound is kept. Returns how many were evicted. */
    int evict() {
        int evicted = 0;
        while (bytes > maxBytes && streams.size() > 1) {
            Chain chain = largest(false).or(() -> largest(true)).orElseThrow();
            Map<String, HeldStream> group = chain.group(chain.unwatched.isEmpty());
            String stream = group.keySet().iterator().next();
            HeldStream held = group.remove(stream);
            streams.remove(stream);
            klineStreams -= klineStreams(held);
            resized(chain, -BYTES_PER_STREAM - held.heldBytes());
            if (chain.unwatched.isEmpty() && chain.watched.isEmpty()) {
                chains.remove(chainOf(stream));
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
        Chain chain = chains.get(chainOf(stream));
        if (chain == null) {
            return;
        }
        boolean watched = isWatched.test(stream);
        HeldStream held = chain.group(!watched).remove(stream);
        if (held != null) {
            chain.group(watched).put(held.stream(), held);
        }
    }

    private static String chainOf(String stream) {
        int end = 0;
        while (stream.charAt(end) != ':' && stream.charAt(end) != '@') {
            end++;
        }
        return stream.substring(0, end);
    }
}
