package io.dexklines.job.sink.mysql;

import io.dexklines.job.config.MySqlSettings;
import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineColumns;
import io.dexklines.trade.Pair;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Reads klines from the table {@code kline}. */
public final class StoredKlines implements AutoCloseable {

    private static final String NEWEST =
            "SELECT "
                    + KlineColumns.TABLE_NAMES
                    + " FROM kline WHERE chain_id = ? AND pair_addr = ? AND interval_code = ?"
                    + " ORDER BY open_time DESC LIMIT ?";

    private final Connection connection;
    private final PreparedStatement newest;

    private StoredKlines(Connection connection) throws SQLException {
        this.connection = connection;
        this.newest = connection.prepareStatement(NEWEST);
    }

    /** The klines of one pair and interval. */
    public record Series(Pair pair, Interval interval) {}

    /** Connects to the database. */
    public static StoredKlines open(MySqlSettings settings) throws SQLException {
        Connection connection = MySqlTarget.connections(settings).getOrEstablishConnection();
        try {
            // each query reads what is committed when it runs
            connection.setAutoCommit(true);
            return new StoredKlines(connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Returns the pairs and intervals that have klines. Reads the whole primary key. */
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

    /** Returns the newest klines of a series, the newest first; see {@link KlineColumns#kline}. */
    public List<Kline> newest(Series series, int most) throws SQLException {
        newest.setString(1, series.pair().chainId());
        newest.setString(2, series.pair().address());
        newest.setString(3, series.interval().code());
        newest.setInt(4, most);
        List<Kline> klines = new ArrayList<>();
        try (ResultSet rows = newest.executeQuery()) {
            KlineColumns.Row row = new KlineColumns.Row(rows);
            while (rows.next()) {
                klines.add(KlineColumns.kline(series.interval(), row));
            }
        }
        return klines;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
