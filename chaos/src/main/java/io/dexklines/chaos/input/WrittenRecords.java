package io.dexklines.chaos.input;

import io.dexklines.local.kafka.Brokers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * The committed records of the topics of trades.
 *
 * @param written the records of this input. A record is there more than once if a producer had to
 *     send it again without knowing what became of the first try
 * @param others the number of records of anybody else
 */
record WrittenRecords(List<Written> written, long others) {

    private static final Duration POLL = Duration.ofMillis(200);

    /**
     * A record in its partition.
     *
     * @param number the record's number within the input
     */
    record Written(String topic, int partition, long offset, long number) {}

    /** Returns the ends of the topics' partitions, as of now. */
    static Map<TopicPartition, Long> ends(Brokers brokers, Set<String> topics) {
        try (Consumer<byte[], byte[]> consumer = TopicConsumers.uncommitted(brokers)) {
            return consumer.endOffsets(TopicConsumers.partitions(consumer, topics));
        }
    }

    /**
     * Reads the topics to their ends, once no transaction is open in them.
     *
     * @param begins the offsets to begin with; 0 for other partitions
     * @throws IllegalStateException if a transaction stays open for longer than the timeout, or the
     *     topics cannot be read for that long
     */
    static WrittenRecords read(
            Brokers brokers,
            Set<String> topics,
            Map<TopicPartition, Long> begins,
            SentRecords sent,
            Duration timeout)
            throws InterruptedException {
        try (Consumer<byte[], byte[]> consumer = TopicConsumers.committed(brokers)) {
            Map<TopicPartition, Long> ends =
                    awaitNoOpenTransaction(consumer, brokers, topics, timeout);
            consumer.assign(ends.keySet());
            ends.keySet()
                    .forEach(
                            partition ->
                                    consumer.seek(partition, begins.getOrDefault(partition, 0L)));
            List<Written> written = new ArrayList<>();
            Map<String, String> names = new HashMap<>();
            long others = 0;
            long deadlineNs = System.nanoTime() + timeout.toNanos();
            Set<TopicPartition> unread = new HashSet<>(ends.keySet());
            while (true) {
                unread.removeIf(partition -> consumer.position(partition) >= ends.get(partition));
                if (unread.isEmpty()) {
                    return new WrittenRecords(written, others);
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    deadlineNs = System.nanoTime() + timeout.toNanos();
                    Optional<Long> number = sent.number(record.headers());
                    if (number.isPresent()) {
                        String topic = names.computeIfAbsent(record.topic(), name -> name);
                        written.add(
                                new Written(
                                        topic, record.partition(), record.offset(), number.get()));
                    } else {
                        others++;
                    }
                }
                if (System.nanoTime() > deadlineNs) {
                    throw new IllegalStateException("cannot read to the ends of " + unread);
                }
            }
        }
    }

    /** Returns the ends of all partitions, none of which has an open transaction before it. */
    private static Map<TopicPartition, Long> awaitNoOpenTransaction(
            Consumer<byte[], byte[]> consumer,
            Brokers brokers,
            Set<String> topics,
            Duration timeout)
            throws InterruptedException {
        long deadlineNs = System.nanoTime() + timeout.toNanos();
        while (true) {
            try {
                Map<TopicPartition, Long> ends = ends(brokers, topics);
                Map<TopicPartition, Long> stable = consumer.endOffsets(ends.keySet());
                if (ends.entrySet().stream()
                        .allMatch(end -> stable.get(end.getKey()) >= end.getValue())) {
                    return ends;
                }
                if (System.nanoTime() > deadlineNs) {
                    throw new IllegalStateException(
                            "a transaction stays open: ends %s, stable %s".formatted(ends, stable));
                }
            } catch (TimeoutException e) {
                if (System.nanoTime() > deadlineNs) {
                    throw new IllegalStateException("the ends of the topics are unknown", e);
                }
            }
            Thread.sleep(POLL.toMillis());
        }
    }
}
