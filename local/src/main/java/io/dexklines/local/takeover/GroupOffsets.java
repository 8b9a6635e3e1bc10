package io.dexklines.local.takeover;

import io.dexklines.local.command.CommandFailure;
import io.dexklines.local.command.ExitStatus;
import io.dexklines.local.kafka.Brokers;
import io.dexklines.verifier.Cluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The offsets of consumer groups on the brokers of a job. Only {@link #set} changes anything. */
final class GroupOffsets implements AutoCloseable {

    /** The most records of a partition that are read to find the oldest trade in them. */
    static final int MAX_READ = 100_000;

    private static final int TIMEOUT_MS = 30_000;
    private static final Duration POLL = Duration.ofMillis(500);

    private final Map<String, Object> properties;
    private final Admin admin;

    private GroupOffsets(Map<String, Object> properties) {
        this.properties = properties;
        this.admin = Admin.create(properties);
    }

    /**
     * Connects to the brokers.
     *
     * @throws CommandFailure if none can be reached, or a secret cannot be read
     */
    static GroupOffsets of(Cluster.Kafka kafka) {
        try {
            Brokers.open(kafka.bootstrapServers()).requireReachable();
            Map<String, Object> properties = new HashMap<>(kafka.clientProperties());
            properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
            return new GroupOffsets(properties);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitStatus.USAGE, "kafka.bootstrap-servers: " + e.getMessage(), e);
        } catch (IllegalStateException e) {
            throw new CommandFailure(ExitStatus.MACHINE, "kafka.password: " + e.getMessage(), e);
        } catch (KafkaException e) {
            throw failure(e);
        }
    }

    /**
     * Reads the state of all partitions of some topics, in the order of topic and number.
     *
     * @throws CommandFailure if a topic does not exist or the brokers do not answer
     */
    List<PartitionState> states(Collection<String> topics, String group)
            throws InterruptedException {
        Map<TopicPartition, Long> committed = committed(group);
        Set<TopicPartition> partitions = partitions(topics);
        Map<TopicPartition, ListOffsetsResultInfo> firsts =
                offsets(partitions, OffsetSpec.earliest());
        Map<TopicPartition, ListOffsetsResultInfo> ends = offsets(partitions, OffsetSpec.latest());
        Map<TopicPartition, Long> firstTimesMs =
                firstTimesMs(
                        partitions.stream().filter(each -> firsts.get(each).offset() > 0).toList(),
                        ends);
        List<PartitionState> states = new ArrayList<>();
        for (TopicPartition each : partitions) {
            states.add(
                    new PartitionState(
                            each,
                            firsts.get(each).offset(),
                            ends.get(each).offset(),
                            firstTimesMs.containsKey(each)
                                    ? OptionalLong.of(firstTimesMs.get(each))
                                    : OptionalLong.empty(),
                            committed.containsKey(each)
                                    ? OptionalLong.of(committed.get(each))
                                    : OptionalLong.empty()));
        }
        states.sort(
                Comparator.comparing((PartitionState each) -> each.partition().topic())
                        .thenComparing(each -> each.partition().partition()));
        return states;
    }

    /** Returns the committed offsets of a group; empty if there is no such group. */
    Map<TopicPartition, Long> committed(String group) throws InterruptedException {
        Map<TopicPartition, Long> committed = new HashMap<>();
        get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                .forEach(
                        (partition, offset) -> {
                            // Kafka says null for a partition without a committed offset
                            if (offset != null) {
                                committed.put(partition, offset.offset());
                            }
                        });
        return committed;
    }

    private Set<TopicPartition> partitions(Collection<String> topics) throws InterruptedException {
        Set<TopicPartition> partitions = new HashSet<>();
        get(admin.describeTopics(topics).allTopicNames())
                .forEach(
                        (topic, description) ->
                                description
                                        .partitions()
                                        .forEach(
                                                each ->
                                                        partitions.add(
                                                                new TopicPartition(
                                                                        topic, each.partition()))));
        return partitions;
    }

    private Map<TopicPartition, ListOffsetsResultInfo> offsets(
            Set<TopicPartition> partitions, OffsetSpec where) throws InterruptedException {
        Map<TopicPartition, OffsetSpec> request = new HashMap<>();
        partitions.forEach(each -> request.put(each, where));
        return get(admin.listOffsets(request).all());
    }

    /**
     * Returns the offsets of the first records that were written at the given time or later; the
     * end of a partition that has none.
     *
     * @param timeMs epoch milliseconds
     */
    Map<TopicPartition, Long> at(List<PartitionState> states, long timeMs)
            throws InterruptedException {
        Map<TopicPartition, ListOffsetsResultInfo> found =
                offsets(
                        states.stream().map(PartitionState::partition).collect(Collectors.toSet()),
                        OffsetSpec.forTimestamp(Math.max(0, timeMs)));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (PartitionState each : states) {
            long offset = found.get(each.partition()).offset();
            offsets.put(each.partition(), offset < 0 ? each.end() : offset);
        }
        return offsets;
    }

    /**
     * Returns the time of the oldest trade that a group has not read, epoch milliseconds; {@link
     * Long#MAX_VALUE} if it has read everything. Of a partition with more than {@link #MAX_READ}
     * such records the later ones are taken to be younger, apart from the disorder.
     *
     * @throws CommandFailure if the brokers stop to answer
     */
    long oldestUnreadMs(List<PartitionState> states, Duration maxDisorder) {
        List<PartitionState> behind =
                states.stream().filter(each -> each.firstUnread() < each.end()).toList();
        long oldest = Long.MAX_VALUE;
        if (behind.isEmpty()) {
            return oldest;
        }
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            for (PartitionState each : behind) {
                consumer.assign(List.of(each.partition()));
                consumer.seek(each.partition(), each.firstUnread());
                long end = Math.min(each.end(), each.firstUnread() + MAX_READ);
                long cutMs = end < each.end() ? maxDisorder.toMillis() : 0;
                oldest = Math.min(oldest, oldestMs(consumer, each.partition(), end) - cutMs);
            }
        } catch (KafkaException e) {
            throw failure(e);
        }
        return oldest;
    }

    private static long oldestMs(
            KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long end) {
        long oldest = Long.MAX_VALUE;
        long deadline = deadlineNs();
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                oldest =
                        Math.min(oldest, TradeTimes.earliestMs(record.timestamp(), record.value()));
                deadline = deadlineNs();
            }
            requireBefore(deadline, partition);
        }
        return oldest;
    }

    /**
     * Reads the first records that are left, and returns their times, epoch milliseconds, or {@link
     * TakeoverPlan#NO_RECORD}. A broker that is asked for them by time looks only into the first
     * segment, which may have no record left.
     */
    private Map<TopicPartition, Long> firstTimesMs(
            List<TopicPartition> partitions, Map<TopicPartition, ListOffsetsResultInfo> ends) {
        Map<TopicPartition, Long> timesMs = new HashMap<>();
        if (partitions.isEmpty()) {
            return timesMs;
        }
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            for (TopicPartition each : partitions) {
                consumer.assign(List.of(each));
                consumer.seekToBeginning(List.of(each));
                timesMs.put(each, firstTimeMs(consumer, each, ends.get(each).offset()));
            }
        } catch (KafkaException e) {
            throw failure(e);
        }
        return timesMs;
    }

    private static long firstTimeMs(
            KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long end) {
        long deadline = deadlineNs();
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<byte[], byte[]> first : consumer.poll(POLL)) {
                return first.timestamp();
            }
            requireBefore(deadline, partition);
        }
        return TakeoverPlan.NO_RECORD;
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> reading = new HashMap<>(properties);
        reading.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        reading.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        reading.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        return new KafkaConsumer<>(
                reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static long deadlineNs() {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS);
    }

    private static void requireBefore(long deadlineNs, TopicPartition partition) {
        if (System.nanoTime() - deadlineNs > 0) {
            throw new CommandFailure(
                    ExitStatus.SERVER,
                    "the records of %s cannot be read: is the partition well?"
                            .formatted(partition));
        }
    }

    /** Returns the number of members of a group; 0 if there is no such group. */
    int members(String group) throws InterruptedException {
        try {
            ConsumerGroupDescription description =
                    await(
                            admin.describeConsumerGroups(List.of(group))
                                    .describedGroups()
                                    .get(group));
            return description.members().size();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return 0;
            }
            throw failure(e.getCause());
        }
    }

    /**
     * Sets the offsets that a group reads next. Its other offsets stay.
     *
     * @throws CommandFailure if the group has members, or the user may not do so
     */
    void set(String group, Map<TopicPartition, Long> offsets) throws InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> request = new HashMap<>();
        offsets.forEach(
                (partition, offset) -> request.put(partition, new OffsetAndMetadata(offset)));
        get(admin.alterConsumerGroupOffsets(group, request).all());
    }

    private static <T> T get(KafkaFuture<T> answer) throws InterruptedException {
        try {
            return await(answer);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    private static <T> T await(KafkaFuture<T> answer)
            throws InterruptedException, ExecutionException {
        try {
            return answer.get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw failure(e);
        }
    }

    private static CommandFailure failure(Throwable why) {
        if (why instanceof UnknownTopicOrPartitionException) {
            return new CommandFailure(
                    ExitStatus.NO,
                    "a topic of ingest.topics does not exist: correct the job's configuration",
                    why);
        }
        return new CommandFailure(
                ExitStatus.SERVER,
                "Kafka does not answer as it should (%s): look at kafka.* of the job's configuration and at the brokers' logs"
                        .formatted(why.getMessage() == null ? why.toString() : why.getMessage()),
                why);
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
