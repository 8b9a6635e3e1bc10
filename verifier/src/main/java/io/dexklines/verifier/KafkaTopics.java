package io.dexklines.verifier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The real ones. */
final class KafkaTopics implements Topics {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final CloseOptions AT_ONCE = CloseOptions.timeout(Duration.ZERO);
    private static final int MAX_POLL_RECORDS = 10_000;

    private final JobShape shape;
    private final RecordReader reader;
    private final Admin admin;
    private final KafkaConsumer<byte[], byte[]> trades;
    private final KafkaConsumer<byte[], byte[]> exclusions;
    private final KafkaConsumer<byte[], byte[]> refusals;
    private final List<TopicPartition> tradePartitions = new ArrayList<>();

    /** Of each partition of trades, behind the last record read. */
    private final long[] readTo;

    /** What lies before it was not read. */
    private final Cut begin;

    private KafkaTopics(
            JobShape shape,
            Admin admin,
            KafkaConsumer<byte[], byte[]> trades,
            KafkaConsumer<byte[], byte[]> exclusions,
            KafkaConsumer<byte[], byte[]> refusals) {
        this.shape = shape;
        this.reader = new RecordReader(shape.chainsByTopic());
        this.admin = admin;
        this.trades = trades;
        this.exclusions = exclusions;
        this.refusals = refusals;
        for (String topic : shape.chainsByTopic().keySet()) {
            tradePartitions.addAll(partitions(trades, topic));
        }
        assignFromTheFirst(exclusions, partitions(exclusions, shape.excludedTopic()));
        assignFromTheFirst(refusals, partitions(refusals, shape.refusedTopic()));
        if (shape.begin() == 0) {
            assignFromTheFirst(trades, tradePartitions);
        } else {
            assignFrom(shape.begin() * 1000 - shape.maxFuture().toMillis());
        }
        readTo = tradePartitions.stream().mapToLong(trades::position).toArray();
        begin = new Cut(readTo);
    }

    /**
     * @param client the properties with which a client reaches the brokers
     * @throws VerificationException if the broker does not answer, or a topic no longer holds the
     *     first record that the job counted
     */
    static KafkaTopics of(Map<String, Object> client, JobShape shape) {
        Admin admin = Admin.create(client);
        KafkaConsumer<byte[], byte[]> trades = consumer(client);
        KafkaConsumer<byte[], byte[]> exclusions = consumer(client);
        KafkaConsumer<byte[], byte[]> refusals = consumer(client);
        try {
            return new KafkaTopics(shape, admin, trades, exclusions, refusals);
        } catch (KafkaException | VerificationException e) {
            admin.close(Duration.ZERO);
            trades.close(AT_ONCE);
            exclusions.close(AT_ONCE);
            refusals.close(AT_ONCE);
            if (e instanceof VerificationException told) {
                throw told;
            }
            throw new VerificationException(
                    "Kafka at %s: %s"
                            .formatted(
                                    client.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG),
                                    e.getMessage()),
                    e);
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> client) {
        Map<String, Object> properties = new HashMap<>(client);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static List<TopicPartition> partitions(
            KafkaConsumer<byte[], byte[]> consumer, String topic) {
        List<PartitionInfo> partitions = consumer.partitionsFor(topic);
        return partitions == null
                ? List.of()
                : partitions.stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList();
    }

    private static void assignFromTheFirst(
            KafkaConsumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
        consumer.beginningOffsets(partitions)
                .forEach(
                        (partition, first) -> {
                            if (first > 0) {
                                throw new VerificationException(
                                        partition
                                                + " has lost its first "
                                                + first
                                                + " records: what they made cannot be recomputed");
                            }
                        });
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** From the first records on that can hold trades of a time, epoch milliseconds. */
    private void assignFrom(long timeMs) {
        Map<TopicPartition, Long> firsts = trades.beginningOffsets(tradePartitions);
        Map<TopicPartition, Long> ends = trades.endOffsets(tradePartitions);
        Map<TopicPartition, OffsetAndTimestamp> found =
                trades.offsetsForTimes(
                        tradePartitions.stream()
                                .collect(Collectors.toMap(p -> p, p -> Math.max(0, timeMs))));
        trades.assign(tradePartitions);
        for (TopicPartition partition : tradePartitions) {
            OffsetAndTimestamp at = found.get(partition);
            long from = at == null ? ends.get(partition) : at.offset();
            if (from == firsts.get(partition) && from > 0) {
                throw new VerificationException(
                        partition + " has lost what was written before its record " + from);
            }
            trades.seek(partition, from);
        }
    }

    @Override
    public List<Journal.Partition> partitions() {
        return tradePartitions.stream()
                .map(partition -> new Journal.Partition(partition.topic(), partition.partition()))
                .toList();
    }

    @Override
    public Cut ends() {
        return cut(trades.endOffsets(tradePartitions));
    }

    @Override
    public Cut read(Cut upTo, Journal journal, VerifyProgress progress) {
        long done = sum();
        if (isRead(upTo)) {
            return new Cut(readTo);
        }
        progress.begin("reading records", upTo.records());
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
                if ((++done & 1023) == 0) {
                    progress.advanced(done);
                }
            }
        }
        progress.advanced(upTo.records());
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

    private long sum() {
        return new Cut(readTo).records();
    }

    @Override
    public void readExclusions(Journal journal) {
        readOn(
                exclusions,
                record ->
                        Exclusion.of(record.value())
                                .ifPresentOrElse(
                                        exclusion -> exclude(exclusion, journal),
                                        () -> journal.addUnknown(place(record, "no exclusion"))));
    }

    private void exclude(Exclusion exclusion, Journal journal) {
        int partition =
                tradePartitions.indexOf(
                        new TopicPartition(exclusion.topic(), exclusion.partition()));
        // what was not read cannot be accounted for
        if (partition < 0 || exclusion.offset() >= begin.end(partition)) {
            journal.exclude(exclusion);
        }
    }

    @Override
    public void readRefusals(Journal journal) {
        readOn(
                refusals,
                record ->
                        RefusedKline.of(record.value())
                                .ifPresentOrElse(
                                        journal::refuse,
                                        () ->
                                                journal.addUnknown(
                                                        place(record, "no refused kline"))));
    }

    /** Reads up to where the topic ends now. */
    private static void readOn(
            KafkaConsumer<byte[], byte[]> consumer,
            Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(POLL).forEach(reader);
        }
    }

    private static String place(ConsumerRecord<byte[], byte[]> record, String what) {
        return "%s-%d offset %d is %s"
                .formatted(record.topic(), record.partition(), record.offset(), what);
    }

    @Override
    public Cut committed() {
        try {
            Map<TopicPartition, OffsetAndMetadata> offsets =
                    admin.listConsumerGroupOffsets(shape.consumerGroup())
                            .partitionsToOffsetAndMetadata()
                            .get();
            long[] ends = new long[tradePartitions.size()];
            for (int i = 0; i < ends.length; i++) {
                OffsetAndMetadata offset = offsets.get(tradePartitions.get(i));
                ends[i] = offset == null ? 0 : offset.offset();
            }
            return new Cut(ends);
        } catch (ExecutionException e) {
            throw new VerificationException(
                    "the offsets of " + shape.consumerGroup() + ": " + e.getCause().getMessage(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VerificationException("interrupted", e);
        }
    }

    private Cut cut(Map<TopicPartition, Long> offsets) {
        return new Cut(tradePartitions.stream().mapToLong(offsets::get).toArray());
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
        trades.close(AT_ONCE);
        exclusions.close(AT_ONCE);
        refusals.close(AT_ONCE);
    }
}
