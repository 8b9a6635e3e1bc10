package io.dexklines.job.topics;

import io.dexklines.local.kafka.Brokers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What a consumer with isolation level {@code read_committed} sees of a topic. */
public final class CommittedRecords {

    private static final Duration POLL = Duration.ofMillis(100);

    private CommittedRecords() {}

    /** Returns the values of all records committed so far, partition by partition in any order. */
    public static List<String> of(String bootstrapServers, String topic) {
        return of(Brokers.open(bootstrapServers), topic);
    }

    /** As above, of brokers to which the consumer logs in. */
    public static List<String> of(Brokers brokers, String topic) {
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        brokers.client(
                                Map.of(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<String> values = new ArrayList<>();
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(POLL).forEach(record -> values.add(record.value()));
            }
            return values;
        }
    }
}
