package io.dexklines.verifier;

import io.dexklines.text.JdbcUrls;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32;

/**
 * The MySQL servers of a cluster, which share the rows. A row counts only on the server that it
 * belongs to, where readers look for it.
 */
final class MySqlOutputs implements AutoCloseable {

    /** The columns of a kline, without those of its key. */
    private static final Set<Column> COLUMNS = EnumSet.range(Column.OPEN, Column.LAST_TRADE_TIME);

    private static final String WITHIN_WINDOW = "open_time >= ? AND open_time < ?";

    private static final String SMART_MONEY_QUERY =
            """
            SELECT chain_id, wallet, block_time, id, label, pair_addr, swap_name, token_addr,
            token_symbol, base_token_symbol, side, usd, token_amount, base_token_amount, price_usd,
            mcap, tx_hash, block_num, transaction_index, log_index, clamp, first_buy
            FROM smart_money_trade
            WHERE block_time >= ? AND block_time < ?
                AND CRC32(CONCAT(chain_id, ':', wallet)) MOD ? = ?
            """;

    private final Scope scope;
    private final List<Server> servers = new ArrayList<>();
    private final List<Cluster.Store> former;

    /**
     * A connected server.
     *
     * @param name host, port and database
     */
    private record Server(String name, Connection connection, PreparedStatement klinesOfPair) {}

    /**
     * Rows of one pair or wallet that are on a server where no reader looks for them.
     *
     * @param rows their number
     */
    record Misplaced(String what, long rows) {

        @Override
        public String toString() {
            return what;
        }
    }

    private interface Query<T> {
        T of(Server server, int index) throws SQLException;
    }

    private MySqlOutputs(Scope scope, List<Cluster.Store> former) {
        this.scope = scope;
        this.former = former;
    }

    /**
     * Connects to all servers.
     *
     * @param stores the servers in the order of the job's list, at least one
     * @param former those of the former list, if the job still writes to it
     * @throws VerificationException if a server does not answer
     */
    static MySqlOutputs of(List<Cluster.Store> stores, List<Cluster.Store> former, Scope scope) {
        MySqlOutputs outputs = new MySqlOutputs(scope, former);
        StringBuilder query = new StringBuilder("SELECT interval_code, open_time");
        COLUMNS.forEach(column -> query.append(", ").append(column.text()));
        query.append(", closed FROM kline WHERE chain_id = ? AND pair_addr = ? AND ");
        query.append(WITHIN_WINDOW);
        for (Cluster.Store store : stores) {
            String name = JdbcUrls.server(store.url());
            try {
                Connection connection =
                        DriverManager.getConnection(
                                store.url(),
                                store.username().orElse(null),
                                store.resolvedPassword());
                outputs.servers.add(
                        new Server(
                                name, connection, connection.prepareStatement(query.toString())));
            } catch (SQLException e) {
                outputs.close();
                throw failure(name, e);
            }
        }
        return outputs;
    }

    /** Returns the pairs of which a server holds a kline in the window. */
    Set<String> pairs() {
        Set<String> pairs = new TreeSet<>();
        String sql = "SELECT DISTINCT chain_id, pair_addr FROM kline WHERE " + WITHIN_WINDOW;
        ofAll(
                (server, index) -> {
                    try (PreparedStatement query = server.connection().prepareStatement(sql)) {
                        query.setLong(1, scope.from());
                        query.setLong(2, scope.to());
                        try (ResultSet rows = query.executeQuery()) {
                            while (rows.next()) {
                                pairs.add(rows.getString(1) + ':' + rows.getString(2));
                            }
                        }
                    }
                    return pairs;
                });
        return pairs;
    }

    /** Returns the klines that the pair's server holds in the window. */
    List<Row> klines(String pair) {
        int colon = pair.indexOf(':');
        if (colon < 0) {
            return List.of();
        }
        Server server = servers.get(index(pair, servers.size()));
        try {
            PreparedStatement query = server.klinesOfPair();
            query.setString(1, pair.substring(0, colon));
            query.setString(2, pair.substring(colon + 1));
            query.setLong(3, scope.from());
            query.setLong(4, scope.to());
            List<Row> found = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    found.add(row(pair, rows));
                }
            }
            return found;
        } catch (SQLException e) {
            throw failure(server.name(), e);
        }
    }

    private static Row row(String pair, ResultSet rows) throws SQLException {
        Map<Column, Object> values = new EnumMap<>(Column.class);
        for (Column column : COLUMNS) {
            values.put(
                    column,
                    ClusterOutputs.WHOLE.contains(column)
                            ? (Object) rows.getLong(column.text())
                            : (Object) rows.getDouble(column.text()));
        }
        return new Row(
                new KlineKey(pair, rows.getString("interval_code"), rows.getLong("open_time")),
                values,
                Optional.of(rows.getBoolean("closed")));
    }

    /** Returns the index of the server, as {@code docs/scaling.md} publishes it. */
    static int index(String chainAndAddress, int servers) {
        CRC32 crc = new CRC32();
        crc.update(chainAndAddress.getBytes(StandardCharsets.UTF_8));
        return (int) (crc.getValue() % servers);
    }

    /** Returns the rows of {@code smart_money_trade} in the window, each by its columns. */
    List<Map<String, Object>> smartMoneyTrades() {
        List<Map<String, Object>> found = new ArrayList<>();
        ofAll(
                (server, index) -> {
                    try (PreparedStatement query =
                            server.connection().prepareStatement(SMART_MONEY_QUERY)) {
                        query.setLong(1, scope.from());
                        query.setLong(2, scope.to());
                        query.setInt(3, servers.size());
                        query.setInt(4, index);
                        try (ResultSet rows = query.executeQuery()) {
                            while (rows.next()) {
                                Map<String, Object> row = new HashMap<>();
                                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                                    row.put(rows.getMetaData().getColumnName(i), rows.getObject(i));
                                }
                                found.add(row);
                            }
                        }
                    }
                    return found;
                });
        return found;
    }

    /**
     * Returns what is on a server where it belongs by neither the list nor the former one, by pair
     * and wallet: klines of the scope, and labels and smart-money trades if no pairs are named.
     */
    List<Misplaced> misplaced() {
        List<Misplaced> all = new ArrayList<>();
        if (servers.size() == 1 && former.isEmpty()) {
            return all;
        }
        ofAll(
                (server, index) -> {
                    addMisplaced(all, server, index, "kline", "pair_addr", "open_time");
                    if (scope.pairs().isEmpty()) {
                        addMisplaced(all, server, index, "pair", "pair_addr", null);
                        addMisplaced(
                                all, server, index, "smart_money_trade", "wallet", "block_time");
                    }
                    return all;
                });
        return all;
    }

    /**
     * @param time the column of the time that the window bounds; null for none
     */
    private void addMisplaced(
            List<Misplaced> all,
            Server server,
            int index,
            String table,
            String address,
            String time)
            throws SQLException {
        String hash = "CRC32(CONCAT(chain_id, ':', " + address + ")) MOD ";
        StringBuilder sql = new StringBuilder("SELECT chain_id, " + address + ", COUNT(*) FROM ");
        sql.append(table).append(" WHERE ").append(hash).append(servers.size() + " <> " + index);
        for (int i = 0; i < former.size(); i++) {
            if (JdbcUrls.server(former.get(i).url()).equals(server.name())) {
                sql.append(" AND ").append(hash).append(former.size() + " <> " + i);
            }
        }
        if (time != null) {
            sql.append(" AND %1$s >= ? AND %1$s < ?".formatted(time));
        }
        List<String> named = List.copyOf(scope.pairs());
        if (!named.isEmpty()) {
            String marks = String.join(", ", Collections.nCopies(named.size(), "?"));
            sql.append(" AND CONCAT(chain_id, ':', pair_addr) IN (").append(marks).append(')');
        }
        sql.append(" GROUP BY chain_id, ").append(address);
        try (PreparedStatement query = server.connection().prepareStatement(sql.toString())) {
            int parameter = 0;
            if (time != null) {
                query.setLong(++parameter, scope.from());
                query.setLong(++parameter, scope.to());
            }
            for (String pair : named) {
                query.setString(++parameter, pair);
            }
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    String owner = rows.getString(1) + ':' + rows.getString(2);
                    long count = rows.getLong(3);
                    String home = servers.get(index(owner, servers.size())).name();
                    all.add(
                            new Misplaced(
                                    "MySQL: %s %s has %d rows on %s, but belongs on %s"
                                            .formatted(table, owner, count, server.name(), home),
                                    count));
                }
            }
        }
    }

    private <T> void ofAll(Query<T> query) {
        for (int index = 0; index < servers.size(); index++) {
            Server server = servers.get(index);
            try {
                query.of(server, index);
            } catch (SQLException e) {
                throw failure(server.name(), e);
            }
        }
    }

    private static VerificationException failure(String server, SQLException e) {
        return new VerificationException("MySQL at " + server + ": " + e.getMessage(), e);
    }

    @Override
    public void close() {
        for (Server server : servers) {
            try {
                server.connection().close();
            } catch (SQLException e) {
                throw failure(server.name(), e);
            }
        }
    }
}
