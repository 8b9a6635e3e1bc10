package io.dexklines.job.source.lists;

import java.io.Serializable;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Opens the consumers that read the lists. They belong to no group and commit nothing. */
final class ListClients implements Serializable {

    private static final long serialVersionUID = 1L;

    /** A round of reading is emitted as one: not too many at once. */
    private static final int RECORDS_OF_A_ROUND = 5_000;

    /** After this long without an answer a broker counts as away. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

    private final Properties access;
    private final String clientIdPrefix;

    /**
     * @param access how the brokers are reached
     * @param clientIdPrefix begins the names by which the brokers know the consumers
     */
    ListClients(Properties access, String clientIdPrefix) {
        this.access = access;
        this.clientIdPrefix = clientIdPrefix;
    }

    /**
     * @param purpose ends the consumer's name
     */
    Consumer<byte[], byte[]> open(String purpose) {
        Properties properties = new Properties();
        properties.putAll(access);
        properties.setProperty(
                ConsumerConfig.CLIENT_ID_CONFIG, clientIdPrefix + "-lists-" + purpose);
        // what a producer aborted was never listed
        properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.setProperty(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        // a topic made by asking for it would not be compacted
        properties.setProperty(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        properties.setProperty(
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG, String.valueOf(RECORDS_OF_A_ROUND));
        String timeoutMs = String.valueOf(ANSWER_TIMEOUT.toMillis());
        properties.setProperty(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs);
        properties.setProperty(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMs);
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
