package io.dexklines.verifier;

import java.util.Arrays;

/**
 * A place in every partition of the topics of trades: what lies before it was read, what comes
 * after it was not.
 */
final class Cut {

    private final long[] ends;

    /**
     * @param ends of each partition, by its number in the {@link Journal}, the offset behind the
     *     last that belongs to the cut
     */
    Cut(long... ends) {
        this.ends = ends.clone();
    }

    /** Behind everything. */
    static Cut none(int partitions) {
        long[] ends = new long[partitions];
        Arrays.fill(ends, Long.MAX_VALUE);
        return new Cut(ends);
    }

    boolean covers(Entry entry) {
        return entry.offset() < ends[entry.partition()];
    }

    /** Whether this one is nowhere before the other. */
    boolean reaches(Cut other) {
        for (int i = 0; i < ends.length; i++) {
            if (ends[i] < other.ends[i]) {
                return false;
            }
        }
        return true;
    }

    long end(int partition) {
        return ends[partition];
    }

    /** How many records it covers, from the first offset on. */
    long records() {
        return Arrays.stream(ends).sum();
    }
}
