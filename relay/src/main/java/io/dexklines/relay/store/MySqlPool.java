package io.dexklines.relay.store;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.mysql.cj.jdbc.JdbcConnection;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.QueryEndedException;
import io.dexklines.relay.history.StoreUnavailableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A pool of read-only connections to one MySQL server. Connects on the first query. */
final class MySqlPool implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MySqlPool.class);
    private static final long CONNECT_TIMEOUT_MS = 2_000;
    private static final int ANSWER_TIMEOUT_MS = 10_000;
    private static final long MAX_LIFETIME_MS = 600_000;

    private final HikariDataSource connections;
    private final CircuitBreaker breaker;
    private final LongAdder malformed;

    /** Ends queries, which blocks. */
    private final ScheduledThreadPoolExecutor killer =
            new ScheduledThreadPoolExecutor(
                    1,
                    new ThreadFactoryBuilder().setNameFormat("kill-query").setDaemon(true).build());

    /**
     * @param name the server's name for messages
     * @param address with a URL such as {@code jdbc:mysql://host:3306/klines}
     * @param maxConnections how many queries may run at once
     * @param malformed counts the rows that are skipped
     */
    MySqlPool(String name, StoreAddress address, int maxConnections, LongAdder malformed) {
        this.malformed = malformed;
        this.breaker = new CircuitBreaker(name, System::nanoTime);
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(address.url());
        config.setUsername(address.user());
        config.setPassword(address.password());
        config.setReadOnly(true);
        // one more to end queries
        config.setMaximumPoolSize(maxConnections + 1);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(CONNECT_TIMEOUT_MS);
        config.setMaxLifetime(MAX_LIFETIME_MS);
        config.setIdleTimeout(MAX_LIFETIME_MS / 2);
        // start even if MySQL is unreachable
        config.setInitializationFailTimeout(-1);
        config.addDataSourceProperty("connectTimeout", Long.toString(CONNECT_TIMEOUT_MS));
        config.addDataSourceProperty("socketTimeout", Integer.toString(ANSWER_TIMEOUT_MS));
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("characterEncoding", "UTF-8");
        config.addDataSourceProperty("connectionTimeZone", "UTC");
        config.addDataSourceProperty("allowLoadLocalInfile", "false");
        // the binary protocol transfers doubles exactly
        config.addDataSourceProperty("useServerPrepStmts", "true");
        config.addDataSourceProperty("cachePrepStmts", "true");
        config.addDataSourceProperty("prepStmtCacheSqlLimit", "4096");
        this.connections = new HikariDataSource(config);
        killer.setRemoveOnCancelPolicy(true);
    }

    /** Converts the current row of a result. */
    interface RowReader<T> {

        /**
         * @throws IllegalArgumentException if the row cannot be shown. It is skipped and counted
         */
        T read(ResultSet row) throws SQLException;
    }

    /**
     * Returns the rows of a query, without those that cannot be shown.
     *
     * @param parameters strings and numbers, one per question mark
     * @throws StoreUnavailableException if MySQL does not answer
     * @throws QueryEndedException if the query has to end; MySQL ends it then, too
     */
    <T> List<T> query(
            String sql, List<Object> parameters, RowReader<T> reader, Cancellation cancellation) {
        return breaker.call(
                () -> {
                    cancellation.check();
                    try (Connection connection = connections.getConnection()) {
                        return query(connection, sql, parameters, reader, cancellation);
                    }
                });
    }

    private <T> List<T> query(
            Connection connection,
            String sql,
            List<Object> parameters,
            RowReader<T> reader,
            Cancellation cancellation)
            throws SQLException {
        Kill kill = new Kill(connection.unwrap(JdbcConnection.class).getId());
        cancellation.abortBy(() -> killer.execute(kill));
        Future<?> deadline =
                killer.schedule(
                        kill, Math.max(0, cancellation.remainingMs()), TimeUnit.MILLISECONDS);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int index = 0; index < parameters.size(); index++) {
                statement.setObject(index + 1, parameters.get(index));
            }
            List<T> rows = new ArrayList<>();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    try {
                        rows.add(reader.read(result));
                    } catch (IllegalArgumentException e) {
                        malformed.increment();
                    }
                }
            }
            return rows;
        } catch (SQLException e) {
            if (kill.isSent()) {
                throw new QueryEndedException(
                        cancellation.isCancelled()
                                ? QueryEndedException.Reason.CANCELLED
                                : QueryEndedException.Reason.DEADLINE);
            }
            throw e;
        } finally {
            cancellation.answered();
            deadline.cancel(false);
            if (kill.forbid()) {
                // MySQL may apply a late kill to the connection's next query
                connections.evictConnection(connection);
            }
        }
    }

    /** Makes MySQL end the query of a connection, over another one. */
    private final class Kill implements Runnable {
        private final long connectionId;
        private boolean forbidden;
        private volatile boolean sent;

        Kill(long connectionId) {
            this.connectionId = connectionId;
        }

        @Override
        public synchronized void run() {
            if (forbidden || sent) {
                return;
            }
            sent = true;
            try (Connection other = connections.getConnection();
                    Statement statement = other.createStatement()) {
                statement.execute("KILL QUERY " + connectionId);
            } catch (SQLException e) {
                LOG.debug("could not end a query", e);
            }
        }

        /** Returns whether the query was told to end. */
        boolean isSent() {
            return sent;
        }

        /**
         * Forbids to end what the connection does, since that is another query now. Waits for an
         * end that is being sent. Returns whether one was sent.
         */
        synchronized boolean forbid() {
            forbidden = true;
            return sent;
        }
    }

    @Override
    public void close() {
        killer.shutdownNow();
        connections.close();
    }
}
