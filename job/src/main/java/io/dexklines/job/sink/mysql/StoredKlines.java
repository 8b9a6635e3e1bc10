package io.dexklines.job.sink.mysql;

import io.dexklines.job.config.MySqlSettings;
import io.dexklines.job.sink.KlineHistory;
import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineColumns;
import io.dexklines.trade.Pair;
import io.dexklines.trade.ServerHash;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads klines from the table {@code kline} of all servers. Each row is looked for on its own
 * server only.
 */
public final class StoredKlines implements KlineHistory {

    private static final String NEWEST =
            "SELECT "
                    + KlineColumns.TABLE_NAMES
                    + " FROM kline WHERE chain_id = ? AND pair_addr = ? AND interval_code = ?"
                    + " ORDER BY open_time DESC LIMIT ?";

    private static final String COMPLETE =
            "SELECT COUNT(*) FROM sink_progress WHERE writer = ? AND run = ? AND complete_updates"
                    + " >= ?";

    private final List<Connection> connections = new ArrayList<>();
    private final List<PreparedStatement> newest = new ArrayList<>();

    private StoredKlines() {}

    /** Connects to all servers that have all rows; see {@link MySqlSettings#completeUrls}. */
    public static StoredKlines open(MySqlSettings settings) throws SQLException {
        StoredKlines stored = new StoredKlines();
        try {
            for (String url : settings.completeUrls()) {
                Connection connection =
                        MySqlTarget.connections(settings, url).getOrEstablishConnection();
                stored.connections.add(connection);
                // each query reads what is committed when it runs
                connection.setAutoCommit(true);
                stored.newest.add(connection.prepareStatement(NEWEST));
            }
            return stored;
        } catch (SQLException e) {
            stored.close();
            throw e;
        }
    }

    /** Returns the pairs and intervals that have klines. Reads the whole primary key. */
    @Override
    public List<Series> series() throws SQLException {
        List<Series> all = new ArrayList<>();
        for (int server = 0; server < connections.size(); server++) {
            try (Statement statement = connections.get(server).createStatement();
                    ResultSet rows =
                            statement.executeQuery(
                                    "SELECT DISTINCT chain_id, pair_addr, interval_code"
                                            + " FROM kline")) {
                while (rows.next()) {
                    Pair pair = new Pair(rows.getString(1), rows.getString(2));
                    // what moved to another server may be here in an old version
                    if (server(pair) == server) {
                        all.add(new Series(pair, Interval.ofCode(rows.getString(3))));
                    }
                }
            }
        }
        return all;
    }

    /** Returns the newest klines of a series, the newest first; see {@link KlineColumns#kline}. */
    @Override
    public List<Kline> newest(Series series, int most) throws SQLException {
        PreparedStatement query = newest.get(server(series.pair()));
        query.setString(1, series.pair().chainId());
        query.setString(2, series.pair().address());
        query.setString(3, series.interval().code());
        query.setInt(4, most);
        List<Kline> klines = new ArrayList<>();
        try (ResultSet rows = query.executeQuery()) {
            KlineColumns.Row row = new KlineColumns.Row(rows);
            while (rows.next()) {
                klines.add(KlineColumns.kline(series.interval(), row));
            }
        }
        return klines;
    }

    @Override
    public boolean isComplete(String job, int subtask, String run, long updates)
            throws SQLException {
        for (Connection connection : connections) {
            try (PreparedStatement query = connection.prepareStatement(COMPLETE)) {
                query.setString(1, MySqlKlineOperator.writerNameOf(job, subtask));
                query.setString(2, run);
                query.setLong(3, updates);
                try (ResultSet count = query.executeQuery()) {
                    count.next();
                    if (count.getInt(1) == 0) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private int server(Pair pair) {
        return ServerHash.server(pair.chainId(), pair.address(), connections.size());
    }

    @Override
    public void close() throws SQLException {
        SQLException failure = null;
        for (Connection connection : connections) {
            try {
                connection.close();
            } catch (SQLException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
