package io.dexklines.job.sink.mysql;

import io.dexklines.job.sink.Backoff;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.apache.flink.connector.jdbc.JdbcExecutionOptions;
import org.apache.flink.connector.jdbc.JdbcStatementBuilder;
import org.apache.flink.connector.jdbc.datasource.connections.JdbcConnectionProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A writer that upserts rows and retries during outages of the database. Rows are committed when
 * {@link #write} returns, except those that it returns as refused. Every statement is idempotent.
 *
 * <p>Connections, batch size and statements are those of {@code flink-connector-jdbc}, but its
 * writer does not suffice here. An outage of 8 s exhausted its retries within seconds, and closing
 * the failed task then threw an exception that ended the TaskManager. It binds one row at a time,
 * which reduced the throughput to a third. It cannot set rows aside: one row that MySQL refuses
 * fails its batch until the job fails.
 *
 * <p>One thread writes. Any thread may call {@link #abort}.
 */
final class MySqlWriter implements AutoCloseable {

    static final Logger LOG = LoggerFactory.getLogger(MySqlWriter.class);

    /**
     * The numbers of rows in one statement, of which batches are composed. There are few, so that
     * their statements stay prepared. Beyond some hundred rows a statement gains no throughput.
     */
    private static final int[] STATEMENT_ROWS = {512, 64, 8, 1};

    /** Waits between two attempts. Tests replace it. */
    interface Sleeper {
        void sleep(long ms) throws InterruptedException;
    }

    private final JdbcConnectionProvider connections;
    private final int transactionRows;
    private final SinkProgress progress;
    private final Backoff backoff;
    private final Sleeper sleeper;
    private final LongSupplier nanoTime;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    private volatile boolean aborted;
    private volatile long failingSinceNanos;
    private volatile boolean failing;
    private long transactions;
    private volatile long retries;

    MySqlWriter(
            JdbcConnectionProvider connections,
            JdbcExecutionOptions execution,
            SinkProgress progress,
            Backoff backoff,
            Sleeper sleeper,
            LongSupplier nanoTime) {
        this.connections = connections;
        this.transactionRows = execution.getBatchSize();
        this.progress = progress;
        this.backoff = backoff;
        this.sleeper = sleeper;
        this.nanoTime = nanoTime;
    }

    /**
     * Writes the rows in their order, and repeats each transaction until it succeeds.
     *
     * @return the rows that were refused for their content
     * @throws InterruptedException if the thread was interrupted or the writer was aborted
     */
    <R> List<Refused<R>> write(Table<R> table, List<R> rows) throws InterruptedException {
        List<Refused<R>> refused = new ArrayList<>();
        List<R> sound = new ArrayList<>(rows.size());
        for (R row : rows) {
            Optional<String> refusal = table.refusal(row);
            if (refusal.isPresent()) {
                refused.add(new Refused<>(table, row, "", 0, refusal.get()));
            } else {
                sound.add(row);
            }
        }
        for (int from = 0; from < sound.size(); from += transactionRows) {
            int to = Math.min(sound.size(), from + transactionRows);
            writeTransaction(table, sound.subList(from, to), refused);
        }
        return refused;
    }

    /** Commits the progress without rows. */
    void noteProgress() throws InterruptedException {
        writeTransaction(Tables.KLINE, List.of(), new ArrayList<>());
    }

    /** Returns the number of committed transactions. */
    long transactions() {
        return transactions;
    }

    /** Returns the number of attempts that failed and were repeated. */
    long retries() {
        return retries;
    }

    /** Returns the seconds since the database became unavailable; 0 while it accepts rows. */
    long downSeconds() {
        return failing ? since(failingSinceNanos).toSeconds() : 0;
    }

    private <R> void writeTransaction(Table<R> table, List<R> rows, List<Refused<R>> refused)
            throws InterruptedException {
        while (true) {
            try {
                upsert(table, rows);
                succeeded();
                return;
            } catch (SQLException e) {
                SqlFailure failure = SqlFailure.of(e);
                giveUpTransaction(failure);
                if (failure == SqlFailure.DATA && !rows.isEmpty()) {
                    succeeded();
                    isolate(table, rows, e, refused);
                    return;
                }
                waitAfter(table, e, failure);
            }
        }
    }

    /** Halves a refused batch until the refused row is alone, and writes all others. */
    private <R> void isolate(Table<R> table, List<R> rows, SQLException e, List<Refused<R>> refused)
            throws InterruptedException {
        if (rows.size() == 1) {
            String state = e.getSQLState() == null ? "" : e.getSQLState();
            refused.add(
                    new Refused<>(
                            table,
                            rows.get(0),
                            state,
                            e.getErrorCode(),
                            String.valueOf(e.getMessage())));
            return;
        }
        int half = rows.size() / 2;
        writeTransaction(table, rows.subList(0, half), refused);
        writeTransaction(table, rows.subList(half, rows.size()), refused);
    }

    private <R> void upsert(Table<R> table, List<R> all) throws SQLException {
        Connection connection = connect();
        List<R> rows = table.unwritten().of(sql -> prepare(connection, sql), all);
        JdbcStatementBuilder<List<R>> parameters = table::bind;
        int written = 0;
        for (int statementRows : STATEMENT_ROWS) {
            while (rows.size() - written >= statementRows) {
                PreparedStatement statement = prepare(connection, table.upsert(statementRows));
                parameters.accept(statement, rows.subList(written, written + statementRows));
                statement.executeUpdate();
                written += statementRows;
            }
        }
        progress.note(sql -> prepare(connection, sql));
        connection.commit();
        progress.committed();
        transactions++;
    }

    private PreparedStatement prepare(Connection connection, String sql) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        return statement;
    }

    private Connection connect() throws SQLException {
        try {
            Connection connection = connections.getOrEstablishConnection();
            if (aborted) {
                throw new SQLException("aborted", "08000");
            }
            return connection;
        } catch (ClassNotFoundException e) {
            throw new SQLException(e);
        }
    }

    private void succeeded() {
        if (failing) {
            LOG.info("MySQL accepts rows again after {} s", since(failingSinceNanos).toSeconds());
            failing = false;
        }
        backoff.reset();
    }

    private void giveUpTransaction(SqlFailure failure) {
        if (failure == SqlFailure.DATA || failure == SqlFailure.CONTENTION) {
            try {
                connections.getConnection().rollback();
                return;
            } catch (SQLException | RuntimeException e) {
                LOG.debug("rolling back failed, closing the connection", e);
            }
        }
        close();
    }

    private void waitAfter(Table<?> table, SQLException e, SqlFailure failure)
            throws InterruptedException {
        if (aborted) {
            throw new InterruptedException("the writer was aborted");
        }
        long nowNanos = nanoTime.getAsLong();
        if (!failing) {
            failingSinceNanos = nowNanos;
            failing = true;
        }
        long waitMs = backoff.nextMs();
        LOG.warn(
                "MySQL did not accept a batch of {} ({}, state {}, code {}), the next attempt is in"
                        + " {} ms: {}",
                table.name(),
                failure,
                e.getSQLState(),
                e.getErrorCode(),
                waitMs,
                firstLine(e));
        retries++;
        sleeper.sleep(waitMs);
    }

    private Duration since(long startNanos) {
        return Duration.ofNanos(nanoTime.getAsLong() - startNanos);
    }

    private static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    /** Makes the writing thread fail as soon as possible. May be called by any thread. */
    void abort() {
        aborted = true;
        Connection current = connections.getConnection();
        if (current != null) {
            Executor inThisThread = Runnable::run;
            try {
                current.abort(inThisThread);
            } catch (SQLException | RuntimeException e) {
                LOG.debug("aborting the connection failed", e);
            }
        }
    }

    /** Closes the connection. The next write opens another. */
    @Override
    public void close() {
        prepared.clear();
        connections.closeConnection();
    }
}
