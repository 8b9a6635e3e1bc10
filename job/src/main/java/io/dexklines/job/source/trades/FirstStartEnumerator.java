package io.dexklines.job.source.trades;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/**
 * The enumerator of a job without state. It checks the start before the Kafka enumerator assigns
 * the first partition. An unsafe start fails the job without a restart; brokers that do not answer
 * fail it with one.
 */
final class FirstStartEnumerator
        implements SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> {

    private final SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> kafka;
    private final SplitEnumeratorContext<KafkaPartitionSplit> context;
    private final StartCheck startCheck;

    FirstStartEnumerator(
            SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> kafka,
            SplitEnumeratorContext<KafkaPartitionSplit> context,
            StartCheck startCheck) {
        this.kafka = kafka;
        this.context = context;
        this.startCheck = startCheck;
    }

    @Override
    public void start() {
        context.callAsync(startCheck::refusal, this::startUnlessRefused);
    }

    private void startUnlessRefused(Optional<String> refusal, Throwable failure) {
        if (failure != null) {
            throw new IllegalStateException(
                    "Kafka does not say whether the consumer group has committed offsets", failure);
        }
        if (refusal.isPresent()) {
            throw new SuppressRestartsException(new IllegalStateException(refusal.get()));
        }
        kafka.start();
    }

    @Override
    public void handleSplitRequest(int subtaskId, String requesterHostname) {
        kafka.handleSplitRequest(subtaskId, requesterHostname);
    }

    @Override
    public void addSplitsBack(List<KafkaPartitionSplit> splits, int subtaskId) {
        kafka.addSplitsBack(splits, subtaskId);
    }

    @Override
    public void addReader(int subtaskId) {
        kafka.addReader(subtaskId);
    }

    @Override
    public KafkaSourceEnumState snapshotState(long checkpointId) throws Exception {
        return kafka.snapshotState(checkpointId);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        kafka.notifyCheckpointComplete(checkpointId);
    }

    @Override
    public void handleSourceEvent(int subtaskId, SourceEvent event) {
        kafka.handleSourceEvent(subtaskId, event);
    }

    @Override
    public void close() throws IOException {
        kafka.close();
    }
}
