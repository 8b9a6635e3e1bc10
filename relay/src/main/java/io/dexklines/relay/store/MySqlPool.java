package io.dexklines.relay.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.dexklines.relay.history.StoreUnavailableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** A pool of read-only connections to one MySQL server. Connects on the first query. */
final class MySqlPool implements AutoCloseable {

    private static final long CONNECT_TIMEOUT_MS = 2_000;
    private static final int ANSWER_TIMEOUT_MS = 10_000;
    private static final long MAX_LIFETIME_MS = 600_000;

    private final HikariDataSource connections;
    private final CircuitBreaker breaker;
    private final LongAdder malformed;

    /**
     * @param name the server's name for messages
     * @param address with a URL such as {@code jdbc:mysql://host:3306/klines}
     * @param maxConnections the size of the pool
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
        config.setMaximumPoolSize(maxConnections);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(CONNECT_TIMEOUT_MS);
        config.setMaxLifetime(MAX_LIFETIME_MS);
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
     */
    <T> List<T> query(String sql, List<Object> parameters, RowReader<T> reader) {
        return breaker.call(
                () -> {
                    try (Connection connection = connections.getConnection();
                            PreparedStatement statement = connection.prepareStatement(sql)) {
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
                    }
                });
    }

    @Override
    public void close() {
        connections.close();
    }
}
