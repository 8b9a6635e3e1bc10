package io.dexklines.verifier;

import java.util.Optional;

/**
 * An entry of a record of a topic of trades. A record that is not an array is one entry of index
 * -1.
 */
final class Entry {

    /** The number of the partition in the {@link Journal}. */
    private final int partition;

    private final long offset;
    private final int index;

    /** The timestamp of the record, in epoch milliseconds. */
    private final long writtenMs;

    /** The reason for which the entry can never count; null for a swap. */
    private final Reason rejection;

    /** The swap; null if there is a rejection. */
    private final Swap swap;

    /** The reason that the topic of excluded trades gives; null if no exclusion names the entry. */
    private Reason excluded;

    private Entry(
            int partition, long offset, int index, long writtenMs, Reason rejection, Swap swap) {
        this.partition = partition;
        this.offset = offset;
        this.index = index;
        this.writtenMs = writtenMs;
        this.rejection = rejection;
        this.swap = swap;
    }

    static Entry ofSwap(int partition, long offset, long writtenMs, Swap swap) {
        return new Entry(partition, offset, swap.index(), writtenMs, null, swap);
    }

    static Entry rejected(int partition, long offset, int index, long writtenMs, Reason reason) {
        return new Entry(partition, offset, index, writtenMs, reason, null);
    }

    int partition() {
        return partition;
    }

    long offset() {
        return offset;
    }

    int index() {
        return index;
    }

    long writtenMs() {
        return writtenMs;
    }

    Optional<Reason> rejection() {
        return Optional.ofNullable(rejection);
    }

    /** Returns the swap; empty for an entry that can never count. */
    Optional<Swap> swap() {
        return Optional.ofNullable(swap);
    }

    Optional<Reason> excluded() {
        return Optional.ofNullable(excluded);
    }

    /** Returns whether the entry is a swap that is not excluded. */
    boolean counts() {
        return swap != null && excluded == null;
    }

    /** Stores the reason of an exclusion that names the entry. */
    void exclude(Reason reason) {
        excluded = reason;
    }
}
