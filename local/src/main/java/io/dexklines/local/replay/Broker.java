package io.dexklines.local.replay;

import static java.util.Map.entry;

import io.dexklines.local.command.CommandFailure;
import io.dexklines.local.kafka.Brokers;
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

/** The Kafka broker that a replay publishes to. */
class Broker {

    private final Brokers brokers;

    Broker(Brokers brokers) {
        this.brokers = brokers;
    }

    /**
     * Returns the number of partitions of a topic.
     *
     * @param timeout longest time to wait for the broker
     * @throws CommandFailure if the broker cannot be reached
     * @throws ReplayException if the broker does not answer or has no such topic
     */
    int partitions(String topic, Duration timeout) throws ReplayException, InterruptedException {
        brokers.requireReachable();
        int timeoutMs = Math.toIntExact(timeout.toMillis());
        try (Admin admin =
                Admin.create(
                        brokers.client(
                                Map.of(
                                        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs,
                                        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                                                timeoutMs)))) {
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
            throw noAnswer(timeout, e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof UnknownTopicOrPartitionException
                    || cause instanceof InvalidTopicException) {
                throw new ReplayException(
                        "the broker at %s has no topic %s".formatted(brokers.addresses(), topic),
                        cause);
            }
            if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
                throw noAnswer(timeout, cause);
            }
            throw new ReplayException(
                    "the broker at %s rejected the request: %s"
                            .formatted(brokers.addresses(), cause.getMessage()),
                    cause);
        } catch (KafkaException e) {
            // a client that cannot be created, such as one with a login of an unknown kind
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new ReplayException(
                    "the broker at %s cannot be used: %s"
                            .formatted(brokers.addresses(), cause.getMessage()),
                    e);
        }
    }

    private ReplayException noAnswer(Duration timeout, Throwable cause) {
        return new ReplayException(
                "no broker answered at %s within %d s"
                        .formatted(brokers.addresses(), Math.max(1, timeout.toSeconds())),
                cause);
    }

    /** Creates a producer that keeps the order within a partition. */
    Producer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                brokers.client(
                        Map.ofEntries(
                                entry(ProducerConfig.CLIENT_ID_CONFIG, "replay"),
                                entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
                                entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000),
                                entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000),
                                entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, 30_000),
                                entry(
                                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                                        ReplaySource.MAX_LINE_BYTES),
                                entry(
                                        ProducerConfig.BUFFER_MEMORY_CONFIG,
                                        2L * ReplaySource.MAX_LINE_BYTES),
                                entry(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10),
                                entry(ProducerConfig.LINGER_MS_CONFIG, 5))),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }
}
