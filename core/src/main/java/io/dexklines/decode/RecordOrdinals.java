package io.dexklines.decode;

import java.util.Arrays;

/**
 * Counts equal identities within one record. An open hash table of primitives, emptied for every
 * record: most records hold a handful of trades, all different.
 */
final class RecordOrdinals {

    private static final int SMALLEST = 64;

    private long[] identities = new long[SMALLEST];
    private int[] counts = new int[SMALLEST];
    private int used;

    /** Forgets everything. */
    void clear() {
        if (used == 0) {
            return;
        }
        if (counts.length > SMALLEST) {
            identities = new long[SMALLEST];
            counts = new int[SMALLEST];
        } else {
            Arrays.fill(counts, 0);
        }
        used = 0;
    }

    /** How often this identity was here since it was cleared, and notes it once more. */
    int next(long identity) {
        if (2 * used >= counts.length) {
            grow();
        }
        int place = place(identity);
        if (counts[place] == 0) {
            identities[place] = identity;
            used++;
        }
        return counts[place]++;
    }

    private int place(long identity) {
        int mask = counts.length - 1;
        int place = (int) identity & mask;
        while (counts[place] != 0 && identities[place] != identity) {
            place = (place + 1) & mask;
        }
        return place;
    }

    private void grow() {
        long[] oldIdentities = identities;
        int[] oldCounts = counts;
        identities = new long[2 * oldCounts.length];
        counts = new int[2 * oldCounts.length];
        for (int i = 0; i < oldCounts.length; i++) {
            if (oldCounts[i] != 0) {
                int place = place(oldIdentities[i]);
                identities[place] = oldIdentities[i];
                counts[place] = oldCounts[i];
            }
        }
    }
}
