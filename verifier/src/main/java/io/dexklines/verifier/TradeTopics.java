package io.dexklines.verifier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The topics of trades alone, read once from a time to the ends they have then. */
final class TradeTopics {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MAX_POLL_RECORDS = 10_000;

    private TradeTopics() {}

    /**
     * Reads the topics.
     *
     * @param fromMs records that were written earlier are left out, in epoch milliseconds
     * @return for each topic that has lost its beginning, the time before which records may be
     *     missing, in epoch milliseconds
     */
    static Map<String, Long> read(
            Map<String, Object> client,
            Set<String> topics,
            long fromMs,
            GoRecords records,
            VerifyProgress progress) {
        Map<String, Object> properties = new HashMap<>(client);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            return read(consumer, topics, fromMs, records, progress);
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    private static Map<String, Long> read(
            KafkaConsumer<byte[], byte[]> consumer,
            Set<String> topics,
            long fromMs,
            GoRecords records,
            VerifyProgress progress) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : topics) {
            List<PartitionInfo> infos = consumer.partitionsFor(topic);
            if (infos != null) {
                infos.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
            }
        }
        consumer.assign(partitions);
        Map<TopicPartition, Long> firsts = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<TopicPartition, OffsetAndTimestamp> found =
                fromMs <= 0
                        ? Map.of()
                        : consumer.offsetsForTimes(
                                partitions.stream().collect(Collectors.toMap(p -> p, p -> fromMs)));
        Map<TopicPartition, Long> lostAtFirst = new HashMap<>();
        long total = 0;
        for (TopicPartition partition : partitions) {
            OffsetAndTimestamp at = found.get(partition);
            long first = firsts.get(partition);
            long from = fromMs <= 0 ? first : at == null ? ends.get(partition) : at.offset();
            consumer.seek(partition, from);
            if (first > 0 && from == first) {
                // without a record left, everything until now may be missing
                lostAtFirst.put(partition, System.currentTimeMillis());
            }
            total += ends.get(partition) - from;
        }
        progress.begin("reading records", total);
        long done = 0;
        Map<TopicPartition, Long> lost = new HashMap<>(lostAtFirst);
        while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                if (lostAtFirst.remove(partition) != null) {
                    lost.put(partition, record.timestamp());
                }
                if (record.offset() < ends.get(partition)) {
                    records.add(
                            record.topic(),
                            record.partition(),
                            record.offset(),
                            record.timestamp(),
                            record.value());
                }
                done++;
            }
            progress.advanced(done);
        }
        Map<String, Long> byTopic = new HashMap<>();
        lost.forEach((partition, ms) -> byTopic.merge(partition.topic(), ms, Math::max));
        return byTopic;
    }
}
