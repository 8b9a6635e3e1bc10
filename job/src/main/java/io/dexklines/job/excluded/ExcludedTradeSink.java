package io.dexklines.job.excluded;

import io.dexklines.job.config.KafkaSettings;
import io.dexklines.trade.ExcludedTrade;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The topic of excluded trades, written exactly once: a reader with {@code
 * isolation.level=read_committed} sees each after the checkpoint that covers it. A job that is down
 * for longer than the transaction timeout loses what it wrote since its last checkpoint.
 */
public final class ExcludedTradeSink {

    private ExcludedTradeSink() {}

    /**
     * @param kafka how the brokers are reached; the transactional ids begin with its prefix and
     *     {@code -excluded}
     * @param topic the topic of excluded trades
     */
    public static KafkaSink<ExcludedTrade> of(KafkaSettings kafka, String topic) {
        Properties properties = kafka.clientProperties();
        properties.setProperty(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                String.valueOf(kafka.transactionTimeout().toMillis()));
        return KafkaSink.<ExcludedTrade>builder()
                .setKafkaProducerConfig(properties)
                .setBootstrapServers(kafka.bootstrapServers())
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(kafka.transactionalIdPrefix() + "-excluded")
                .setRecordSerializer(new ToTopic(topic))
                .build();
    }

    /** Without a key: excluded trades of one record may lie on any partition. */
    private static final class ToTopic implements KafkaRecordSerializationSchema<ExcludedTrade> {

        private static final long serialVersionUID = 1L;

        private final String topic;

        ToTopic(String topic) {
            this.topic = topic;
        }

        @Override
        public ProducerRecord<byte[], byte[]> serialize(
                ExcludedTrade excluded, KafkaSinkContext context, Long timestampMs) {
            return new ProducerRecord<>(topic, ExcludedTradeJson.of(excluded));
        }
    }
}
