package io.dexklines.chaos.input;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The records that a chaos input has passed to its producers, and what the brokers have confirmed.
 * Each record has a header with the run and its number, by which it is found in the topics.
 * Thread-safe.
 */
final class SentRecords {

    private static final String HEADER = "chaos-record";

    private final long run;
    private final Map<Long, RecordFacts> sent = new HashMap<>();
    private final Set<Long> acknowledged = new HashSet<>();
    private final Set<Long> rejected = new HashSet<>();
    private final Map<Integer, PlannedTransaction> transactions = new TreeMap<>();
    private long acknowledgedTrades;

    /**
     * @param run tells the records of this input from those of others in the same topics
     */
    SentRecords(long run) {
        this.run = run;
    }

    /**
     * A copy of the state.
     *
     * @param sent the facts of all records by their numbers
     * @param acknowledged the records that a broker has confirmed, those of transactions only if
     *     the commit was confirmed, too
     * @param rejected the records that a broker or producer has refused for their size
     * @param transactions the upstream transactions that were begun, by their numbers
     */
    record Snapshot(
            Map<Long, RecordFacts> sent,
            Set<Long> acknowledged,
            Set<Long> rejected,
            Map<Integer, PlannedTransaction> transactions) {}

    synchronized Snapshot snapshot() {
        return new Snapshot(
                Map.copyOf(sent),
                Set.copyOf(acknowledged),
                Set.copyOf(rejected),
                Map.copyOf(transactions));
    }

    /** Notes that a record is sent next, and returns it for its partition. */
    synchronized ProducerRecord<byte[], byte[]> sending(PlannedRecord record, int partitions) {
        sent.put(record.facts().number(), record.facts());
        ProducerRecord<byte[], byte[]> message =
                new ProducerRecord<>(
                        record.chain().topic(),
                        record.partitionDraw() % partitions,
                        null,
                        record.value());
        message.headers()
                .add(
                        HEADER,
                        ByteBuffer.allocate(2 * Long.BYTES)
                                .putLong(run)
                                .putLong(record.facts().number())
                                .array());
        return message;
    }

    synchronized void acknowledged(PlannedRecord record) {
        if (acknowledged.add(record.facts().number())) {
            acknowledgedTrades += record.facts().entries().swaps();
        }
    }

    synchronized long acknowledgedRecords() {
        return acknowledged.size();
    }

    /** Returns how many valid trades are in them, copies included. */
    synchronized long acknowledgedTrades() {
        return acknowledgedTrades;
    }

    synchronized void rejected(PlannedRecord record) {
        rejected.add(record.facts().number());
    }

    synchronized void beginning(PlannedTransaction transaction) {
        transactions.put(transaction.number(), transaction);
    }

    synchronized void committed(PlannedTransaction transaction) {
        transaction.records().forEach(this::acknowledged);
    }

    /** Returns the number of a record of this run; empty for a record of anybody else. */
    Optional<Long> number(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        if (header == null || header.value().length != 2 * Long.BYTES) {
            return Optional.empty();
        }
        ByteBuffer id = ByteBuffer.wrap(header.value());
        return id.getLong() == run ? Optional.of(id.getLong()) : Optional.empty();
    }
}
