package io.dexklines.job.sink.relay;

import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * Queues elements for the publishers without blocking. When a bounded input ends, waits up to five
 * seconds until the relays have received them.
 *
 * @param <I> the type of the input
 * @param <T> the element that is sent as one or more lines of one message
 */
final class RelayWriter<I, T> implements SinkWriter<I> {

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

    @Override
    public void flush(boolean endOfInput) throws InterruptedException {
        if (!endOfInput) {
            // a checkpoint guarantees nothing about relays, so it does not wait for them
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
