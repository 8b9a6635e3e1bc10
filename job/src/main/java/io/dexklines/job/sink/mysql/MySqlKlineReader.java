package io.dexklines.job.sink.mysql;

import io.dexklines.job.config.MySqlSettings;
import io.dexklines.job.sink.KlineReader;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.StoredKline;
import io.dexklines.kline.KlineColumns;
import io.dexklines.trade.Pair;
import io.dexklines.trade.ServerHash;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Reads single rows of the table {@code kline} of one server by their primary key. */
public final class MySqlKlineReader implements KlineReader {

    /** The longest time for an answer, in milliseconds. */
    private static final int TIMEOUT_MS = 10_000;

    private static final String QUERY =
            "SELECT "
                    + KlineColumns.TABLE_NAMES
                    + " FROM kline WHERE chain_id = ? AND pair_addr = ? AND interval_code = ?"
                    + " AND open_time = ?";

    private final MySqlConnectionProvider connections;
    private PreparedStatement query;
    private volatile Connection connection;
    private volatile boolean closed;

    private MySqlKlineReader(MySqlConnectionProvider connections) {
        this.connections = connections;
    }

    /**
     * Opens readers of one server.
     *
     * @param url the server
     * @param index its index in the list of servers
     * @param servers the number of servers in the list
     */
    public record Server(MySqlSettings settings, String url, int index, int servers)
            implements Opener {

        @Override
        public boolean holds(Pair pair) {
            return ServerHash.server(pair.chainId(), pair.address(), servers) == index;
        }

        @Override
        public KlineReader open() {
            return new MySqlKlineReader(MySqlTarget.connections(settings, url));
        }
    }

    /** Returns all servers that the job writes to, those of the former list included. */
    public static List<Server> servers(MySqlSettings settings) {
        return Stream.of(settings.urls(), settings.formerUrls())
                .flatMap(
                        urls ->
                                IntStream.range(0, urls.size())
                                        .mapToObj(
                                                index ->
                                                        new Server(
                                                                settings,
                                                                urls.get(index),
                                                                index,
                                                                urls.size())))
                .toList();
    }

    @Override
    public StoredKline read(PairKline.Key kline) throws IOException {
        try {
            connect();
            query.setString(1, kline.pair().chainId());
            query.setString(2, kline.pair().address());
            query.setString(3, kline.interval().code());
            query.setLong(4, Math.floorDiv(kline.openTimeMs(), 1000L));
            try (ResultSet rows = query.executeQuery()) {
                return rows.next()
                        ? StoredKline.Version.of(KlineColumns.TABLE, new KlineColumns.Row(rows))
                        : new StoredKline.Missing();
            }
        } catch (SQLException e) {
            disconnect();
            throw new IOException(e.getMessage(), e);
        }
    }

    private void connect() throws SQLException {
        if (connection == null) {
            Connection opened = connections.reestablishConnection();
            connection = opened;
            opened.setNetworkTimeout(Runnable::run, TIMEOUT_MS);
            // each query reads what is committed when it runs
            opened.setAutoCommit(true);
            query = opened.prepareStatement(QUERY);
        }
        if (closed) {
            // close() may have come before the connection
            throw new SQLException("closed");
        }
    }

    private void disconnect() {
        Connection current = connection;
        connection = null;
        if (current != null) {
            try {
                // unlike close(), does not wait for a query that is under way
                current.abort(Runnable::run);
            } catch (SQLException | RuntimeException e) {
                MySqlWriter.LOG.debug("closing the connection failed", e);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        disconnect();
    }
}
