package io.dexklines.decode;

import java.util.Arrays;

/**
 * Counts equal identities within one record. This is an open-addressing table of primitives that is
 * cleared for each record. Most records contain a few trades, all of them different.
 */
final class RecordOrdinals {

    private static final int MIN_CAPACITY = 64;

    private long[] identities = new long[MIN_CAPACITY];
    private int[] counts = new int[MIN_CAPACITY];
    private int used;

    /** Removes all identities. */
    void clear() {
        if (used == 0) {
            return;
        }
        if (counts.length > MIN_CAPACITY) {
            identities = new long[MIN_CAPACITY];
            counts = new int[MIN_CAPACITY];
        } else {
            Arrays.fill(counts, 0);
        }
        used = 0;
    }

    /** Counts an identity. Returns how often it was counted before. */
    int next(long identity) {
        if (2 * used >= counts.length) {
            grow();
        }
        int slot = slotOf(identity);
        if (counts[slot] == 0) {
            identities[slot] = identity;
            used++;
        }
        return counts[slot]++;
    }

    private int slotOf(long identity) {
        int mask = counts.length - 1;
        int slot = (int) identity & mask;
        while (counts[slot] != 0 && identities[slot] != identity) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldIdentities = identities;
        int[] oldCounts = counts;
        identities = new long[2 * oldCounts.length];
        counts = new int[2 * oldCounts.length];
        for (int i = 0; i < oldCounts.length; i++) {
            if (oldCounts[i] != 0) {
                int slot = slotOf(oldIdentities[i]);
                identities[slot] = oldIdentities[i];
                counts[slot] = oldCounts[i];
            }
        }
    }
}
