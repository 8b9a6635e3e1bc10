package io.dexklines.verifier;

import java.util.Optional;

/**
 * One entry of a record on a topic of trades; a record that is no array is one entry, with the
 * index -1.
 */
final class Entry {

    /** Which partition of the topics of trades, see {@link Journal}. */
    private final int partition;

    private final long offset;
    private final int index;

    /** When its record was written, epoch milliseconds. */
    private final long writtenMs;

    /** Why it cannot count, whatever the watermarks were; null for a swap. */
    private final Reason ruling;

    /** Null unless the ruling is. */
    private final Swap swap;

    /** What the topic of excluded trades says of it; null when it does not name it. */
    private Reason excluded;

    private Entry(int partition, long offset, int index, long writtenMs, Reason ruling, Swap swap) {
        this.partition = partition;
        this.offset = offset;
        this.index = index;
        this.writtenMs = writtenMs;
        this.ruling = ruling;
        this.swap = swap;
    }

    static Entry ofSwap(int partition, long offset, long writtenMs, Swap swap) {
        return new Entry(partition, offset, swap.index(), writtenMs, null, swap);
    }

    static Entry ruledOut(int partition, long offset, int index, long writtenMs, Reason ruling) {
        return new Entry(partition, offset, index, writtenMs, ruling, null);
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

    Optional<Reason> ruling() {
        return Optional.ofNullable(ruling);
    }

    /** Empty for an entry that cannot count. */
    Optional<Swap> swap() {
        return Optional.ofNullable(swap);
    }

    Optional<Reason> excluded() {
        return Optional.ofNullable(excluded);
    }

    /** Whether it is a swap that was not excluded. */
    boolean counts() {
        return swap != null && excluded == null;
    }

    /** Takes note that it was excluded. */
    void exclude(Reason reason) {
        excluded = reason;
    }
}
