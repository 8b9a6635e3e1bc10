package io.dexklines.chaos;

import io.dexklines.chaos.input.ChaosInput;
import io.dexklines.local.kafka.Brokers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Asks the brokers how far the job has committed the topics of trades. */
final class JobLag implements AutoCloseable {

    private static final String GROUP = "dex-klines";
    private static final long UNKNOWN = -1;

    private final Admin admin;

    JobLag(Brokers brokers) {
        this.admin = Admin.create(brokers.client(Map.of()));
    }

    /**
     * Returns how many records of the topics of trades no completed checkpoint of the job covers;
     * -1 if no broker answers.
     */
    long uncommitted() {
        try {
            Map<TopicPartition, Long> ends = ends();
            Map<TopicPartition, OffsetAndMetadata> committed =
                    admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata().get();
            long lag = 0;
            for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
                OffsetAndMetadata offset = committed.get(end.getKey());
                lag += end.getValue() - (offset == null ? 0 : offset.offset());
            }
            return lag;
        } catch (ExecutionException e) {
            return UNKNOWN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return UNKNOWN;
        }
    }

    private Map<TopicPartition, Long> ends() throws InterruptedException, ExecutionException {
        List<TopicPartition> partitions = new ArrayList<>();
        for (TopicDescription topic :
                admin.describeTopics(ChaosInput.topics()).allTopicNames().get().values()) {
            topic.partitions()
                    .forEach(
                            one ->
                                    partitions.add(
                                            new TopicPartition(topic.name(), one.partition())));
        }
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end :
                admin.listOffsets(latest).all().get().entrySet()) {
            ends.put(end.getKey(), end.getValue().offset());
        }
        return ends;
    }

    @Override
    public void close() {
        admin.close();
    }
}
