package io.dexklines.local.replay;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The broker that a replay publishes to. */
interface Broker {

    /**
     * How many partitions the topic has.
     *
     * @param within how long the broker may take to answer
     * @throws ReplayException if the broker does not answer or has no such topic
     */
    int partitions(String topic, Duration within) throws ReplayException, InterruptedException;

    /** A producer that keeps the order within a partition. */
    Producer<byte[], byte[]> producer();

    /** A real one. */
    static Broker at(String bootstrapServers) {
        return new Broker() {
            @Override
            public int partitions(String topic, Duration within)
                    throws ReplayException, InterruptedException {
                return partitionsOf(topic, bootstrapServers, within);
            }

            @Override
            public Producer<byte[], byte[]> producer() {
                return producerTo(bootstrapServers);
            }
        };
    }

    private static int partitionsOf(String topic, String bootstrapServers, Duration within)
            throws ReplayException, InterruptedException {
        int timeoutMs = Math.toIntExact(within.toMillis());
        try (Admin admin =
                Admin.create(
                        Map.of(
                                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs,
                                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMs))) {
            try {
                return admin.describeTopics(List.of(topic))
                        .topicNameValues()
                        .get(topic)
                        .get(timeoutMs, TimeUnit.MILLISECONDS)
                        .partitions()
                        .size();
            } finally {
                admin.close(Duration.ZERO);
            }
        } catch (TimeoutException e) {
            throw noAnswer(bootstrapServers, within, e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof UnknownTopicOrPartitionException
                    || cause instanceof InvalidTopicException) {
                throw new ReplayException(
                        "the broker at %s has no topic %s".formatted(bootstrapServers, topic),
                        cause);
            }
            if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
                throw noAnswer(bootstrapServers, within, cause);
            }
            throw new ReplayException(
                    "the broker at %s refused: %s".formatted(bootstrapServers, cause.getMessage()),
                    cause);
        } catch (KafkaException e) {
            // an address without a port, a name that does not resolve
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new ReplayException(
                    "no broker can be reached at %s: %s"
                            .formatted(bootstrapServers, cause.getMessage()),
                    e);
        }
    }

    private static ReplayException noAnswer(
            String bootstrapServers, Duration within, Throwable cause) {
        return new ReplayException(
                "no broker answers at %s within %d s"
                        .formatted(bootstrapServers, Math.max(1, within.toSeconds())),
                cause);
    }

    private static Producer<byte[], byte[]> producerTo(String bootstrapServers) {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.CLIENT_ID_CONFIG,
                        "replay",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        true,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        10_000,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        30_000,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        30_000,
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        ReplaySource.MAX_LINE_BYTES,
                        ProducerConfig.BUFFER_MEMORY_CONFIG,
                        2L * ReplaySource.MAX_LINE_BYTES,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        256 << 10,
                        ProducerConfig.LINGER_MS_CONFIG,
                        5),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }
}
