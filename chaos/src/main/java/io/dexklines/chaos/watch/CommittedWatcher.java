package io.dexklines.chaos.watch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.dexklines.chaos.input.EntryPlace;
import io.dexklines.chaos.input.TopicConsumers;
import io.dexklines.local.kafka.Brokers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A reader of the topics that the job writes exactly once, with isolation level {@code
 * read_committed} and from their beginnings. It counts the records that repeat an earlier one: by
 * their {@code id}, or by the place of the excluded entry. Thread-safe.
 */
public final class CommittedWatcher implements AutoCloseable {

    /** The topic of excluded trades. */
    public static final String EXCLUDED = "trades-excluded";

    /** The topics whose records have an id. */
    public static final List<String> WITH_ID =
            List.of("smart-money-notifications", "smart-money-clusters");

    private static final Logger LOG = LoggerFactory.getLogger(CommittedWatcher.class);
    private static final JsonFactory JSON = new JsonFactory();
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MAX_EXAMPLES = 20;

    private final Brokers brokers;
    private final Thread thread;
    private final Map<String, Counts> topics = new TreeMap<>();
    private final Map<EntryPlace, String> reasons = new HashMap<>();
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private volatile boolean closing;

    private static final class Counts {
        private final Set<String> ids = new HashSet<>();
        private final List<String> examples = new ArrayList<>();
        private long records;
        private long duplicates;

        void add(boolean isNew, String id) {
            records++;
            if (!isNew) {
                duplicates++;
                if (examples.size() < MAX_EXAMPLES) {
                    examples.add(id);
                }
            }
        }
    }

    /**
     * What a topic holds.
     *
     * @param duplicates the number of records that repeat an earlier one
     * @param examples the ids of the first of them
     */
    public record Topic(long records, long duplicates, List<String> examples) {}

    /**
     * What the topics hold.
     *
     * @param topics by name
     * @param reasons the reason of each excluded entry, by its place
     * @param hanging the partitions in which a transaction was still open, each with how many
     *     records are behind it
     */
    public record Result(
            Map<String, Topic> topics, Map<EntryPlace, String> reasons, List<String> hanging) {}

    private CommittedWatcher(Brokers brokers) {
        this.brokers = brokers;
        WITH_ID.forEach(topic -> topics.put(topic, new Counts()));
        topics.put(EXCLUDED, new Counts());
        this.thread = new Thread(this::run, "committed-watcher");
        thread.setDaemon(true);
        thread.start();
    }

    /** Starts to read. The topics must exist. */
    public static CommittedWatcher start(Brokers brokers) {
        return new CommittedWatcher(brokers);
    }

    private void run() {
        while (!closing) {
            try (Consumer<byte[], byte[]> consumer = TopicConsumers.committed(brokers)) {
                List<TopicPartition> partitions =
                        TopicConsumers.partitions(consumer, topics.keySet());
                consumer.assign(partitions);
                for (TopicPartition partition : partitions) {
                    consumer.seek(partition, position(partition));
                }
                while (!closing) {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                        add(record);
                    }
                    note(consumer, partitions);
                }
            } catch (KafkaException e) {
                LOG.info("reading committed records again: {}", e.toString());
            }
        }
    }

    private synchronized long position(TopicPartition partition) {
        return positions.getOrDefault(partition, 0L);
    }

    private synchronized void note(
            Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        partitions.forEach(partition -> positions.put(partition, consumer.position(partition)));
    }

    private synchronized void add(ConsumerRecord<byte[], byte[]> record) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        if (record.offset() < position(partition)) {
            return; // read before the consumer was created again
        }
        positions.put(partition, record.offset() + 1);
        Counts counts = topics.get(record.topic());
        try {
            Map<String, String> fields = fields(record.value());
            if (record.topic().equals(EXCLUDED)) {
                EntryPlace place =
                        new EntryPlace(
                                field(fields, "topic").intern(),
                                Integer.parseInt(field(fields, "partition")),
                                Long.parseLong(field(fields, "offset")),
                                Integer.parseInt(field(fields, "index")));
                String before = reasons.putIfAbsent(place, field(fields, "reason").intern());
                counts.add(before == null, place.toString());
            } else {
                String id = field(fields, "id");
                counts.add(counts.ids.add(id), id);
            }
        } catch (IOException | NumberFormatException e) {
            counts.add(false, "unreadable: " + partition + " offset " + record.offset());
        }
    }

    private static String field(Map<String, String> fields, String name) throws IOException {
        String value = fields.get(name);
        if (value == null) {
            throw new IOException("no field " + name);
        }
        return value;
    }

    /** Returns the top-level strings and numbers of a JSON object. */
    static Map<String, String> fields(byte[] json) throws IOException {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                if (parser.nextToken().isScalarValue()) {
                    fields.put(name, parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
        }
        return fields;
    }

    /**
     * Waits until everything is read that was committed when the call began, and returns what the
     * topics hold.
     *
     * @param timeout the longest wait, also for transactions that are still open
     * @throws IllegalStateException if the committed records cannot be read in that time
     */
    public Result result(Duration timeout) throws InterruptedException {
        long deadlineNs = System.nanoTime() + timeout.toNanos();
        Map<TopicPartition, Long> begun = ends(TopicConsumers::uncommitted, deadlineNs);
        while (!isRead(begun) && System.nanoTime() < deadlineNs) {
            Thread.sleep(POLL.toMillis());
        }
        Map<TopicPartition, Long> stable = ends(TopicConsumers::committed, deadlineNs);
        stable.replaceAll((partition, end) -> Math.min(end, begun.get(partition)));
        // the records before open transactions, which need no more than a moment
        long lastNs =
                System.nanoTime() + Duration.ofMillis(TopicConsumers.API_TIMEOUT_MS).toNanos();
        while (!isRead(stable)) {
            if (System.nanoTime() > lastNs) {
                throw new IllegalStateException("not read to " + stable);
            }
            Thread.sleep(POLL.toMillis());
        }
        List<String> hanging = new ArrayList<>();
        stable.forEach(
                (partition, end) -> {
                    if (end < begun.get(partition)) {
                        hanging.add(
                                "%s: %d records behind an open transaction"
                                        .formatted(partition, begun.get(partition) - end));
                    }
                });
        synchronized (this) {
            Map<String, Topic> held = new TreeMap<>();
            topics.forEach(
                    (name, counts) ->
                            held.put(
                                    name,
                                    new Topic(
                                            counts.records,
                                            counts.duplicates,
                                            List.copyOf(counts.examples))));
            return new Result(held, Map.copyOf(reasons), hanging);
        }
    }

    private synchronized boolean isRead(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> position(end.getKey()) >= end.getValue());
    }

    private Map<TopicPartition, Long> ends(
            Function<Brokers, Consumer<byte[], byte[]>> opened, long deadlineNs) {
        while (true) {
            try (Consumer<byte[], byte[]> consumer = opened.apply(brokers)) {
                return new HashMap<>(
                        consumer.endOffsets(TopicConsumers.partitions(consumer, topics.keySet())));
            } catch (KafkaException e) {
                if (System.nanoTime() > deadlineNs) {
                    throw new IllegalStateException("the ends of the topics are unknown", e);
                }
            }
        }
    }

    @Override
    public void close() {
        closing = true;
        try {
            thread.join(2L * TopicConsumers.API_TIMEOUT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
