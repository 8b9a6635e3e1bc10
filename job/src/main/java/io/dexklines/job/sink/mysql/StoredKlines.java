package io.dexklines.job.sink.mysql;

import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.trade.Pair;
import io.dexklines.trade.TradePosition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Reads klines back from the table {@code kline}. */
public final class StoredKlines implements AutoCloseable {

    private static final String NEWEST =
            "SELECT open_time, open, high, low, close, mcap_open, mcap_high, mcap_low, mcap_close,"
                    + " volume_usd, volume_token, buy_volume_usd, buy_volume_token, trades, buys,"
                    + " first_trade_time, last_trade_time, closed FROM kline"
                    + " WHERE chain_id = ? AND pair_addr = ? AND interval_code = ?"
                    + " ORDER BY open_time DESC LIMIT ?";

    private final Connection connection;
    private final PreparedStatement newest;

    private StoredKlines(Connection connection) throws SQLException {
        this.connection = connection;
        this.newest = connection.prepareStatement(NEWEST);
    }

    /** The klines of one pair and interval. */
    public record Series(Pair pair, Interval interval) {}

    /**
     * Opens a connection.
     *
     * @param url {@code jdbc:mysql://host:port/database}, without credentials
     */
    public static StoredKlines open(String url, String username, String password)
            throws SQLException {
        Connection connection = new MySqlConnections(url, username, password).open();
        try {
            // each look sees what is committed then
            connection.setAutoCommit(true);
            return new StoredKlines(connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Of which pairs and intervals there are klines; reads the whole primary key. */
    public List<Series> series() throws SQLException {
        List<Series> all = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT DISTINCT chain_id, pair_addr, interval_code FROM kline")) {
            while (rows.next()) {
                all.add(
                        new Series(
                                new Pair(rows.getString(1), rows.getString(2)),
                                Interval.ofCode(rows.getString(3))));
            }
        }
        return all;
    }

    /**
     * The newest klines of a series, the newest first. The table does not hold the places of trades
     * in their blocks: {@link Kline#first} and {@link Kline#last} have their times alone.
     */
    public List<Kline> newest(Series series, int most) throws SQLException {
        newest.setString(1, series.pair().chainId());
        newest.setString(2, series.pair().address());
        newest.setString(3, series.interval().code());
        newest.setInt(4, most);
        List<Kline> klines = new ArrayList<>();
        try (ResultSet row = newest.executeQuery()) {
            while (row.next()) {
                klines.add(
                        new Kline(
                                series.interval(),
                                row.getLong("open_time") * 1000,
                                row.getDouble("open"),
                                row.getDouble("high"),
                                row.getDouble("low"),
                                row.getDouble("close"),
                                row.getDouble("mcap_open"),
                                row.getDouble("mcap_high"),
                                row.getDouble("mcap_low"),
                                row.getDouble("mcap_close"),
                                row.getDouble("volume_usd"),
                                row.getDouble("volume_token"),
                                row.getDouble("buy_volume_usd"),
                                row.getDouble("buy_volume_token"),
                                row.getLong("trades"),
                                row.getLong("buys"),
                                at(row.getLong("first_trade_time")),
                                at(row.getLong("last_trade_time")),
                                row.getBoolean("closed")));
            }
        }
        return klines;
    }

    private static TradePosition at(long blockTimeSeconds) {
        return new TradePosition(blockTimeSeconds, 0, 0, 0, 0, 0);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
