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
import java.util.Collections;
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

    private static final String PAIRS =
            "SELECT DISTINCT pair_addr FROM kline WHERE chain_id = ? AND pair_addr > ? ORDER BY"
                    + " pair_addr LIMIT ?";

    private static final String INTERVALS =
            "SELECT DISTINCT interval_code FROM kline WHERE chain_id = ? AND pair_addr = ?";

    private final List<Connection> connections = new ArrayList<>();
    private final List<PreparedStatement> newest = new ArrayList<>();

    /** The chains of each server, in the order of the pages. */
    private final List<List<String>> chains = new ArrayList<>();

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

    /** Returns the number of pairs that have klines. Reads the whole primary key. */
    @Override
    public long countPairs() throws SQLException {
        long pairs = 0;
        for (Connection connection : connections) {
            try (Statement statement = connection.createStatement();
                    ResultSet count =
                            statement.executeQuery(
                                    "SELECT COUNT(DISTINCT chain_id, pair_addr) FROM kline")) {
                count.next();
                pairs += count.getLong(1);
            }
        }
        return pairs;
    }

    /**
     * Returns the next pairs: server by server, chain by chain, in the order of their addresses.
     */
    @Override
    public List<Pair> pairsAfter(Pair last, int most) throws SQLException {
        List<Pair> page = new ArrayList<>();
        int server = last == null ? 0 : server(last);
        String chain = last == null ? null : last.chainId();
        String address = last == null ? "" : last.address();
        for (; server < connections.size() && page.isEmpty(); server++) {
            for (String each : chainsOf(server)) {
                if (chain != null && each.compareTo(chain) < 0) {
                    continue;
                }
                addPage(server, each, each.equals(chain) ? address : "", most, page);
                if (!page.isEmpty()) {
                    break;
                }
            }
            chain = null;
        }
        return page;
    }

    /** Adds the next pairs of a chain. Reads on while it finds only those of other servers. */
    private void addPage(int server, String chain, String after, int most, List<Pair> page)
            throws SQLException {
        String last = after;
        try (PreparedStatement query = connections.get(server).prepareStatement(PAIRS)) {
            boolean more = true;
            while (more && page.isEmpty()) {
                query.setString(1, chain);
                query.setString(2, last);
                query.setInt(3, most);
                more = false;
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        more = true;
                        last = rows.getString(1);
                        Pair pair = new Pair(chain, last);
                        // what moved to another server may be here in an old version
                        if (server(pair) == server) {
                            page.add(pair);
                        }
                    }
                }
            }
        }
    }

    private List<String> chainsOf(int server) throws SQLException {
        while (chains.size() <= server) {
            List<String> ofServer = new ArrayList<>();
            try (Statement statement = connections.get(chains.size()).createStatement();
                    ResultSet rows =
                            statement.executeQuery("SELECT DISTINCT chain_id FROM kline")) {
                while (rows.next()) {
                    ofServer.add(rows.getString(1));
                }
            }
            Collections.sort(ofServer);
            chains.add(ofServer);
        }
        return chains.get(server);
    }

    @Override
    public List<Series> series(Pair pair) throws SQLException {
        List<Series> all = new ArrayList<>();
        try (PreparedStatement query = connections.get(server(pair)).prepareStatement(INTERVALS)) {
            query.setString(1, pair.chainId());
            query.setString(2, pair.address());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    all.add(new Series(pair, Interval.ofCode(rows.getString(1))));
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
