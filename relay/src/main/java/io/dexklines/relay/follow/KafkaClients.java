package io.dexklines.relay.follow;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The properties of the relay's clients of Kafka. */
final class KafkaClients {

    /** How long a broker may take to answer. */
    static final int ANSWER_TIMEOUT_MS = 4_000;

    /** How long a change waits for brokers that it can be sent to. */
    private static final int MAX_BLOCK_MS = 3_000;

    /** How long a change may take from being sent until it is acknowledged, with all attempts. */
    private static final int DELIVERY_TIMEOUT_MS = 8_000;

    private static final int RECONNECT_BACKOFF_MS = 100;
    private static final int MAX_RECONNECT_BACKOFF_MS = 2_000;

    private KafkaClients() {}

    /** Returns the properties of both clients. Those of the operator win. */
    static Map<String, Object> properties(String bootstrapServers, Map<String, String> given) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, "klines-relay");
        properties.put(CommonClientConfigs.RECONNECT_BACKOFF_MS_CONFIG, RECONNECT_BACKOFF_MS);
        properties.put(
                CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, MAX_RECONNECT_BACKOFF_MS);
        properties.putAll(given);
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        // the relay's jar does not have what it needs
        properties.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
        return properties;
    }

    /** Returns the properties of the producer, with those that the relay relies on. */
    static Map<String, Object> producer(Map<String, Object> shared) {
        Map<String, Object> properties = new HashMap<>(shared);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_TIMEOUT_MS);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MS);
        properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        properties.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        return properties;
    }

    /** Returns the properties of the consumer, which belongs to no group and commits nothing. */
    static Map<String, Object> consumer(Map<String, Object> shared) {
        Map<String, Object> properties = new HashMap<>(shared);
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // as the job: records of an aborted transaction do not count
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        // a topic that lost records, or was created again, is read anew
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        // a topic that is created automatically would not be compacted
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_TIMEOUT_MS);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_TIMEOUT_MS);
        properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        return properties;
    }
}
