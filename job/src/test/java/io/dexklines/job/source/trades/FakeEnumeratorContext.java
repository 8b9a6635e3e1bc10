package io.dexklines.job.source.trades;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** A coordinator whose only thread is the caller's. */
final class FakeEnumeratorContext implements SplitEnumeratorContext<KafkaPartitionSplit> {

    /** The events that each registered reader was sent. */
    final Map<Integer, List<SourceEvent>> sent = new HashMap<>();

    private final List<Runnable> periodic = new ArrayList<>();

    void registerReader(int subtask) {
        sent.put(subtask, new ArrayList<>());
    }

    void unregisterReader(int subtask) {
        sent.remove(subtask);
    }

    /** Runs everything periodic once. */
    void tick() {
        periodic.forEach(Runnable::run);
    }

    @Override
    public Map<Integer, ReaderInfo> registeredReaders() {
        Map<Integer, ReaderInfo> readers = new HashMap<>();
        sent.keySet().forEach(subtask -> readers.put(subtask, new ReaderInfo(subtask, "here")));
        return readers;
    }

    @Override
    public void sendEventToSourceReader(int subtask, SourceEvent event) {
        if (!sent.containsKey(subtask)) {
            throw new IllegalStateException("reader " + subtask + " is not registered");
        }
        sent.get(subtask).add(event);
    }

    @Override
    public <T> void callAsync(Callable<T> callable, BiConsumer<T, Throwable> handler) {
        T result;
        try {
            result = callable.call();
        } catch (Exception e) {
            handler.accept(null, e);
            return;
        }
        handler.accept(result, null);
    }

    @Override
    public <T> void callAsync(
            Callable<T> callable, BiConsumer<T, Throwable> handler, long delayMs, long periodMs) {
        periodic.add(() -> callAsync(callable, handler));
    }

    @Override
    public void runInCoordinatorThread(Runnable runnable) {
        runnable.run();
    }

    @Override
    public SplitEnumeratorMetricGroup metricGroup() {
        return UnregisteredMetricsGroup.createSplitEnumeratorMetricGroup();
    }

    @Override
    public int currentParallelism() {
        return sent.size();
    }

    @Override
    public void assignSplits(SplitsAssignment<KafkaPartitionSplit> assignment) {
        throw new UnsupportedOperationException("Kafka's enumerator assigns");
    }

    @Override
    public void signalNoMoreSplits(int subtask) {
        throw new UnsupportedOperationException("Kafka's enumerator signals");
    }
}
