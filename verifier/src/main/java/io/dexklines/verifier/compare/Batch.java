package io.dexklines.verifier.compare;

import java.util.List;

/**
 * The trades of one pair in one record, which the Go writer adds to its klines together.
 *
 * @param offset the offset of the record in its partition
 * @param writtenMs the timestamp of the record, in epoch milliseconds
 * @param readable whether the Go writer can decode the record; it logs and loses one that it cannot
 * @param trades at least one, in the order of the array
 */
public record Batch(
        String topic,
        int partition,
        long offset,
        long writtenMs,
        boolean readable,
        List<Trade> trades) {

    public Batch {
        trades = List.copyOf(trades);
    }

    /** Returns the record that holds the batch. */
    RecordId record() {
        return new RecordId(new PartitionId(topic, partition), offset);
    }

    /** A partition of a topic. */
    record PartitionId(String topic, int number) {}

    /** A record of a partition. */
    record RecordId(PartitionId partition, long offset) {}
}
