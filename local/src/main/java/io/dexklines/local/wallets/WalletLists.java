package io.dexklines.local.wallets;

import static java.util.Map.entry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.local.command.CommandFailure;
import io.dexklines.local.command.ExitStatus;
import io.dexklines.local.kafka.Brokers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A client of the two compacted topics of listed wallets and follows. A change is guaranteed to be
 * stored only after {@link #flush}, and then on all replicas. Reading starts at the beginning of a
 * topic.
 */
public final class WalletLists implements AutoCloseable {

    private static final String WALLETS = "smart-money-wallets";
    private static final String FOLLOWS = "smart-money-follows";

    private static final int ANSWER_TIMEOUT_MS = 10_000;
    private static final Duration POLL = Duration.ofMillis(200);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Brokers brokers;
    private final KafkaProducer<String, String> producer;
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    public WalletLists(Brokers brokers) {
        this.brokers = brokers;
        this.producer =
                new KafkaProducer<>(
                        brokers.client(
                                Map.ofEntries(
                                        entry(ProducerConfig.ACKS_CONFIG, "all"),
                                        entry(
                                                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                                                ANSWER_TIMEOUT_MS),
                                        entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000),
                                        entry(
                                                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                                                ANSWER_TIMEOUT_MS),
                                        entry(ProducerConfig.LINGER_MS_CONFIG, 5))),
                        new StringSerializer(),
                        new StringSerializer());
    }

    /** Adds a wallet to the list, or changes its label. */
    public void list(WalletKey wallet, String label) {
        send(WALLETS, wallet.text(), valueOf(wallet).put("label", label));
    }

    /** Removes a wallet from the list. */
    public void unlist(WalletKey wallet) {
        wallet.keys().forEach(key -> send(WALLETS, key, null));
    }

    /** Makes a user follow a wallet. Replaces earlier conditions of the same user. */
    public void follow(WalletKey wallet, String userId, FollowConditions conditions) {
        ObjectNode value = valueOf(wallet).put("user_id", userId);
        value.setAll(JSON.<ObjectNode>valueToTree(conditions));
        send(FOLLOWS, wallet.text() + ":" + userId, value);
    }

    /** Makes a user no longer follow a wallet. */
    public void unfollow(WalletKey wallet, String userId) {
        wallet.keys().forEach(key -> send(FOLLOWS, key + ":" + userId, null));
    }

    private static ObjectNode valueOf(WalletKey wallet) {
        return JSON.createObjectNode()
                .put("chain_id", wallet.chainId())
                .put("address", wallet.address());
    }

    /** Sends a record. A null value deletes the key from the compacted topic. */
    private void send(String topic, String key, ObjectNode value) {
        producer.send(
                new ProducerRecord<>(topic, key, value == null ? null : value.toString()),
                (metadata, e) -> {
                    if (e != null) {
                        failure.compareAndSet(null, e);
                    }
                });
    }

    /**
     * Waits until all changes are acknowledged.
     *
     * @throws CommandFailure if the broker rejected one
     */
    public void flush() {
        producer.flush();
        Exception e = failure.get();
        if (e != null) {
            throw new CommandFailure(
                    ExitStatus.SERVER,
                    "the broker at %s rejected a change: %s"
                            .formatted(brokers.addresses(), e.getMessage()),
                    e);
        }
    }

    /** Returns the labels of the listed wallets by {@code chain_id:address}, in ascending order. */
    public Map<String, String> listed() {
        Map<String, String> labels = new TreeMap<>();
        newest(WALLETS)
                .forEach(
                        (key, value) -> {
                            if (key.indexOf(':') > 0) {
                                labels.put(key, label(value));
                            }
                        });
        return labels;
    }

    /** Returns whether the list has the wallet. */
    public boolean isListed(WalletKey wallet) {
        return label(wallet).isPresent();
    }

    /** Returns the label of a wallet, which may be empty text; empty if it is not listed. */
    Optional<String> label(WalletKey wallet) {
        Map<String, String> labels = listed();
        return wallet.keys().stream().filter(labels::containsKey).findFirst().map(labels::get);
    }

    /** Returns the follows of all users, in ascending order. */
    public SortedSet<UserFollow> follows() {
        SortedSet<UserFollow> follows = new TreeSet<>();
        newest(FOLLOWS)
                .forEach(
                        (key, value) ->
                                UserFollow.ofRecord(key, value)
                                        .ifPresent(
                                                follow -> {
                                                    // of the keys of earlier releases the current
                                                    // one has precedence
                                                    if (key.equals(key(follow))) {
                                                        follows.remove(follow);
                                                    }
                                                    follows.add(follow);
                                                }));
        return follows;
    }

    /** Returns whether the user follows the wallet. */
    public boolean isFollowed(WalletKey wallet, String userId) {
        Map<String, String> follows = newest(FOLLOWS);
        return wallet.keys().stream().anyMatch(key -> follows.containsKey(key + ":" + userId));
    }

    private static String key(UserFollow follow) {
        return follow.wallet().text() + ":" + follow.userId();
    }

    /** Returns the newest value of each key of a compacted topic, in the order of the keys. */
    private Map<String, String> newest(String topic) {
        Map<String, String> values = new TreeMap<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        brokers.client(
                                Map.ofEntries(
                                        entry(
                                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                                "read_committed"),
                                        entry(
                                                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                                                ANSWER_TIMEOUT_MS))),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                for (ConsumerRecord<String, String> record : consumer.poll(POLL)) {
                    if (record.key() != null && record.value() == null) {
                        values.remove(record.key());
                    } else if (record.key() != null) {
                        values.put(record.key(), record.value());
                    }
                }
            }
        }
        return values;
    }

    private static String label(String value) {
        try {
            return JSON.readTree(value).path("label").asText("");
        } catch (JsonProcessingException e) {
            // the job counts such a record as invalid
            return "";
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(10));
    }
}
