package io.dexklines.job.sink.kafka;

import io.dexklines.job.config.KafkaSettings;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.util.function.SerializableFunction;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A topic that the job writes exactly once: a reader with {@code isolation.level=read_committed}
 * sees each record after the checkpoint that covers it. A job that is down for longer than the
 * transaction timeout loses what it wrote since its last checkpoint.
 */
public final class TransactionalTopic {

    private TransactionalTopic() {}

    /**
     * A sink to the topic.
     *
     * @param kafka how the brokers are reached
     * @param topic the topic's name
     * @param purpose tells this sink from all others of the job, and never changes: the
     *     transactional ids begin with the settings' prefix, a hyphen and this
     * @param value the value of a record; there is no key, so any partition will do
     */
    public static <T> KafkaSink<T> sink(
            KafkaSettings kafka,
            String topic,
            String purpose,
            SerializableFunction<T, byte[]> value) {
        return sink(kafka, topic, purpose, element -> null, value);
    }

    /**
     * A sink to the topic, as above.
     *
     * @param key the key of a record: those of one key come to one partition, in their order
     */
    public static <T> KafkaSink<T> sink(
            KafkaSettings kafka,
            String topic,
            String purpose,
            SerializableFunction<T, byte[]> key,
            SerializableFunction<T, byte[]> value) {
        Properties properties = kafka.clientProperties();
        properties.setProperty(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                String.valueOf(kafka.transactionTimeout().toMillis()));
        return KafkaSink.<T>builder()
                .setKafkaProducerConfig(properties)
                .setBootstrapServers(kafka.bootstrapServers())
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(kafka.transactionalIdPrefix() + "-" + purpose)
                .setRecordSerializer(new ToTopic<>(topic, key, value))
                .build();
    }

    private static final class ToTopic<T> implements KafkaRecordSerializationSchema<T> {

        private static final long serialVersionUID = 1L;

        private final String topic;
        private final SerializableFunction<T, byte[]> key;
        private final SerializableFunction<T, byte[]> value;

        ToTopic(
                String topic,
                SerializableFunction<T, byte[]> key,
                SerializableFunction<T, byte[]> value) {
            this.topic = topic;
            this.key = key;
            this.value = value;
        }

        @Override
        public ProducerRecord<byte[], byte[]> serialize(
                T element, KafkaSinkContext context, Long timestampMs) {
            return new ProducerRecord<>(topic, key.apply(element), value.apply(element));
        }
    }
}
