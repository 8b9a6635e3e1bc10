package io.dexklines.job.sink.relay;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * Queues elements for the publishers without blocking. When a bounded input ends, waits up to five
 * seconds until the relays have received them.
 *
 * <p>A checkpoint does not wait for relays. It contains what a relay has not acknowledged, which is
 * queued again after a restore: what was emitted before the checkpoint is not emitted again.
 *
 * @param <I> the type of the input
 * @param <T> the element that is sent as one or more lines of one message
 */
final class RelayWriter<I, T> implements StatefulSinkWriter<I, T> {

    /** The longest wait for the relays at the end of a bounded input. */
    private static final long FINAL_FLUSH_TIMEOUT_MS = 5_000;

    private final Function<I, List<T>> elements;
    private final List<RelayPublisher<T>> publishers;

    /**
     * @param elements returns the elements of an input
     * @param publishers the publishers, each of which gets everything
     */
    RelayWriter(Function<I, List<T>> elements, List<RelayPublisher<T>> publishers) {
        this.elements = elements;
        this.publishers = publishers;
        publishers.forEach(RelayPublisher::start);
    }

    void register(MetricGroup metrics, List<RelayMetric> registered) {
        for (RelayMetric metric : registered) {
            ToLongFunction<RelayPublisher<?>> value = metric.value();
            metrics.<Long, Gauge<Long>>gauge(
                    metric.metricName(), () -> publishers.stream().mapToLong(value).sum());
        }
    }

    @Override
    public void write(I element, Context context) {
        List<T> all = elements.apply(element);
        for (RelayPublisher<T> publisher : publishers) {
            publisher.offer(all);
        }
    }

    /** Queues what a former attempt of the job could not send, for all relays. */
    void restore(Collection<T> unacknowledged) {
        for (RelayPublisher<T> publisher : publishers) {
            publisher.offer(List.copyOf(unacknowledged));
        }
    }

    @Override
    public List<T> snapshotState(long checkpointId) {
        // the same element waits for several relays
        Set<T> unacknowledged = new LinkedHashSet<>();
        for (RelayPublisher<T> publisher : publishers) {
            unacknowledged.addAll(publisher.outgoing().unacknowledged());
        }
        return List.copyOf(unacknowledged);
    }

    @Override
    public void flush(boolean endOfInput) throws InterruptedException {
        if (!endOfInput) {
            // a checkpoint contains what relays have not acknowledged, so it does not wait
            return;
        }
        long deadlineNanos = System.nanoTime() + FINAL_FLUSH_TIMEOUT_MS * 1_000_000;
        for (RelayPublisher<T> publisher : publishers) {
            long leftMs = (deadlineNanos - System.nanoTime()) / 1_000_000;
            publisher.outgoing().awaitEmpty(leftMs);
        }
    }

    @Override
    public void close() {
        publishers.forEach(RelayPublisher::close);
    }
}
