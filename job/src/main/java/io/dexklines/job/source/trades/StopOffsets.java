package io.dexklines.job.source.trades;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the offsets of the savepoint with which a job stops.
 *
 * <p>Kafka's reader commits the offsets of a completed checkpoint on another thread. A stop closes
 * the reader right after its savepoint, often before that thread has sent them. Whoever goes on at
 * the committed offsets would then read again what the job has counted since the checkpoint before.
 *
 * <p>A reader that is closed has stopped with a savepoint if it has read nothing since the snapshot
 * of a checkpoint that completed. That also holds for a job that fails or is cancelled while
 * nothing arrives, and then the commit changes nothing. All methods run on the task's thread.
 */
final class StopOffsets {

    /** Commits offsets for the group of the job. */
    interface Commit {

        /**
         * @throws ExecutionException if the brokers refuse
         * @throws TimeoutException if they do not answer
         */
        void commit(Map<TopicPartition, OffsetAndMetadata> offsets)
                throws ExecutionException, InterruptedException, TimeoutException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(StopOffsets.class);

    private static final int TIMEOUT_SECONDS = 5;

    private final Commit commit;
    private final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    private long checkpointId;
    private boolean completed;

    StopOffsets(Commit commit) {
        this.commit = commit;
    }

    /**
     * Creates an object that commits to the brokers. It waits for them for some seconds.
     *
     * @param client the properties of a Kafka client that may commit for the group
     */
    static StopOffsets of(Properties client, String groupId) {
        return new StopOffsets(
                offsets -> {
                    try (Admin admin = Admin.create(client)) {
                        admin.alterConsumerGroupOffsets(groupId, offsets)
                                .all()
                                .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
                    }
                });
    }

    /** Notes that the reader goes on reading. */
    void read() {
        offsets.clear();
    }

    /**
     * Notes the snapshot of a checkpoint.
     *
     * @param splits the partitions, each with the offset that is read next, or with a negative
     *     number if it has not been read
     */
    void snapshot(long checkpointId, List<KafkaPartitionSplit> splits) {
        this.checkpointId = checkpointId;
        completed = false;
        offsets.clear();
        for (KafkaPartitionSplit split : splits) {
            if (split.getStartingOffset() >= 0) {
                offsets.put(
                        split.getTopicPartition(),
                        new OffsetAndMetadata(split.getStartingOffset()));
            }
        }
    }

    /** Notes that a checkpoint has completed. */
    void completed(long checkpointId) {
        completed |= checkpointId == this.checkpointId;
    }

    /** Commits the offsets if the reader has stopped with a savepoint. */
    void close() {
        if (!completed || offsets.isEmpty()) {
            return;
        }
        try {
            commit.commit(offsets);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            LOG.warn(
                    "The offsets of the last checkpoint may not be committed. Whoever goes on at the"
                            + " committed offsets reads some trades again: {}",
                    offsets,
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // cancelled, so not stopped with a savepoint
        }
    }
}
