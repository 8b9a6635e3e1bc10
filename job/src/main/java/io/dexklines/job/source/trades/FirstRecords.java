package io.dexklines.job.source.trades;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The times of the first records that are left in partitions. The records are read.
 *
 * <p>A broker that is asked for the first record since the epoch looks only into the first segment
 * of a partition. After records have been deleted up to an offset in a later segment, it says for
 * some minutes that there is none, until it has removed the segments before.
 */
final class FirstRecords {

    /** The time of the first record of a partition that has none. */
    static final long NO_RECORD = -1;

    private static final Duration POLL = Duration.ofMillis(500);
    private static final int TIMEOUT_MS = 30_000;

    private FirstRecords() {}

    /**
     * Returns the time of the first record of each partition, epoch milliseconds, or {@link
     * #NO_RECORD}.
     *
     * @param client the properties of a Kafka client that may read the partitions
     * @throws org.apache.kafka.common.KafkaException if the brokers do not answer
     */
    static Map<TopicPartition, Long> timesMs(
            Properties client, Collection<TopicPartition> partitions) {
        Properties properties = new Properties();
        properties.putAll(client);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "1");
        Map<TopicPartition, Long> timesMs = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            for (TopicPartition partition : partitions) {
                timesMs.put(partition, timeMs(consumer, partition, ends.get(partition)));
            }
        }
        return timesMs;
    }

    private static long timeMs(
            KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long end) {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long startNs = System.nanoTime();
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<byte[], byte[]> first : consumer.poll(POLL)) {
                return first.timestamp();
            }
            if (System.nanoTime() - startNs > TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS)) {
                throw new TimeoutException("the first record of " + partition + " cannot be read");
            }
        }
        return NO_RECORD;
    }
}
