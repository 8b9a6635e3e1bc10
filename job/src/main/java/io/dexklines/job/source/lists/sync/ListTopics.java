package io.dexklines.job.source.lists.sync;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.job.source.lists.ListRecords;
import io.dexklines.smartmoney.Follow;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.Wallet;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A client of the two compacted topics. It reads them from the beginning once, and afterwards what
 * was appended. After a failure it begins anew. It belongs to no group and commits nothing. Not
 * thread-safe.
 */
final class ListTopics implements AutoCloseable {

    /** The header that says who published a record. Compaction keeps it. */
    static final String SOURCE = "source";

    private static final int ANSWER_TIMEOUT_MS = 10_000;
    private static final int DELIVERY_TIMEOUT_MS = 30_000;
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Object> access;
    private final String walletsTopic;
    private final String followsTopic;
    private final Header source;
    private final Clock clock;

    private final Set<TopicPartition> assigned = new HashSet<>();

    /** Null before the first poll and after a failure. */
    private KafkaConsumer<byte[], byte[]> consumer;

    private PublishedList wallets;
    private PublishedList follows;

    /**
     * @param access the properties of a client that connects
     * @param source the name under which records are published
     */
    ListTopics(
            Map<String, Object> access,
            String walletsTopic,
            String followsTopic,
            String source,
            Clock clock) {
        this.access = access;
        this.walletsTopic = walletsTopic;
        this.followsTopic = followsTopic;
        this.source = new RecordHeader(SOURCE, source.getBytes(StandardCharsets.UTF_8));
        this.clock = clock;
    }

    /** Returns the wallets as of the last read. */
    PublishedList wallets() {
        return wallets;
    }

    /** Returns the follows as of the last read. */
    PublishedList follows() {
        return follows;
    }

    /** Reads both topics to their ends. */
    void read() throws FailedPollException {
        try {
            if (consumer == null) {
                open();
            }
            assign();
            readToEnd();
        } catch (KafkaException e) {
            close();
            throw failed("cannot read " + walletsTopic + " and " + followsTopic, e);
        }
    }

    private void open() {
        ListRecords parser = new ListRecords();
        wallets = new PublishedList(parser::wallet);
        follows = new PublishedList(parser::follow);
        Map<String, Object> properties =
                properties(
                        Map.of(
                                // records of an aborted transaction do not count
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed",
                                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                                false,
                                // what was read of a topic that was created again is worthless
                                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                                "none",
                                // a topic that is created automatically would not be compacted
                                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                                false));
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Reads all partitions, those that were added from their beginning. */
    private void assign() {
        Set<TopicPartition> added = new HashSet<>();
        for (String topic : List.of(walletsTopic, followsTopic)) {
            List<PartitionInfo> partitions = consumer.partitionsFor(topic);
            if (partitions == null || partitions.isEmpty()) {
                throw new KafkaException("there is no topic " + topic);
            }
            for (PartitionInfo partition : partitions) {
                TopicPartition each = new TopicPartition(topic, partition.partition());
                if (assigned.add(each)) {
                    added.add(each);
                }
            }
        }
        if (!added.isEmpty()) {
            consumer.assign(assigned);
            consumer.seekToBeginning(added);
        }
    }

    private void readToEnd() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(assigned);
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            if (consumer.position(end.getKey()) > end.getValue()) {
                throw new KafkaException(end.getKey() + " was created again");
            }
        }
        long progressMs = clock.millis();
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            boolean isEmpty = true;
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                PublishedList list = record.topic().equals(walletsTopic) ? wallets : follows;
                list.apply(record.key(), record.value(), sourceOf(record));
                isEmpty = false;
            }
            if (!isEmpty) {
                progressMs = clock.millis();
            } else if (clock.millis() - progressMs > ANSWER_TIMEOUT_MS) {
                throw new KafkaException("no broker sends the records");
            }
        }
    }

    private static String sourceOf(ConsumerRecord<byte[], byte[]> record) {
        Header header = record.headers().lastHeader(SOURCE);
        return header == null || header.value() == null
                ? null
                : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** Changes of both lists, to be published together. */
    interface Changes {

        /** Sends all changes to a receiver, which may not keep them. */
        void sendTo(Receiver receiver);
    }

    /** Receives changes. */
    interface Receiver {

        /** Adds or replaces a record. */
        void put(String key, ListChange change);

        /** Removes a wallet. */
        void removeWallet(String key);

        /** Removes a follow. */
        void removeFollow(String key);
    }

    /** Publishes changes, and returns when all replicas that are in sync have them. */
    void publish(Changes changes) throws FailedPollException {
        AtomicReference<Exception> failure = new AtomicReference<>();
        Map<String, Object> properties =
                properties(
                        Map.of(
                                ProducerConfig.ACKS_CONFIG,
                                "all",
                                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                                DELIVERY_TIMEOUT_MS,
                                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                                ANSWER_TIMEOUT_MS,
                                ProducerConfig.LINGER_MS_CONFIG,
                                5,
                                // the relay reads no codec with native code
                                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                                "none"));
        properties.remove(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            changes.sendTo(new Sender(producer, failure));
            producer.flush();
        } catch (KafkaException e) {
            failure.compareAndSet(null, e);
        }
        if (failure.get() != null) {
            throw failed("cannot write " + walletsTopic + " and " + followsTopic, failure.get());
        }
    }

    /** Sends changes as records that name their source. */
    private final class Sender implements Receiver {
        private final KafkaProducer<byte[], byte[]> producer;
        private final AtomicReference<Exception> failure;

        Sender(KafkaProducer<byte[], byte[]> producer, AtomicReference<Exception> failure) {
            this.producer = producer;
            this.failure = failure;
        }

        @Override
        public void put(String key, ListChange change) {
            send(change.follow() == null ? walletsTopic : followsTopic, key, value(change));
        }

        @Override
        public void removeWallet(String key) {
            send(walletsTopic, key, null);
        }

        @Override
        public void removeFollow(String key) {
            send(followsTopic, key, null);
        }

        private void send(String topic, String key, byte[] value) {
            producer.send(
                    new ProducerRecord<>(
                            topic,
                            null,
                            key.getBytes(StandardCharsets.US_ASCII),
                            value,
                            List.of(source)),
                    (metadata, e) -> {
                        if (e != null) {
                            failure.compareAndSet(null, e);
                        }
                    });
        }
    }

    /** Returns the value of a record, without conditions that every trade meets. */
    static byte[] value(ListChange change) {
        Wallet wallet = change.wallet();
        ObjectNode object =
                JSON.createObjectNode()
                        .put("chain_id", wallet.chainId())
                        .put("address", wallet.address());
        Follow follow = change.follow();
        if (follow == null) {
            object.put("label", change.label());
        } else {
            object.put("user_id", follow.userId())
                    .put("side", follow.side().name().toLowerCase(Locale.ROOT));
            if (follow.minUsd() > 0) {
                object.put("min_usd", follow.minUsd());
            }
            if (Double.isFinite(follow.maxUsd())) {
                object.put("max_usd", follow.maxUsd());
            }
            if (follow.cooldownSeconds() > 0) {
                object.put("cooldown_s", follow.cooldownSeconds());
            }
        }
        return object.toString().getBytes(StandardCharsets.UTF_8);
    }

    private Map<String, Object> properties(Map<String, Object> own) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_TIMEOUT_MS);
        properties.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_TIMEOUT_MS);
        properties.putAll(access);
        properties.putAll(own);
        return properties;
    }

    private FailedPollException failed(String what, Exception e) {
        return new FailedPollException(
                "Kafka at %s: %s: %s"
                        .formatted(
                                access.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG),
                                what,
                                e.getMessage()),
                e);
    }

    @Override
    public void close() {
        KafkaConsumer<byte[], byte[]> former = consumer;
        consumer = null;
        assigned.clear();
        if (former != null) {
            former.close(CloseOptions.timeout(CLOSE_TIMEOUT));
        }
    }
}
