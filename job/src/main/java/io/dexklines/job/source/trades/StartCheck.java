package io.dexklines.job.source.trades;

import io.dexklines.job.config.StartOffset;
import java.io.Serializable;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Decides whether a job without state may start to read.
 *
 * <p>A consumer group has committed offsets because an earlier run of the job read up to there. A
 * job that goes on at those offsets without the earlier run's state would compute the klines under
 * way from the remaining trades alone, and overwrite complete rows with incomplete ones.
 *
 * @param clientProperties the properties of a Kafka client that may describe the group
 * @param groupId the consumer group
 * @param topics the topics of trades
 * @param startOffset where the job is to start
 */
record StartCheck(
        Properties clientProperties, String groupId, Set<String> topics, StartOffset startOffset)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final int SHOWN_PARTITIONS = 3;

    /**
     * Returns why the start is unsafe and what to do about it; empty if it is safe.
     *
     * @throws ExecutionException if the brokers do not answer
     */
    Optional<String> refusal() throws ExecutionException, InterruptedException {
        if (startOffset.kind() != StartOffset.Kind.COMMITTED) {
            return Optional.empty();
        }
        try (Admin admin = Admin.create(clientProperties)) {
            return refusal(
                    admin.listConsumerGroupOffsets(groupId).partitionsToOffsetAndMetadata().get());
        }
    }

    Optional<String> refusal(Map<TopicPartition, OffsetAndMetadata> committed) {
        Map<String, Long> offsets = new TreeMap<>();
        committed.forEach(
                (partition, offset) -> {
                    // Kafka says null for a partition without a committed offset
                    if (topics.contains(partition.topic()) && offset != null) {
                        offsets.put(partition.toString(), offset.offset());
                    }
                });
        if (offsets.isEmpty()) {
            return Optional.empty();
        }
        String shown =
                offsets.entrySet().stream()
                        .limit(SHOWN_PARTITIONS)
                        .map(each -> each.getKey() + "@" + each.getValue())
                        .collect(Collectors.joining(", "));
        return Optional.of(
                "unsafe start refused: this job has no state, but the consumer group "
                        + groupId
                        + " has committed offsets ("
                        + shown
                        + (offsets.size() > SHOWN_PARTITIONS ? ", …" : "")
                        + "). An earlier run read up to there, and without its state the klines"
                        + " under way would overwrite complete rows with incomplete ones. Resume"
                        + " the earlier run (flink run -s <its last checkpoint or savepoint>), or"
                        + " set kafka.start-offset=first to compute everything anew, or set"
                        + " kafka.start-offset=<instant> to begin each interval with its first"
                        + " whole kline, or take another kafka.group-id.");
    }
}
