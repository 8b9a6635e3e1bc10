package io.dexklines.job.source.lists;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;

/** How far a consumer is, which its last record does not say: markers and gaps follow it. */
final class Positions {

    private Positions() {}

    /** The offset that is read next; {@code otherwise} while the consumer does not know it. */
    static long of(Consumer<byte[], byte[]> consumer, TopicPartition partition, long otherwise) {
        try {
            return consumer.position(partition);
        } catch (RetriableException | WakeupException e) {
            return otherwise;
        }
    }
}
