package io.dexklines.job.source.trades;

import io.dexklines.decode.DecodedRecord;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;

/** A reader of Kafka, which emits each record to the output of its partition, as Kafka's does. */
final class FakeReader implements SourceReader<DecodedRecord, KafkaPartitionSplit> {

    private final Queue<DecodedRecord> records = new ArrayDeque<>();
    private final Map<String, SourceOutput<DecodedRecord>> outputs = new HashMap<>();
    private List<KafkaPartitionSplit> snapshot = List.of();
    private boolean ended;
    private RuntimeException failure;

    /** The next poll emits the record. */
    void emit(DecodedRecord record) {
        records.add(record);
    }

    /** The next snapshots are of the given partitions. */
    void snapshot(KafkaPartitionSplit... splits) {
        snapshot = List.of(splits);
    }

    /** Every poll fails. */
    void fail(RuntimeException with) {
        failure = with;
    }

    /** All partitions have ended. */
    void end() {
        ended = true;
    }

    @Override
    public InputStatus pollNext(ReaderOutput<DecodedRecord> output) {
        if (failure != null) {
            throw failure;
        }
        for (DecodedRecord record : records) {
            outputs.computeIfAbsent(
                            record.topic() + "-" + record.partition(), output::createOutputForSplit)
                    .collect(record, 0);
        }
        records.clear();
        return ended ? InputStatus.END_OF_INPUT : InputStatus.NOTHING_AVAILABLE;
    }

    @Override
    public void start() {
        // it has no threads
    }

    @Override
    public List<KafkaPartitionSplit> snapshotState(long checkpointId) {
        return snapshot;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        return new CompletableFuture<>();
    }

    @Override
    public void addSplits(List<KafkaPartitionSplit> splits) {
        // the test says what each partition emits
    }

    @Override
    public void notifyNoMoreSplits() {
        // the test says when it ends
    }

    @Override
    public void close() {
        // nothing is open
    }
}
