package io.dexklines.job.sink.mysql;

import io.dexklines.job.config.MySqlSettings;
import io.dexklines.text.JdbcUrls;
import io.dexklines.trade.ServerHash;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A copy of the rows that have another server in the list than in the former list. It uses the
 * guards of the job, so it never replaces what the job writes meanwhile, and may be repeated.
 */
public final class MySqlCopy implements AutoCloseable {

    /** The rows of one statement, which is also one transaction. */
    private static final int BATCH_ROWS = 512;

    private static final int MOST_ATTEMPTS = 20;

    private final List<String> urls;
    private final List<String> formerUrls;
    private final Map<String, Connection> sources = new HashMap<>();
    private final Map<String, Connection> targets = new HashMap<>();

    /** What the rows of a key belong to, with the tables that have such rows. */
    private enum Kind {
        PAIR("pair_addr", List.of(Tables.KLINE, Tables.PAIR_IF_UNKNOWN)),
        WALLET("wallet", List.of(Tables.SMART_MONEY_TRADE));

        private final String address;
        private final List<Table<?>> tables;

        Kind(String address, List<Table<?>> tables) {
            this.address = address;
            this.tables = tables;
        }
    }

    /**
     * A pair or a wallet that moves to another server.
     *
     * @param kind whether it is a pair or a wallet
     * @param source the URL of its former server
     * @param target the URL of its server
     */
    public record Move(Kind kind, String chainId, String address, String source, String target) {}

    private MySqlCopy(MySqlSettings settings) {
        this.urls = settings.urls();
        this.formerUrls = settings.formerUrls();
    }

    /**
     * Connects to the servers of both lists.
     *
     * @throws SQLException if a server does not answer, naming it
     */
    public static MySqlCopy open(MySqlSettings settings) throws SQLException {
        MySqlCopy copy = new MySqlCopy(settings);
        try {
            for (String url : copy.formerUrls) {
                Connection source = connect(settings, url);
                copy.sources.put(url, source);
                // each query reads what is committed when it runs
                source.setAutoCommit(true);
            }
            for (String url : copy.urls) {
                copy.targets.put(url, connect(settings, url));
            }
            return copy;
        } catch (SQLException e) {
            copy.close();
            throw e;
        }
    }

    private static Connection connect(MySqlSettings settings, String url) throws SQLException {
        try {
            return MySqlTarget.connections(settings, url).getOrEstablishConnection();
        } catch (SQLException e) {
            throw new SQLException(JdbcUrls.server(url) + ": " + e.getMessage(), e);
        }
    }

    /** Returns the pairs and wallets that move. Reads the primary keys of the former servers. */
    public List<Move> moves() throws SQLException {
        Set<Move> moves = new LinkedHashSet<>();
        for (int former = 0; former < formerUrls.size(); former++) {
            for (Kind kind : Kind.values()) {
                for (Table<?> table : kind.tables) {
                    addMoves(moves, former, kind, table);
                }
            }
        }
        return List.copyOf(moves);
    }

    private void addMoves(Set<Move> moves, int former, Kind kind, Table<?> table)
            throws SQLException {
        String source = formerUrls.get(former);
        String query = "SELECT DISTINCT chain_id, %s FROM %s".formatted(kind.address, table.name());
        try (Statement statement = sources.get(source).createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                String chainId = rows.getString(1);
                String address = rows.getString(2);
                String target = urls.get(ServerHash.server(chainId, address, urls.size()));
                // what moved here or away earlier may still be there in an old version
                boolean owned = ServerHash.server(chainId, address, formerUrls.size()) == former;
                if (owned && !JdbcUrls.server(source).equals(JdbcUrls.server(target))) {
                    moves.add(new Move(kind, chainId, address, source, target));
                }
            }
        }
    }

    /**
     * Copies all rows of a pair or wallet.
     *
     * @return the number of rows
     */
    public long copy(Move move) throws SQLException, InterruptedException {
        long copied = 0;
        for (Table<?> table : move.kind.tables) {
            copied += copy(move, table);
        }
        return copied;
    }

    private long copy(Move move, Table<?> table) throws SQLException, InterruptedException {
        String query =
                table.columns().stream()
                        .map(column -> column.name())
                        .collect(
                                Collectors.joining(
                                        ", ",
                                        "SELECT ",
                                        " FROM %s WHERE chain_id = ? AND %s = ?"
                                                .formatted(table.name(), move.kind.address)));
        long copied = 0;
        try (PreparedStatement statement = sources.get(move.source).prepareStatement(query)) {
            // the driver keeps one row at a time in memory
            statement.setFetchSize(Integer.MIN_VALUE);
            statement.setString(1, move.chainId);
            statement.setString(2, move.address);
            try (ResultSet rows = statement.executeQuery()) {
                int columns = table.columns().size();
                List<Object[]> batch = new ArrayList<>();
                while (rows.next()) {
                    Object[] row = new Object[columns];
                    for (int column = 0; column < columns; column++) {
                        row[column] = rows.getObject(column + 1);
                    }
                    batch.add(row);
                    copied++;
                    if (batch.size() == BATCH_ROWS) {
                        upsert(table, batch, targets.get(move.target));
                        batch.clear();
                    }
                }
                if (!batch.isEmpty()) {
                    upsert(table, batch, targets.get(move.target));
                }
            }
        }
        return copied;
    }

    /** Commits the rows. Repeats the transaction if the job's writers are in the way. */
    private static void upsert(Table<?> table, List<Object[]> rows, Connection target)
            throws SQLException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try (PreparedStatement statement = target.prepareStatement(table.upsert(rows.size()))) {
                int parameter = 0;
                for (Object[] row : rows) {
                    for (Object value : row) {
                        statement.setObject(++parameter, value);
                    }
                }
                statement.executeUpdate();
                target.commit();
                return;
            } catch (SQLException e) {
                if (SqlFailure.of(e) != SqlFailure.CONTENTION || attempt == MOST_ATTEMPTS) {
                    throw e;
                }
                target.rollback();
                Thread.sleep(attempt * 10L);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        SQLException failure = null;
        List<Connection> all = new ArrayList<>(sources.values());
        all.addAll(targets.values());
        for (Connection connection : all) {
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
