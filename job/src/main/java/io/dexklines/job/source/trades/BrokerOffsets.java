package io.dexklines.job.source.trades;

import io.dexklines.clock.Partition;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** {@link PartitionOffsets} of a Kafka cluster. */
final class BrokerOffsets implements PartitionOffsets {

    private final Admin admin;
    private final Set<String> topics;
    private final int timeoutMs;

    /**
     * @param clientProperties the connection to the brokers
     * @param topics the topics to list
     * @param timeoutMs how long a question may take before it fails, milliseconds
     */
    BrokerOffsets(Properties clientProperties, Set<String> topics, int timeoutMs) {
        this.admin = Admin.create(clientProperties);
        this.topics = topics;
        this.timeoutMs = timeoutMs;
    }

    @Override
    public CompletionStage<Set<Partition>> partitions() {
        return admin.describeTopics(topics, new DescribeTopicsOptions().timeoutMs(timeoutMs))
                .allTopicNames()
                .toCompletionStage()
                .thenApply(BrokerOffsets::partitionsOf);
    }

    /** Returns all partitions of topics that a broker has described. */
    static Set<Partition> partitionsOf(Map<String, TopicDescription> topics) {
        Set<Partition> partitions = new TreeSet<>();
        topics.forEach(
                (topic, description) ->
                        description
                                .partitions()
                                .forEach(
                                        each ->
                                                partitions.add(
                                                        new Partition(topic, each.partition()))));
        return partitions;
    }

    @Override
    public Map<Partition, CompletionStage<Long>> ask(Kind kind, Set<Partition> partitions) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(kafka(partition), spec(kind)));
        ListOffsetsOptions options = new ListOffsetsOptions(isolation(kind)).timeoutMs(timeoutMs);
        ListOffsetsResult result = admin.listOffsets(asked, options);
        Map<Partition, CompletionStage<Long>> answers = new HashMap<>();
        partitions.forEach(
                partition ->
                        answers.put(
                                partition,
                                result.partitionResult(kafka(partition))
                                        .toCompletionStage()
                                        .thenApply(
                                                ListOffsetsResult.ListOffsetsResultInfo::offset)));
        return answers;
    }

    static TopicPartition kafka(Partition partition) {
        return new TopicPartition(partition.topic(), partition.number());
    }

    private static OffsetSpec spec(Kind kind) {
        return kind == Kind.BEGINNING ? OffsetSpec.earliest() : OffsetSpec.latest();
    }

    private static IsolationLevel isolation(Kind kind) {
        return kind == Kind.STABLE_END
                ? IsolationLevel.READ_COMMITTED
                : IsolationLevel.READ_UNCOMMITTED;
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
