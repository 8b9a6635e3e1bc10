package io.dexklines.job.mysql;

import com.mysql.cj.jdbc.AbandonedConnectionCleanupThread;
import io.dexklines.job.retry.Backoff;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes klines to MySQL; what it emits are the rows that MySQL refused.
 *
 * <p>It holds no state: whatever waits is written before the barrier of a checkpoint passes, so a
 * checkpoint that completed means that everything before it is in the database. While the database
 * is away the operator blocks, and with it, after a while, the job. An operator and not a sink,
 * because a sink has no way out for what was refused.
 */
final class MySqlKlineOperator extends AbstractStreamOperator<RefusedKline>
        implements OneInputStreamOperator<KlineUpdates, RefusedKline>, BoundedOneInput {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(MySqlKlineOperator.class);

    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    /** Pairs whose labels a subtask remembers: some 20 MB at most. */
    private static final int LABELS_REMEMBERED = 50_000;

    private final MySqlTarget target;

    private transient KlineTable klineTable;
    private transient PairTable pairTable;
    private transient PendingKlines klines;
    private transient PendingLabels labels;
    private transient MySqlWriter writer;
    private transient Closeable abortOnCancel;
    private transient Counter rowsWritten;
    private transient Counter rowsRefused;
    private transient Counter labelsWritten;
    private transient Counter labelsRefused;
    private transient volatile long lastFlushMs;

    MySqlKlineOperator(MySqlTarget target) {
        this.target = target;
    }

    @Override
    public void open() throws Exception {
        super.open();
        klineTable = new KlineTable();
        pairTable = new PairTable();
        klines = new PendingKlines(target.liveInterval().toMillis());
        labels = new PendingLabels(LABELS_REMEMBERED);
        MySqlConnections connections =
                new MySqlConnections(target.url(), target.username(), target.password().get());
        writer =
                new MySqlWriter(
                        connections::open,
                        target.batchRows(),
                        target.retryBudget(),
                        new Backoff(FIRST_WAIT, LONGEST_WAIT, new SplittableRandom()),
                        Thread::sleep,
                        System::nanoTime);
        // A read from a socket ignores interrupts: cancelling has to cut the connection.
        abortOnCancel = writer::abort;
        getContainingTask().getCancelables().registerCloseable(abortOnCancel);
        // The driver's clean-up thread would keep the job's classes after the job.
        getRuntimeContext()
                .registerUserCodeClassLoaderReleaseHookIfAbsent(
                        "mysql", AbandonedConnectionCleanupThread::uncheckedShutdown);
        registerMetrics();
        scheduleFlush();
    }

    private void registerMetrics() {
        rowsWritten = counter(MySqlMetric.ROWS_WRITTEN);
        rowsRefused = counter(MySqlMetric.ROWS_REFUSED);
        labelsWritten = counter(MySqlMetric.LABELS_WRITTEN);
        labelsRefused = counter(MySqlMetric.LABELS_REFUSED);
        gauge(MySqlMetric.ROWS_COLLAPSED, klines::collapsed);
        gauge(MySqlMetric.ROWS_PENDING, klines::rows);
        gauge(MySqlMetric.TRANSACTIONS, writer::transactions);
        gauge(MySqlMetric.RETRIES, writer::retries);
        gauge(MySqlMetric.DOWN_SECONDS, writer::downSeconds);
        gauge(MySqlMetric.LAST_FLUSH_MS, () -> lastFlushMs);
    }

    private Counter counter(MySqlMetric metric) {
        return getMetricGroup().counter(metric.metricName());
    }

    private <T> void gauge(MySqlMetric metric, Gauge<T> value) {
        getMetricGroup().gauge(metric.metricName(), value);
    }

    private void scheduleFlush() {
        long nextMs = nowMs() + target.batchInterval().toMillis();
        getProcessingTimeService()
                .registerTimer(
                        nextMs,
                        timeMs -> {
                            flush(klines.takeDue(nowMs()));
                            scheduleFlush();
                        });
    }

    @Override
    public void processElement(StreamRecord<KlineUpdates> element)
            throws IOException, InterruptedException {
        KlineUpdates updates = element.getValue();
        labels.offer(updates.pair(), updates.labels());
        for (Kline kline : updates.klines()) {
            klines.offer(updates.pair(), kline);
        }
        if (klines.dueRows() >= target.batchRows()) {
            flush(klines.takeDue(nowMs()));
        }
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId)
            throws IOException, InterruptedException {
        flush(klines.takeAll(nowMs()));
    }

    @Override
    public void endInput() throws IOException, InterruptedException {
        flush(klines.takeAll(nowMs()));
    }

    private void flush(List<KlineRow> rows) throws IOException, InterruptedException {
        List<PairRow> changedLabels = labels.take();
        if (rows.isEmpty() && changedLabels.isEmpty()) {
            return;
        }
        long startNanos = System.nanoTime();
        List<RefusedRow<KlineRow>> refused = writer.write(klineTable, rows);
        rowsWritten.inc(rows.size() - refused.size());
        rowsRefused.inc(refused.size());
        for (RefusedRow<KlineRow> each : refused) {
            emit(each);
        }
        List<RefusedRow<PairRow>> refusedLabels = writer.write(pairTable, changedLabels);
        labelsWritten.inc(changedLabels.size() - refusedLabels.size());
        labelsRefused.inc(refusedLabels.size());
        lastFlushMs = Duration.ofNanos(System.nanoTime() - startNanos).toMillis();
    }

    private void emit(RefusedRow<KlineRow> refused) {
        LOG.warn(
                "MySQL refused a kline (state '{}', code {}): {}",
                refused.sqlState(),
                refused.errorCode(),
                refused.reason());
        output.collect(
                new StreamRecord<>(
                        new RefusedKline(
                                refused.row().pair(),
                                refused.row().kline(),
                                refused.sqlState(),
                                refused.errorCode(),
                                refused.reason())));
    }

    private long nowMs() {
        return getProcessingTimeService().getCurrentProcessingTime();
    }

    @Override
    public void close() {
        // Nothing may leave this method: after a failure it would cost the TaskManager.
        try {
            if (writer != null) {
                getContainingTask().getCancelables().unregisterCloseable(abortOnCancel);
                writer.close();
            }
            super.close();
        } catch (Exception e) {
            LOG.warn("closing the MySQL writer failed", e);
        }
    }
}
