package io.dexklines.verifier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The topics of a Kafka cluster. Reading begins with the first record that may hold a trade of the
 * scope, which Kafka finds by the time at which records were written: a trade is written at most
 * {@code ingest.max-future} before its block time. Reading continues to the end, since a trade may
 * be written any time after its block.
 */
final class KafkaTopics implements Topics {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final CloseOptions AT_ONCE = CloseOptions.timeout(Duration.ZERO);
    private static final int MAX_POLL_RECORDS = 10_000;

    private final JobShape shape;
    private final RecordReader reader;
    private final Admin admin;
    private final long nowMs;
    private final List<KafkaConsumer<byte[], byte[]>> consumers = new ArrayList<>();
    private final Map<String, Long> lostUntilMs = new HashMap<>();

    private final List<TopicPartition> tradePartitions;
    private final KafkaConsumer<byte[], byte[]> trades;
    private final KafkaConsumer<byte[], byte[]> exclusions;
    private final KafkaConsumer<byte[], byte[]> refusals;
    private final KafkaConsumer<byte[], byte[]> smartMoneyLists;
    private final KafkaConsumer<byte[], byte[]> smartMoneyMessages;

    /** The offset after the last record read of each partition of trades. */
    private final long[] readTo;

    private final Cut begin;

    private KafkaTopics(Map<String, Object> client, JobShape shape, long fromSeconds, long nowMs) {
        this.shape = shape;
        this.reader = new RecordReader(shape.chainsByTopic());
        this.nowMs = nowMs;
        this.admin = Admin.create(client);
        try {
            long fromMs = fromSeconds * 1000 - shape.maxFuture().toMillis();
            trades = consumer(client, shape.chainsByTopic().keySet(), fromMs);
            exclusions = consumer(client, List.of(shape.excludedTopic()), fromMs);
            refusals = consumer(client, List.of(shape.refusedTopic()), fromMs);
            List<String> lists = new ArrayList<>();
            List<String> messages = new ArrayList<>();
            shape.smartMoney()
                    .ifPresent(
                            topics -> {
                                lists.addAll(List.of(topics.wallets(), topics.follows()));
                                messages.addAll(List.of(topics.notifications(), topics.clusters()));
                            });
            smartMoneyLists = consumer(client, lists, 0);
            smartMoneyMessages = consumer(client, messages, fromMs);
            tradePartitions = List.copyOf(trades.assignment());
            readTo = tradePartitions.stream().mapToLong(trades::position).toArray();
            begin = new Cut(readTo);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Connects to the brokers.
     *
     * @param client the properties with which a client reaches them
     * @param fromSeconds the earliest block time that matters, in epoch seconds
     * @param nowMs the wall clock, in epoch milliseconds
     * @throws VerificationException if the brokers do not answer
     */
    static KafkaTopics of(
            Map<String, Object> client, JobShape shape, long fromSeconds, long nowMs) {
        try {
            return new KafkaTopics(client, shape, fromSeconds, nowMs);
        } catch (KafkaException e) {
            Object servers = client.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG);
            throw new VerificationException("Kafka at " + servers + ": " + e.getMessage(), e);
        }
    }

    /** Returns a consumer of some topics that begins at a time, in epoch milliseconds. */
    private KafkaConsumer<byte[], byte[]> consumer(
            Map<String, Object> client, Iterable<String> topics, long fromMs) {
        Map<String, Object> properties = new HashMap<>(client);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumers.add(consumer);
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : topics) {
            List<PartitionInfo> infos = consumer.partitionsFor(topic);
            if (infos != null) {
                infos.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
            }
        }
        consumer.assign(partitions);
        seek(consumer, partitions, fromMs);
        return consumer;
    }

    private void seek(
            KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions, long fromMs) {
        Map<TopicPartition, Long> firsts = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<TopicPartition, OffsetAndTimestamp> found =
                fromMs <= 0
                        ? Map.of()
                        : consumer.offsetsForTimes(
                                partitions.stream().collect(Collectors.toMap(p -> p, p -> fromMs)));
        for (TopicPartition partition : partitions) {
            OffsetAndTimestamp at = found.get(partition);
            long first = firsts.get(partition);
            long from = fromMs <= 0 ? first : at == null ? ends.get(partition) : at.offset();
            consumer.seek(partition, from);
            if (first > 0 && from == first) {
                long lostMs = lostUntilMs(consumer, partition, ends.get(partition));
                lostUntilMs.merge(partition.topic(), lostMs, Math::max);
            }
        }
    }

    /** Returns the time before which a partition that has lost its beginning may lack records. */
    private long lostUntilMs(
            KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long end) {
        boolean written = shape.chainsByTopic().containsKey(partition.topic());
        long first = consumer.position(partition);
        consumer.pause(consumer.assignment());
        consumer.resume(List.of(partition));
        try {
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    return written
                            ? record.timestamp()
                            : Math.min(record.timestamp(), expiredUntilMs(partition.topic()));
                }
            }
            return expiredUntilMs(partition.topic());
        } finally {
            consumer.seek(partition, first);
            consumer.resume(consumer.assignment());
        }
    }

    /**
     * Returns the time until which retention may have removed records, in epoch milliseconds. In a
     * topic that is seldom written to, this is far earlier than the first record that is left.
     */
    private long expiredUntilMs(String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config = get(admin.describeConfigs(List.of(resource)).values().get(resource), topic);
        long retentionMs = Long.parseLong(config.get(TopicConfig.RETENTION_MS_CONFIG).value());
        boolean byTimeAlone = config.get(TopicConfig.RETENTION_BYTES_CONFIG).value().equals("-1");
        return byTimeAlone && retentionMs >= 0 ? nowMs - retentionMs : nowMs;
    }

    @Override
    public List<Journal.Partition> partitions() {
        return tradePartitions.stream()
                .map(partition -> new Journal.Partition(partition.topic(), partition.partition()))
                .toList();
    }

    @Override
    public Map<String, Long> lostUntilMs() {
        return lostUntilMs;
    }

    @Override
    public Cut begin() {
        return begin;
    }

    @Override
    public Cut ends() {
        Map<TopicPartition, Long> offsets = trades.endOffsets(tradePartitions);
        return new Cut(tradePartitions.stream().mapToLong(offsets::get).toArray());
    }

    @Override
    public Cut read(Cut upTo, Journal journal, VerifyProgress progress) {
        if (isRead(upTo)) {
            return new Cut(readTo);
        }
        progress.begin("reading records", upTo.recordsSince(begin));
        while (!isRead(upTo)) {
            for (ConsumerRecord<byte[], byte[]> record : trades.poll(POLL)) {
                int partition =
                        tradePartitions.indexOf(
                                new TopicPartition(record.topic(), record.partition()));
                journal.add(
                        reader.entries(
                                record.topic(),
                                partition,
                                record.offset(),
                                record.timestamp(),
                                record.value()));
                readTo[partition] = record.offset() + 1;
            }
            progress.advanced(new Cut(readTo).recordsSince(begin));
        }
        progress.advanced(upTo.recordsSince(begin));
        return new Cut(readTo);
    }

    private boolean isRead(Cut upTo) {
        for (int i = 0; i < tradePartitions.size(); i++) {
            if (trades.position(tradePartitions.get(i)) < upTo.end(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void readExclusions(Journal journal) {
        readToEnd(
                exclusions,
                record ->
                        Exclusion.of(record.value())
                                .ifPresentOrElse(
                                        exclusion -> exclude(exclusion, journal),
                                        () ->
                                                journal.addUnknown(
                                                        describe(record, "not an exclusion"))));
    }

    private void exclude(Exclusion exclusion, Journal journal) {
        int partition =
                tradePartitions.indexOf(
                        new TopicPartition(exclusion.topic(), exclusion.partition()));
        // a record that is not read cannot be accounted for
        if (partition < 0 || exclusion.offset() >= begin.end(partition)) {
            journal.exclude(exclusion);
        }
    }

    @Override
    public void readRefusals(Journal journal) {
        readToEnd(
                refusals,
                record ->
                        RefusedRow.of(record.value())
                                .ifPresentOrElse(
                                        journal::refuse,
                                        () ->
                                                journal.addUnknown(
                                                        describe(record, "not a refused row"))));
    }

    @Override
    public void readSmartMoney(SmartMoneyJournal smartMoney, Journal journal) {
        if (shape.smartMoney().isEmpty()) {
            return;
        }
        JobShape.SmartMoneyTopics topics = shape.smartMoney().get();
        readToEnd(
                smartMoneyLists,
                record -> {
                    if (record.topic().equals(topics.wallets())) {
                        smartMoney.addWallet(record.key(), record.value(), record.timestamp());
                    } else {
                        smartMoney.addFollow(record.key(), record.value(), record.timestamp());
                    }
                });
        readToEnd(
                smartMoneyMessages,
                record -> {
                    boolean notification = record.topic().equals(topics.notifications());
                    boolean parsed =
                            notification
                                    ? smartMoney.addNotification(record.value())
                                    : smartMoney.addCluster(record.value());
                    if (!parsed) {
                        journal.addUnknown(
                                describe(
                                        record,
                                        notification ? "not a notification" : "not a cluster"));
                    }
                });
    }

    /** Reads up to the current end. */
    private static void readToEnd(
            KafkaConsumer<byte[], byte[]> consumer,
            Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(POLL).forEach(reader);
        }
    }

    private static String describe(ConsumerRecord<byte[], byte[]> record, String what) {
        return "%s-%d offset %d is %s"
                .formatted(record.topic(), record.partition(), record.offset(), what);
    }

    @Override
    public Cut committed() {
        Map<TopicPartition, OffsetAndMetadata> offsets =
                get(
                        admin.listConsumerGroupOffsets(shape.consumerGroup())
                                .partitionsToOffsetAndMetadata(),
                        "the offsets of " + shape.consumerGroup());
        long[] ends = new long[tradePartitions.size()];
        for (int i = 0; i < ends.length; i++) {
            OffsetAndMetadata offset = offsets.get(tradePartitions.get(i));
            ends[i] = offset == null ? 0 : offset.offset();
        }
        return new Cut(ends);
    }

    private static <T> T get(KafkaFuture<T> future, String what) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new VerificationException(what + ": " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VerificationException("interrupted", e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
        consumers.forEach(consumer -> consumer.close(AT_ONCE));
    }
}
