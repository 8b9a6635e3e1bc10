package io.dexklines.relay.stream;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Values by pair, each with the memory that it takes. If one has to go for the sake of memory, it
 * is the oldest of the chain that takes the most, so that a chain that floods the relay costs the
 * others nothing.
 *
 * <p>Not thread-safe.
 */
final class ByChain<V> {

    /** An entry in both maps, and its size. */
    private static final int BYTES_PER_PAIR = 2 * HeapBytes.LINKED_MAP_ENTRY + 24;

    /** The pairs of one chain, in the order in which they were added. */
    private static final class Chain {
        private final Map<String, Long> bytesByPair = new LinkedHashMap<>();
        private long bytes;
    }

    private final Map<String, V> values = new LinkedHashMap<>();
    private final Map<String, Chain> chains = new HashMap<>();
    private long bytes;

    /** Returns the value of a pair; null if there is none. */
    V get(String pair) {
        return values.get(pair);
    }

    /**
     * Sets the value of a pair, which keeps its age.
     *
     * @param valueBytes the memory that the value takes
     */
    void put(String pair, V value, long valueBytes) {
        values.put(pair, value);
        Chain chain = chains.computeIfAbsent(StreamName.chainOf(pair), name -> new Chain());
        long now = BYTES_PER_PAIR + HeapBytes.string(pair) + valueBytes;
        Long before = chain.bytesByPair.put(pair, now);
        resize(chain, now - (before == null ? 0 : before));
    }

    /** Removes and returns the value of a pair; null if there is none. */
    V remove(String pair) {
        String name = StreamName.chainOf(pair);
        Chain chain = chains.get(name);
        Long before = chain == null ? null : chain.bytesByPair.remove(pair);
        if (before != null) {
            resize(chain, -before);
            if (chain.bytesByPair.isEmpty()) {
                chains.remove(name);
            }
        }
        return values.remove(pair);
    }

    private void resize(Chain chain, long more) {
        chain.bytes += more;
        bytes += more;
    }

    /** Returns the memory that all values take, in bytes. */
    long bytes() {
        return bytes;
    }

    /** Returns the pair that was added first; null if there is none. */
    String oldest() {
        return values.isEmpty() ? null : values.keySet().iterator().next();
    }

    /** Returns the pair that was added first on the chain that takes the most memory. */
    String oldestOfTheLargestChain() {
        Chain largest =
                chains.values().stream()
                        .max(Comparator.comparingLong(chain -> chain.bytes))
                        .orElseThrow();
        return largest.bytesByPair.keySet().iterator().next();
    }
}
