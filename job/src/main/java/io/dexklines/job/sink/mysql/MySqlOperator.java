package io.dexklines.job.sink.mysql;

import com.mysql.cj.jdbc.AbandonedConnectionCleanupThread;
import io.dexklines.job.sink.Backoff;
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
 * An operator that writes to MySQL and emits the refused rows as JSON.
 *
 * <p>The operator has no state. It writes all pending rows before it passes on the barrier of a
 * checkpoint, so everything before a completed checkpoint is in the database. While the database is
 * unreachable the operator blocks, and back pressure reaches the rest of the job. It is not a sink
 * because a sink cannot emit the refused rows.
 *
 * @param <T> the type of the input
 */
abstract class MySqlOperator<T> extends AbstractStreamOperator<byte[]>
        implements OneInputStreamOperator<T, byte[]>, BoundedOneInput {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(MySqlOperator.class);

    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final MySqlTarget target;

    private transient MySqlWriter writer;
    private transient Closeable abortOnCancel;
    private transient volatile long lastFlushMs;

    MySqlOperator(MySqlTarget target) {
        this.target = target;
        target.onlyConnections();
    }

    /** Creates the buffers of pending rows and their metrics. */
    abstract void openPending();

    /** Adds a value to the pending rows. */
    abstract void offer(T value);

    /** Returns how many rows the next batch would have. */
    abstract int dueRows();

    /** Writes the pending rows: those that are due at {@code nowMs}, or all. */
    abstract void writePending(boolean all, long nowMs) throws IOException, InterruptedException;

    @Override
    public void open() throws Exception {
        super.open();
        openPending();
        writer =
                new MySqlWriter(
                        target.onlyConnections(),
                        target.execution(),
                        target.retryBudget(),
                        new Backoff(FIRST_WAIT, LONGEST_WAIT, new SplittableRandom()),
                        Thread::sleep,
                        System::nanoTime);
        // a read from a socket ignores interrupts, so cancelling has to abort the connection
        abortOnCancel = writer::abort;
        getContainingTask().getCancelables().registerCloseable(abortOnCancel);
        // the clean-up thread of the driver would keep the job's classes loaded
        getRuntimeContext()
                .registerUserCodeClassLoaderReleaseHookIfAbsent(
                        "mysql", AbandonedConnectionCleanupThread::uncheckedShutdown);
        gauge(MySqlMetric.TRANSACTIONS, writer::transactions);
        gauge(MySqlMetric.RETRIES, writer::retries);
        gauge(MySqlMetric.DOWN_SECONDS, writer::downSeconds);
        gauge(MySqlMetric.LAST_FLUSH_MS, () -> lastFlushMs);
        scheduleFlush();
    }

    final MySqlTarget target() {
        return target;
    }

    final Counter counter(MySqlMetric metric) {
        return getMetricGroup().counter(metric.metricName());
    }

    final <V> void gauge(MySqlMetric metric, Gauge<V> value) {
        getMetricGroup().gauge(metric.metricName(), value);
    }

    private void scheduleFlush() {
        long nextMs = nowMs() + target.execution().getBatchIntervalMs();
        getProcessingTimeService()
                .registerTimer(
                        nextMs,
                        timeMs -> {
                            flush(false);
                            scheduleFlush();
                        });
    }

    @Override
    public void processElement(StreamRecord<T> element) throws IOException, InterruptedException {
        offer(element.getValue());
        if (dueRows() >= target.execution().getBatchSize()) {
            flush(false);
        }
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId)
            throws IOException, InterruptedException {
        flush(true);
    }

    @Override
    public void endInput() throws IOException, InterruptedException {
        flush(true);
    }

    private void flush(boolean all) throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        long transactionsBefore = writer.transactions();
        writePending(all, nowMs());
        if (writer.transactions() > transactionsBefore) {
            lastFlushMs = Duration.ofNanos(System.nanoTime() - startNanos).toMillis();
        }
    }

    /** Writes the rows in their order, and reports the refused ones to the log and the topic. */
    final <R> void write(Table<R> table, List<R> rows, Counter written, Counter refused)
            throws IOException, InterruptedException {
        List<Refused<R>> refusedRows = writer.write(table, rows);
        written.inc(rows.size() - refusedRows.size());
        refused.inc(refusedRows.size());
        for (Refused<R> each : refusedRows) {
            LOG.warn(
                    "MySQL refused a row of {} (state '{}', code {}): {}",
                    table.name(),
                    each.sqlState(),
                    each.errorCode(),
                    each.reason());
            if (toTopic(table)) {
                output.collect(new StreamRecord<>(each.json()));
            }
        }
    }

    /** Returns whether the refused rows of the table go to the topic. */
    boolean toTopic(Table<?> table) {
        return true;
    }

    private long nowMs() {
        return getProcessingTimeService().getCurrentProcessingTime();
    }

    @Override
    public void close() {
        // an exception from close() after a failure would end the TaskManager
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
