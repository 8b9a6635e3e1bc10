package io.dexklines.job.sink.mysql;

import io.dexklines.job.sink.Backoff;
import io.dexklines.job.sink.store.StoreWriter;
import io.dexklines.job.sink.store.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.connector.jdbc.JdbcExecutionOptions;
import org.apache.flink.connector.jdbc.datasource.connections.JdbcConnectionProvider;

/**
 * Writes batches to one server of MySQL. It retries until the server accepts them.
 *
 * @param <R> a version of a row
 */
final class MySqlStoreWriter<R> implements StoreWriter<R> {

    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    /** How old the progress in the database may be while batches are written. */
    private static final Duration PROGRESS_AGE = Duration.ofSeconds(1);

    private final MySqlWriter writer;
    private final SinkProgress progress;
    private final Batches<R> batches;
    private long progressNanos = System.nanoTime();

    /** Divides batches by table. */
    interface Batches<R> {

        /** Writes a batch, and adds the rows that were refused. */
        void write(MySqlWriter writer, List<R> rows, List<Written.Refusal<R>> refused)
                throws InterruptedException;
    }

    /**
     * @param name the name of the writer in {@code sink_progress}
     * @param run the run of the job to which the numbers of updates belong
     * @param remembered {@link #remembered} before a restart
     */
    MySqlStoreWriter(
            JdbcConnectionProvider connections,
            JdbcExecutionOptions execution,
            String name,
            String run,
            long remembered,
            Batches<R> batches) {
        this.progress = new SinkProgress(name, run, remembered);
        this.writer =
                new MySqlWriter(
                        connections,
                        execution,
                        progress,
                        new Backoff(FIRST_WAIT, LONGEST_WAIT, new SplittableRandom()),
                        Thread::sleep,
                        System::nanoTime);
        this.batches = batches;
    }

    @Override
    public Written<R> write(List<R> rows, long completeUpdates) throws InterruptedException {
        List<Written.Refusal<R>> refused = new ArrayList<>();
        batches.write(writer, rows, refused);
        if (rows.isEmpty() || System.nanoTime() - progressNanos > PROGRESS_AGE.toNanos()) {
            progress.complete(completeUpdates);
            writer.noteProgress();
            progressNanos = System.nanoTime();
        }
        return new Written<>(refused, List.of(), List.of(), losses());
    }

    private List<Written.Loss<R>> losses() {
        return progress.takeLost()
                ? List.of(
                        new Written.Loss<>(
                                "the table sink_progress has an older state than was committed, so"
                                        + " klines may be missing: replay the trades, see"
                                        + " docs/replay.md",
                                row -> true))
                : List.of();
    }

    /** Writes rows to a table, and adds the rows that were refused. */
    static <T extends R, R> void write(
            MySqlWriter writer,
            Table<T> table,
            List<T> rows,
            boolean toTopic,
            List<Written.Refusal<R>> refused)
            throws InterruptedException {
        rows.sort(table.order());
        for (Refused<T> each : writer.write(table, rows)) {
            refused.add(
                    new Written.Refusal<>(
                            each.row(), each.description(), toTopic ? each.json() : null));
        }
    }

    @Override
    public long remembered() {
        return progress.remembered();
    }

    @Override
    public long downSeconds() {
        return writer.downSeconds();
    }

    @Override
    public long retries() {
        return writer.retries();
    }

    @Override
    public void abort() {
        writer.abort();
    }

    @Override
    public void close() {
        writer.close();
    }
}
