package io.dexklines.job.source.lists;

import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Opens the consumers of the lists. They belong to no group and commit nothing. */
final class ListClients implements Serializable {

    private static final long serialVersionUID = 1L;

    /** The most records of a round, which is emitted as a whole. */
    private static final int MAX_POLL_RECORDS = 5_000;

    /** The time without an answer after which a broker counts as unreachable. */
    static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

    private final Properties access;
    private final String clientIdPrefix;
    private final Duration answerTimeout;

    /**
     * @param access the connection to the brokers
     * @param clientIdPrefix the prefix of the client ids
     * @param answerTimeout the time without an answer after which a broker counts as unreachable
     */
    ListClients(Properties access, String clientIdPrefix, Duration answerTimeout) {
        this.access = access;
        this.clientIdPrefix = clientIdPrefix;
        this.answerTimeout = answerTimeout;
    }

    /**
     * @param purpose the suffix of the client id
     */
    Consumer<byte[], byte[]> open(String purpose) {
        Properties properties = new Properties();
        properties.putAll(access);
        properties.setProperty(
                ConsumerConfig.CLIENT_ID_CONFIG, clientIdPrefix + "-lists-" + purpose);
        // records of an aborted transaction do not count
        properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.setProperty(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        // a topic that is created automatically would not be compacted
        properties.setProperty(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        properties.setProperty(
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG, String.valueOf(MAX_POLL_RECORDS));
        String timeoutMs = String.valueOf(answerTimeout.toMillis());
        properties.setProperty(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs);
        properties.setProperty(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMs);
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * Returns the next offset, or {@code otherwise} while the consumer does not know it and cannot
     * ask. Never throws for what a broker answers: the records of a poll would be lost. The last
     * record is not enough, since markers and gaps may follow it.
     */
    static long position(
            Consumer<byte[], byte[]> consumer, TopicPartition partition, long otherwise) {
        try {
            return consumer.position(partition);
        } catch (ApiException | WakeupException e) {
            return otherwise;
        }
    }

    /** Returns whether the consumer has read up to the given offset of each partition. */
    static boolean reached(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> offsets) {
        return offsets.entrySet().stream()
                .allMatch(each -> position(consumer, each.getKey(), 0) >= each.getValue());
    }

    /**
     * The compacted topics of the lists.
     *
     * @param wallets key {@code {chain_id}:{address}}
     * @param follows key {@code {chain_id}:{address}:{user_id}}
     */
    record Topics(String wallets, String follows) implements Serializable {}
}
