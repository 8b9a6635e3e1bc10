package io.dexklines.local.schema;

import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.local.stack.Login;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * The queries of a market service behind the Go consumers: the same statements, prepared by the
 * server as its driver does, and the same choice of tables.
 */
final class MarketReader implements AutoCloseable {

    /** The order of columns is that of the tables of the Go consumers. */
    record Row(
            long id,
            long chainId,
            String pairAddress,
            long candleTime,
            long openAt,
            long closeAt,
            double open,
            double close,
            double high,
            double low,
            double volumeUsd,
            double volumeToken,
            double average,
            long count,
            long buyCount,
            long sellCount,
            LocalDateTime updatedAt) {

        Row withoutId() {
            return new Row(
                    0,
                    chainId,
                    pairAddress,
                    candleTime,
                    openAt,
                    closeAt,
                    open,
                    close,
                    high,
                    low,
                    volumeUsd,
                    volumeToken,
                    average,
                    count,
                    buyCount,
                    sellCount,
                    updatedAt);
        }
    }

    /** A line of {@code EXPLAIN}: the table, its access type and the key. */
    record Access(String table, String type, String key) {}

    private static final String RANGE =
            "SELECT * FROM `%s` WHERE chain_id = ? and pair_address = ? and candle_time between ?"
                    + " and ? ORDER BY id desc LIMIT ?";

    private static final String BUSIEST =
            "SELECT `pair_address` FROM `%s` WHERE chain_id = ? and candle_time > ? GROUP BY"
                    + " `pair_address` ORDER BY sum(v) desc LIMIT ?";

    private final Connection connection;

    /** Connects to a database of views, with a session far from UTC. */
    MarketReader(EmbeddedMariaDb server, Login login, String database) throws SQLException {
        connection =
                DriverManager.getConnection(
                        server.jdbcUrl().replace("/klines", "/" + database)
                                + "?useServerPrepStmts=true&sessionVariables=time_zone='%2B09:00'",
                        login.user(),
                        login.password());
    }

    static String table(String interval, long timeSeconds) {
        return timeSeconds == 0
                ? "trade_kline_" + interval
                : "trade_kline_%s_%02d"
                        .formatted(
                                interval,
                                Instant.ofEpochSecond(timeSeconds)
                                        .atOffset(ZoneOffset.UTC)
                                        .getMonthValue());
    }

    /**
     * Reads the tables of the months of {@code from} and {@code to}. As there, what fails on the
     * first of two tables is ignored: from 0, it does not exist.
     */
    List<Row> klines(String interval, long chain, String pair, long from, long to, int limit)
            throws SQLException {
        List<Row> rows = new ArrayList<>(range(table(interval, to), chain, pair, from, to, limit));
        if (!table(interval, from).equals(table(interval, to))) {
            try {
                rows.addAll(range(table(interval, from), chain, pair, from, to, limit));
            } catch (SQLException e) {
                if (from != 0) {
                    throw e;
                }
            }
        }
        return rows;
    }

    List<String> busiestPairs(long chain, long afterSeconds, int limit) throws SQLException {
        try (PreparedStatement query = busiest("", chain, afterSeconds, limit);
                ResultSet rows = query.executeQuery()) {
            List<String> pairs = new ArrayList<>();
            while (rows.next()) {
                pairs.add(rows.getString("pair_address"));
            }
            return pairs;
        }
    }

    List<Access> explainRange(String interval, long chain, String pair, long from, long to)
            throws SQLException {
        try (PreparedStatement query =
                range("EXPLAIN ", table(interval, to), chain, pair, from, to, 1500)) {
            return accesses(query);
        }
    }

    List<Access> explainBusiest(long chain, long afterSeconds) throws SQLException {
        try (PreparedStatement query = busiest("EXPLAIN ", chain, afterSeconds, 10)) {
            return accesses(query);
        }
    }

    private List<Row> range(String table, long chain, String pair, long from, long to, int limit)
            throws SQLException {
        try (PreparedStatement query = range("", table, chain, pair, from, to, limit);
                ResultSet rows = query.executeQuery()) {
            List<Row> result = new ArrayList<>();
            while (rows.next()) {
                result.add(
                        new Row(
                                rows.getLong("id"),
                                rows.getLong("chain_id"),
                                rows.getString("pair_address"),
                                rows.getLong("candle_time"),
                                rows.getLong("open_at"),
                                rows.getLong("close_at"),
                                rows.getDouble("o"),
                                rows.getDouble("c"),
                                rows.getDouble("h"),
                                rows.getDouble("l"),
                                rows.getDouble("v"),
                                rows.getDouble("t"),
                                rows.getDouble("a"),
                                rows.getLong("count"),
                                rows.getLong("buy_count"),
                                rows.getLong("sell_count"),
                                rows.getObject("updated_at", LocalDateTime.class)));
            }
            return result;
        }
    }

    private PreparedStatement range(
            String before, String table, long chain, String pair, long from, long to, int limit)
            throws SQLException {
        PreparedStatement query = connection.prepareStatement(before + RANGE.formatted(table));
        query.setLong(1, chain);
        query.setString(2, pair);
        query.setLong(3, from);
        query.setLong(4, to);
        query.setLong(5, limit);
        return query;
    }

    private PreparedStatement busiest(String before, long chain, long afterSeconds, int limit)
            throws SQLException {
        PreparedStatement query =
                connection.prepareStatement(before + BUSIEST.formatted(table("1m", afterSeconds)));
        query.setLong(1, chain);
        query.setLong(2, afterSeconds);
        query.setLong(3, limit);
        return query;
    }

    private static List<Access> accesses(PreparedStatement explain) throws SQLException {
        try (ResultSet rows = explain.executeQuery()) {
            List<Access> accesses = new ArrayList<>();
            while (rows.next()) {
                accesses.add(
                        new Access(
                                rows.getString("table"),
                                rows.getString("type"),
                                rows.getString("key")));
            }
            return accesses;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
