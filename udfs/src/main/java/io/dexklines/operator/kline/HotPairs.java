package io.dexklines.operator.kline;

import io.dexklines.kline.PairKlines;
import io.dexklines.trade.Pair;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.streaming.api.operators.KeyContext;

/**
 * The klines of pairs in keyed state, with a bounded cache of the pairs that traded last.
 *
 * <p>A state backend such as RocksDB decodes a pair whenever it is read and encodes it whenever it
 * is written. The cache holds pairs decoded, and writes a pair that changed when it leaves the
 * cache and in {@link #writeBack}. Between two calls of {@link #writeBack}, keyed state is
 * incomplete. Nothing else may read or write it.
 *
 * <p>The pair that is passed to a method must be the current key. Not thread-safe.
 */
final class HotPairs {

    /** Prepares a pair that changed for leaving the cache, and stores it by {@link #update}. */
    interface Eviction {

        /**
         * @param key the pair, which is the current key
         * @param klines its klines, which the cache no longer holds
         */
        void evict(Pair key, PairKlines klines) throws Exception;
    }

    private static final class Entry {
        PairKlines klines;
        boolean unwritten;
    }

    private final ValueState<PairKlines> state;
    private final int maxPairs;
    private final KeyContext keys;
    private final Eviction eviction;

    /** The least recently used pair comes first. */
    private final Map<Pair, Entry> cached = new LinkedHashMap<>(16, 0.75f, true);

    /** The pair of the last lookup, which is often looked up again. */
    private Pair lastKey;

    /** The entry of the last lookup; null if the pair is not in the cache. */
    private Entry lastEntry;

    /**
     * @param maxPairs the most pairs that the cache holds. With 0, there is no cache, as a state
     *     backend needs it that keeps objects: it would hand out objects that an asynchronous
     *     snapshot reads
     * @param keys sets the current key of {@code state}
     */
    HotPairs(ValueState<PairKlines> state, int maxPairs, KeyContext keys, Eviction eviction) {
        this.state = state;
        this.maxPairs = maxPairs;
        this.keys = keys;
        this.eviction = eviction;
    }

    /**
     * Returns the klines of a pair, or null if there are none. They stay the same object until the
     * pair leaves the cache, so every change needs {@link #put} or {@link #update}.
     */
    PairKlines get(Pair key) throws IOException {
        Entry entry = entry(key);
        return entry == null ? state.value() : entry.klines;
    }

    /** Stores the klines of a pair that trades. The pair enters the cache, if there is one. */
    void put(Pair key, PairKlines klines) throws Exception {
        if (maxPairs == 0) {
            state.update(klines);
            return;
        }
        Entry entry = entry(key);
        if (entry == null) {
            entry = new Entry();
            cached.put(key, entry);
            lastEntry = entry;
        }
        entry.klines = klines;
        entry.unwritten = true;
        if (cached.size() > maxPairs) {
            evictEldest();
        }
    }

    /**
     * Stores the klines of a pair. A pair that is not in the cache does not enter it: the pairs
     * whose klines close at the same time are many, and would drive out those that trade.
     */
    void update(Pair key, PairKlines klines) throws IOException {
        Entry entry = entry(key);
        if (entry == null) {
            state.update(klines);
        } else {
            entry.klines = klines;
            entry.unwritten = true;
        }
    }

    /** Removes a pair from the cache and from keyed state. */
    void remove(Pair key) {
        cached.remove(key);
        lastKey = null;
        state.clear();
    }

    /**
     * Writes the pairs that changed to keyed state. They stay in the cache. Moves the current key.
     */
    void writeBack() throws IOException {
        for (Map.Entry<Pair, Entry> pair : cached.entrySet()) {
            Entry entry = pair.getValue();
            if (entry.unwritten) {
                keys.setCurrentKey(pair.getKey());
                state.update(entry.klines);
                entry.unwritten = false;
            }
        }
    }

    private Entry entry(Pair key) {
        if (key != lastKey) {
            lastEntry = cached.get(key);
            lastKey = key;
        }
        return lastEntry;
    }

    private void evictEldest() throws Exception {
        Iterator<Map.Entry<Pair, Entry>> eldest = cached.entrySet().iterator();
        Map.Entry<Pair, Entry> pair = eldest.next();
        eldest.remove();
        if (pair.getValue().unwritten) {
            Object current = keys.getCurrentKey();
            keys.setCurrentKey(pair.getKey());
            eviction.evict(pair.getKey(), pair.getValue().klines);
            keys.setCurrentKey(current);
        }
    }
}
