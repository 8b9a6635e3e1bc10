package io.dexklines.job.sink.mysql;

import com.mysql.cj.jdbc.AbandonedConnectionCleanupThread;
import io.dexklines.job.sink.store.RowType;
import io.dexklines.job.sink.store.StoreOperator;
import io.dexklines.job.sink.store.StoreWriter;
import io.dexklines.job.sink.store.Written;
import io.dexklines.text.JdbcUrls;
import java.util.List;

/**
 * An operator that writes to MySQL.
 *
 * @param <P> the key of the stream
 * @param <T> the type of the input
 * @param <R> a version of a row
 */
abstract class MySqlOperator<P, T, R> extends StoreOperator<P, T, R> {

    private static final long serialVersionUID = 1L;

    private final MySqlTarget target;

    MySqlOperator(MySqlTarget target, RowType<P, R> type) {
        super(MySqlSink.STORE, type, target.settings());
        this.target = target;
    }

    /** Returns the name of the writer in {@code sink_progress}: never rename. */
    abstract String writerName(int subtask);

    final MySqlTarget target() {
        return target;
    }

    /** Writes a batch, and adds the rows that were refused. */
    abstract void write(MySqlWriter writer, List<R> rows, List<Written.Refusal<R>> refused)
            throws InterruptedException;

    /** Returns what divides the batches of one writer by table. */
    MySqlStoreWriter.Batches<R> batches() {
        return this::write;
    }

    @Override
    public void open() throws Exception {
        // the clean-up thread of the driver would keep the job's classes loaded
        getRuntimeContext()
                .registerUserCodeClassLoaderReleaseHookIfAbsent(
                        "mysql", AbandonedConnectionCleanupThread::uncheckedShutdown);
        super.open();
    }

    @Override
    protected List<String> servers() {
        return target.lanes().urls().stream().map(JdbcUrls::server).toList();
    }

    @Override
    protected StoreWriter<R> writer(int lane, int subtask, long remembered) {
        return new MySqlStoreWriter<>(
                target.connections().get(lane),
                target.execution(),
                writerName(subtask),
                run(),
                remembered,
                batches());
    }
}
