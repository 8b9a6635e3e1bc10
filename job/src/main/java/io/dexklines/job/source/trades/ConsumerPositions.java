package io.dexklines.job.source.trades;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How far the consumers of one reader have read. A consumer passes over control records and aborted
 * transactions without delivering anything, so the last record does not tell its position.
 *
 * <p>The Kafka source creates its consumers itself, on another thread. So {@link Interceptor}
 * observes them. It finds this object by an id that no other reader of the process has had. A
 * consumer that outlives its reader therefore changes nothing that anybody reads. Thread-safe.
 */
final class ConsumerPositions implements AutoCloseable {

    private static final String ID_PROPERTY = "dex-klines.consumer-positions";

    private static final Map<String, ConsumerPositions> BY_ID = new ConcurrentHashMap<>();
    private static final AtomicLong IDS = new AtomicLong();

    private final String id = Long.toString(IDS.incrementAndGet());
    private final Map<TopicPartition, Delivered> delivered = new ConcurrentHashMap<>();

    /**
     * What a consumer has delivered of a partition.
     *
     * @param lastOffset the offset of the last record; -1 if there was none
     * @param nextOffset the consumer's position behind it
     */
    private record Delivered(long lastOffset, long nextOffset) {}

    ConsumerPositions() {
        BY_ID.put(id, this);
    }

    /** Returns properties that make a consumer report to this object. */
    Properties consumerProperties() {
        Properties properties = new Properties();
        properties.setProperty(
                ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG, Interceptor.class.getName());
        properties.setProperty(ID_PROPERTY, id);
        return properties;
    }

    /**
     * Returns the position behind all that was delivered of a partition.
     *
     * @param emittedOffset the offset of the last record that the reader has emitted; -1 for none
     * @param otherwise the result if the reader has not emitted all that was delivered, or if
     *     nothing was delivered
     */
    long positionBehind(TopicPartition partition, long emittedOffset, long otherwise) {
        Delivered last = delivered.get(partition);
        return last == null || emittedOffset < last.lastOffset ? otherwise : last.nextOffset;
    }

    /** Forgets this object. Consumers that are still open report to nobody. */
    @Override
    public void close() {
        BY_ID.remove(id);
    }

    private void consumed(ConsumerRecords<byte[], byte[]> records) {
        records.nextOffsets()
                .forEach(
                        (partition, next) -> {
                            List<ConsumerRecord<byte[], byte[]>> read = records.records(partition);
                            Delivered before = delivered.get(partition);
                            long lastOffset =
                                    read.isEmpty()
                                            ? before == null ? -1 : before.lastOffset
                                            : read.get(read.size() - 1).offset();
                            delivered.put(partition, new Delivered(lastOffset, next.offset()));
                        });
    }

    /** Observes a consumer. It is public because Kafka creates it by its name. */
    public static final class Interceptor implements ConsumerInterceptor<byte[], byte[]> {

        private ConsumerPositions positions;

        @Override
        public void configure(Map<String, ?> configuration) {
            positions = BY_ID.get(String.valueOf(configuration.get(ID_PROPERTY)));
        }

        @Override
        public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
            if (positions != null) {
                positions.consumed(records);
            }
            return records;
        }

        @Override
        public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
            // commits say nothing about positions
        }

        @Override
        public void close() {
            // the reader closes the positions
        }
    }
}
