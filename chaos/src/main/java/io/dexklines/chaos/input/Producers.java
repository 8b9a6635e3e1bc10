package io.dexklines.chaos.input;

import static java.util.Map.entry;

import io.dexklines.local.kafka.Brokers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Creates producers that survive the death of brokers, and take records of 10 MB. */
final class Producers {

    /** The largest record before compression, and the memory of a producer. */
    private static final int MAX_BYTES = 64 << 20;

    /** The longest time that one call blocks, milliseconds. */
    private static final int MAX_BLOCK_MS = 10_000;

    private final Brokers brokers;

    Producers(Brokers brokers) {
        this.brokers = brokers;
    }

    /** Creates a producer that retries until a record is acknowledged, each exactly once. */
    Producer<byte[], byte[]> idempotent(String clientId) {
        return create(
                Map.of(
                        ProducerConfig.CLIENT_ID_CONFIG,
                        clientId,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        Integer.MAX_VALUE));
    }

    /**
     * Creates a producer of transactions.
     *
     * @param timeout the time after which the broker aborts an open transaction
     */
    Producer<byte[], byte[]> transactional(String transactionalId, Duration timeout) {
        return create(
                Map.of(
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        transactionalId,
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                        Math.toIntExact(timeout.toMillis()),
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        60_000));
    }

    private Producer<byte[], byte[]> create(Map<String, Object> more) {
        Map<String, Object> all =
                new HashMap<>(
                        Map.ofEntries(
                                entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
                                entry(ProducerConfig.ACKS_CONFIG, "all"),
                                // shorter than a broker stands still, and than the job waits for
                                // what is sent again
                                entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000),
                                entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS),
                                entry(ProducerConfig.METADATA_MAX_AGE_CONFIG, 10_000),
                                entry(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_BYTES),
                                entry(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) MAX_BYTES),
                                entry(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10),
                                entry(ProducerConfig.LINGER_MS_CONFIG, 5),
                                entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4")));
        all.putAll(more);
        return new KafkaProducer<>(
                brokers.client(all), new ByteArraySerializer(), new ByteArraySerializer());
    }
}
