package io.dexklines.job.relay;

import io.dexklines.job.board.KlineBoard;
import io.dexklines.job.board.PairKline;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.metrics.MetricGroup;

/** Hands klines to the publishers, and never waits for them but at the end of a bounded input. */
final class RelayWriter implements SinkWriter<KlineUpdates> {

    /** How long the end of a bounded input waits for the relays. */
    private static final long LAST_DRAIN_MS = 5_000;

    private final KlineBoard board;
    private final List<RelayPublisher> publishers;

    RelayWriter(KlineBoard board, List<RelayPublisher> publishers) {
        this.board = board;
        this.publishers = publishers;
        publishers.forEach(RelayPublisher::start);
    }

    void register(MetricGroup metrics) {
        gauge(metrics, RelayMetric.CONNECTED, publisher -> publisher.connected() ? 1 : 0);
        gauge(metrics, RelayMetric.CONNECTIONS, RelayPublisher::connections);
        gauge(metrics, RelayMetric.KLINES_SENT, RelayPublisher::klinesSent);
        gauge(metrics, RelayMetric.KLINES_CONFLATED, p -> p.outgoing().conflated());
        gauge(metrics, RelayMetric.KLINES_DROPPED, p -> p.outgoing().dropped());
        gauge(metrics, RelayMetric.KLINES_WAITING, p -> p.outgoing().size());
    }

    private void gauge(
            MetricGroup metrics, RelayMetric metric, ToLongFunction<RelayPublisher> value) {
        metrics.<Long, org.apache.flink.metrics.Gauge<Long>>gauge(
                metric.metricName(), () -> publishers.stream().mapToLong(value).sum());
    }

    @Override
    public void write(KlineUpdates updates, Context context) {
        List<PairKline> klines = new ArrayList<>(updates.klines().size());
        for (Kline kline : updates.klines()) {
            PairKline update = new PairKline(updates.pair(), kline);
            board.offer(update);
            klines.add(update);
        }
        for (RelayPublisher publisher : publishers) {
            publisher.offer(klines);
        }
    }

    @Override
    public void flush(boolean endOfInput) throws InterruptedException {
        if (!endOfInput) {
            // A checkpoint promises nothing about the relay: it must not wait for it.
            return;
        }
        long deadlineNanos = System.nanoTime() + LAST_DRAIN_MS * 1_000_000;
        for (RelayPublisher publisher : publishers) {
            long leftMs = (deadlineNanos - System.nanoTime()) / 1_000_000;
            publisher.outgoing().awaitEmpty(leftMs);
        }
    }

    @Override
    public void close() {
        publishers.forEach(RelayPublisher::close);
    }
}
