package io.dexklines.decode;

import java.util.Arrays;

/**
 * A cache of the objects {@link TradeFields#PAIR_INFO} that were read recently, by their bytes. A
 * producer writes the same object with every trade of a pair. The cache is direct-mapped by pair,
 * so it does not grow regardless of the input: the least recent of two pairs is replaced.
 */
final class PairInfoCache {

    private static final int SLOTS = 1 << 13;

    /** The longest object that is cached, in bytes. */
    private static final int MAX_LENGTH = 1 << 10;

    private final PairInfo[] slots = new PairInfo[SLOTS];

    /**
     * What was read of an object.
     *
     * @param json the object's bytes
     * @param tokenAddress the label; empty if there is none, like the next two
     * @param labelsDropped how many labels were given but cannot be shown
     */
    record PairInfo(
            byte[] json,
            String tokenAddress,
            String tokenSymbol,
            String baseTokenSymbol,
            int labelsDropped) {}

    /**
     * Returns what was read of the object that begins at an index; null if it is not cached.
     *
     * @param pairAddress the pair of the trade
     */
    PairInfo find(String pairAddress, byte[] record, int from) {
        PairInfo cached = slots[slot(pairAddress)];
        return cached != null && Words.startsWith(record, from, cached.json) ? cached : null;
    }

    /** Caches what {@code fields} has read of an object. */
    void put(String pairAddress, byte[] record, int from, int to, TradeFields fields, int dropped) {
        if (to - from <= MAX_LENGTH) {
            slots[slot(pairAddress)] =
                    fields.pairInfo(Arrays.copyOfRange(record, from, to), dropped);
        }
    }

    private static int slot(String pairAddress) {
        int hash = pairAddress.hashCode();
        return (hash ^ hash >>> 16) & SLOTS - 1;
    }
}
