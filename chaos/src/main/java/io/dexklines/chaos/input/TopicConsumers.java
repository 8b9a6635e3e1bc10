package io.dexklines.chaos.input;

import io.dexklines.local.kafka.Brokers;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Opens consumers that read partitions from any offset, commit none and create no topic. */
public final class TopicConsumers {

    /** How long a call waits for a broker that does not answer, milliseconds. */
    public static final int API_TIMEOUT_MS = 10_000;

    private TopicConsumers() {}

    /** Opens a consumer that does not see the records of open and aborted transactions. */
    public static Consumer<byte[], byte[]> committed(Brokers brokers) {
        return open(brokers, "read_committed");
    }

    /** Opens a consumer that sees all records. */
    public static Consumer<byte[], byte[]> uncommitted(Brokers brokers) {
        return open(brokers, "read_uncommitted");
    }

    private static Consumer<byte[], byte[]> open(Brokers brokers, String isolation) {
        return new KafkaConsumer<>(
                brokers.client(
                        Map.of(
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                isolation,
                                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                                false,
                                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                                false,
                                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                                API_TIMEOUT_MS,
                                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                                API_TIMEOUT_MS)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** Returns the partitions that topics have now. */
    public static List<TopicPartition> partitions(
            Consumer<?, ?> consumer, Collection<String> topics) {
        return topics.stream()
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }
}
