package io.dexklines.job.sink.kafka;

import io.dexklines.job.config.KafkaSettings;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.util.function.SerializableFunction;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A topic that the job writes exactly once. A reader with {@code isolation.level=read_committed}
 * sees each record after the checkpoint that covers it. A job that is down for longer than the
 * transaction timeout loses the records since its last checkpoint.
 */
public final class TransactionalTopic {

    private TransactionalTopic() {}

    /**
     * Returns a sink to the topic. Records of one key go to one partition, in their order. A
     * failure restarts the job, also if the sink cannot be closed; see {@link CloseSafeSink}.
     *
     * @param kafka the connection to the brokers
     * @param topic the topic's name
     * @param purpose distinguishes the sink from all others of the job and must never change: the
     *     transactional ids begin with the prefix of the settings, a hyphen and the purpose
     * @param key returns the key of a record, null for none
     * @param value returns the value of a record
     */
    public static <T> Sink<T> sink(
            KafkaSettings kafka,
            String topic,
            String purpose,
            SerializableFunction<T, byte[]> key,
            SerializableFunction<T, byte[]> value) {
        return new CloseSafeSink<>(kafkaSink(kafka, topic, purpose, key, value), topic);
    }

    /**
     * Returns the connector's own sink to the topic. Its writers may throw when they are closed.
     */
    static <T> KafkaSink<T> kafkaSink(
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
                .setRecordSerializer(
                        (element, context, timestampMs) ->
                                new ProducerRecord<>(
                                        topic, key.apply(element), value.apply(element)))
                .build();
    }
}
