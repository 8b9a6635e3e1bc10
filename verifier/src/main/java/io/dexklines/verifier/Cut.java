package io.dexklines.verifier;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A cut through the topics of trades: an offset in every partition, which separates earlier from
 * later records.
 */
final class Cut {

    private final long[] ends;

    /**
     * @param ends the offset of the first later record of each partition, by the partition's number
     *     in the {@link Journal}
     */
    Cut(long... ends) {
        this.ends = ends.clone();
    }

    /** Returns a cut after all records. */
    static Cut none(int partitions) {
        long[] ends = new long[partitions];
        Arrays.fill(ends, Long.MAX_VALUE);
        return new Cut(ends);
    }

    /** Returns whether an entry is in an earlier record. */
    boolean covers(Entry entry) {
        return entry.offset() < ends[entry.partition()];
    }

    /** Returns whether this cut is at or after the other one in every partition. */
    boolean reaches(Cut other) {
        return IntStream.range(0, ends.length).allMatch(i -> ends[i] >= other.ends[i]);
    }

    long end(int partition) {
        return ends[partition];
    }

    /** Returns how many records lie between an earlier cut and this one. */
    long recordsSince(Cut begin) {
        return IntStream.range(0, ends.length)
                .mapToLong(i -> Math.max(0, ends[i] - begin.ends[i]))
                .sum();
    }
}
