package io.dexklines.job.source.trades;

import io.dexklines.clock.Partition;
import io.dexklines.job.config.StartOffset;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Decides whether a job without state may start to read, and when its klines begin.
 *
 * <p>A consumer group has committed offsets because an earlier run of the job read up to there. A
 * job that goes on at those offsets without the earlier run's state would compute the klines under
 * way from the remaining trades alone, and overwrite complete rows with incomplete ones.
 *
 * <p>A job that does not read a topic from the first trade on cannot compute the klines under way
 * either. Its klines begin after the last trade that it may have missed. A record may hold trades
 * that are ahead of the clock that wrote it by at most {@code maxFutureMs}.
 *
 * @param clientProperties the properties of a Kafka client that may describe the group
 * @param groupId the consumer group
 * @param topics the topics of trades
 * @param startOffset where the job is to start, as of now
 * @param maxFutureMs how far a trade may be ahead of the clock, milliseconds
 */
record StartCheck(
        Properties clientProperties,
        String groupId,
        Set<String> topics,
        StartOffset startOffset,
        long maxFutureMs) {

    private static final int SHOWN_PARTITIONS = 3;

    /**
     * The decision on a start.
     *
     * @param refusal why the start is unsafe and what to do about it; empty if it is safe
     * @param klinesBeginMs the time at which klines begin, epoch milliseconds; 0 if all trades are
     *     read
     */
    record Start(Optional<String> refusal, long klinesBeginMs) {}

    /**
     * Decides, by what the brokers say of the group and of the topics.
     *
     * @throws ExecutionException if the brokers do not answer
     */
    Start decide(Clock clock) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(clientProperties)) {
            Optional<String> refusal =
                    startOffset.kind() == StartOffset.Kind.COMMITTED
                            ? refusal(
                                    admin.listConsumerGroupOffsets(groupId)
                                            .partitionsToOffsetAndMetadata()
                                            .get())
                            : Optional.empty();
            return refusal.isPresent()
                    ? new Start(refusal, 0)
                    : new Start(refusal, klinesBeginMs(removed(admin), clock.millis()));
        }
    }

    /**
     * Returns the partitions whose first records have been removed, with the time of the first
     * record that is left.
     */
    private Map<TopicPartition, Long> removed(Admin admin)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> all = new HashMap<>();
        for (Partition partition :
                BrokerOffsets.partitionsOf(admin.describeTopics(topics).allTopicNames().get())) {
            all.put(BrokerOffsets.kafka(partition), OffsetSpec.earliest());
        }
        Set<TopicPartition> begunLater = new HashSet<>();
        admin.listOffsets(all)
                .all()
                .get()
                .forEach(
                        (partition, beginning) -> {
                            if (beginning.offset() > 0) {
                                begunLater.add(partition);
                            }
                        });
        if (begunLater.isEmpty()) {
            return Map.of();
        }
        try {
            return FirstRecords.timesMs(clientProperties, begunLater);
        } catch (KafkaException e) {
            throw new ExecutionException(e);
        }
    }

    /**
     * Returns when klines begin, epoch milliseconds; 0 if the job reads all trades.
     *
     * @param removed the partitions whose first records have been removed, with the time of the
     *     first record that is left, epoch milliseconds, or {@link FirstRecords#NO_RECORD}
     */
    long klinesBeginMs(Map<TopicPartition, Long> removed, long nowMs) {
        long beginMs = startOffset.timestampMs();
        for (long firstMs : removed.values()) {
            long missedMs = (firstMs == FirstRecords.NO_RECORD ? nowMs : firstMs) + maxFutureMs;
            beginMs = Math.max(beginMs, missedMs + 1);
        }
        return beginMs;
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
                        + " kafka.start-offset=last or <instant> to begin each interval with its"
                        + " first whole kline, or take another kafka.group-id.");
    }
}
