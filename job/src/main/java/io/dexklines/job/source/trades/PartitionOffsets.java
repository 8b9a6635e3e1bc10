package io.dexklines.job.source.trades;

import io.dexklines.clock.Partition;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** What brokers say about the partitions of the topics of trades. No method blocks. */
interface PartitionOffsets extends AutoCloseable {

    /** An offset that each partition has. */
    enum Kind {
        /** The offset behind the last record, open transactions included. */
        END,
        /** The offset up to which the partition can be read with {@code read_committed}. */
        STABLE_END,
        /** The offset of the first record that has not been deleted. */
        BEGINNING
    }

    /** Returns all partitions of the topics; fails if the brokers do not list all topics. */
    CompletionStage<Set<Partition>> partitions();

    /**
     * Asks for an offset of each partition. The answers are independent: a partition without a
     * leader delays no other.
     */
    Map<Partition, CompletionStage<Long>> ask(Kind kind, Set<Partition> partitions);

    /** Gives up all questions. Does not block. */
    @Override
    void close();
}
