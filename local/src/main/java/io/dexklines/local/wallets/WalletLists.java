package io.dexklines.local.wallets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The two compacted topics: written so that all replicas have what was acknowledged, read from
 * their beginning. Nothing that was sent is certain before {@link #flush}.
 */
public final class WalletLists implements AutoCloseable {

    private static final String WALLETS = "smart-money-wallets";
    private static final String FOLLOWS = "smart-money-follows";

    private static final int ANSWER_TIMEOUT_MS = 10_000;
    private static final int DELIVERY_TIMEOUT_MS = 30_000;
    private static final Duration POLL = Duration.ofMillis(200);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String bootstrapServers;
    private final KafkaProducer<String, String> producer;
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    /** The lists of a broker, {@code host:port}. */
    public WalletLists(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        this.producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrapServers,
                                ProducerConfig.ACKS_CONFIG,
                                "all",
                                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                                ANSWER_TIMEOUT_MS,
                                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                                DELIVERY_TIMEOUT_MS,
                                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                                (long) ANSWER_TIMEOUT_MS,
                                ProducerConfig.LINGER_MS_CONFIG,
                                5),
                        new StringSerializer(),
                        new StringSerializer());
    }

    /** Lists a wallet, or gives a listed one another label. */
    public void list(WalletKey wallet, String label) {
        Map<String, Object> value = valueOf(wallet);
        value.put("label", label);
        send(WALLETS, wallet.text(), value);
    }

    /** Takes a wallet from the list. */
    public void unlist(WalletKey wallet) {
        send(WALLETS, wallet.text(), null);
    }

    /** Has a user follow a wallet; replaces what the user's follow of it was. */
    public void follow(WalletKey wallet, String userId, FollowConditions conditions) {
        Map<String, Object> value = valueOf(wallet);
        value.put("user_id", userId);
        value.put("side", conditions.side());
        if (conditions.minUsd() != null) {
            value.put("min_usd", conditions.minUsd());
        }
        if (conditions.maxUsd() != null) {
            value.put("max_usd", conditions.maxUsd());
        }
        if (conditions.cooldownSeconds() != null) {
            value.put("cooldown_s", conditions.cooldownSeconds());
        }
        send(FOLLOWS, wallet.text() + ":" + userId, value);
    }

    /** Ends a user's follow of a wallet. */
    public void unfollow(WalletKey wallet, String userId) {
        send(FOLLOWS, wallet.text() + ":" + userId, null);
    }

    private static Map<String, Object> valueOf(WalletKey wallet) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("chain_id", wallet.chainId());
        value.put("address", wallet.address());
        return value;
    }

    private void send(String topic, String key, Map<String, Object> value) {
        try {
            producer.send(
                    new ProducerRecord<>(
                            topic, key, value == null ? null : JSON.writeValueAsString(value)),
                    (metadata, e) -> {
                        if (e != null) {
                            failure.compareAndSet(null, e);
                        }
                    });
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits until all that was sent is acknowledged.
     *
     * @throws KafkaException if something was not
     */
    public void flush() {
        producer.flush();
        Exception e = failure.get();
        if (e != null) {
            throw new KafkaException(
                    "the broker at " + bootstrapServers + " did not take it: " + e.getMessage(), e);
        }
    }

    /** The labels of the listed wallets, by {@code chain_id:address}, in the order of these. */
    public Map<String, String> listed() {
        Map<String, String> labels = new TreeMap<>();
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrapServers,
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed",
                                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                                ANSWER_TIMEOUT_MS),
                        new StringDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(WALLETS).stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    if (record.value() == null) {
                        labels.remove(record.key());
                    } else if (record.key() != null && record.key().indexOf(':') > 0) {
                        labels.put(record.key(), label(record.value()));
                    }
                }
            }
        }
        return labels;
    }

    private static String label(byte[] value) {
        try {
            return JSON.readTree(new String(value, StandardCharsets.UTF_8))
                    .path("label")
                    .asText("");
        } catch (JsonProcessingException e) {
            // the job counts it as invalid; here it is shown without a label
            return "";
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(10));
    }
}
