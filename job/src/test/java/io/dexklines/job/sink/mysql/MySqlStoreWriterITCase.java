package io.dexklines.job.sink.mysql;

import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.SampleKlines;
import io.dexklines.job.sink.store.StoreWriter;
import io.dexklines.job.sink.store.StoreWriterContract;
import io.dexklines.trade.Pair;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Runs the contract of a writer of klines against a real MariaDB. */
class MySqlStoreWriterITCase extends StoreWriterContract {

    @TempDir private static Path folder;

    private static MariaDbServer server;

    @BeforeAll
    static void startServer() throws Exception {
        server = new MariaDbServer(folder);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Override
    protected Store store() throws SQLException {
        execute("DELETE FROM kline");
        execute("DELETE FROM sink_progress");
        return new MariaDb();
    }

    private static void execute(String sql) throws SQLException {
        try (Connection admin = server.admin();
                PreparedStatement statement = admin.prepareStatement(sql)) {
            statement.execute();
        }
    }

    private static final class MariaDb implements Store {

        @Override
        public StoreWriter<PairKline> writer(long remembered) {
            return new MySqlStoreWriter<>(
                    MySqlConnectionProvider.of(
                            server.url(), MariaDbServer.USER, () -> MariaDbServer.PASSWORD),
                    MySqlTarget.execution(1_000),
                    "job/klines-0",
                    "run",
                    remembered,
                    (writer, rows, refused) ->
                            MySqlStoreWriter.write(writer, Tables.KLINE, rows, true, refused));
        }

        @Override
        public List<Long> trades(PairKline ofPair) throws SQLException {
            List<Long> trades = new ArrayList<>();
            try (Connection admin = server.admin();
                    PreparedStatement query =
                            admin.prepareStatement(
                                    "SELECT trades FROM kline WHERE pair_addr = ?"
                                            + " ORDER BY open_time")) {
                query.setString(1, ofPair.pair().address());
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        trades.add(rows.getLong(1));
                    }
                }
            }
            return trades;
        }

        @Override
        public PairKline refused() {
            return new PairKline(new Pair("1", "0x" + "a".repeat(200)), SampleKlines.open(0, 1));
        }

        @Override
        public void setBack() throws SQLException {
            execute("DELETE FROM kline");
            execute("DELETE FROM sink_progress");
        }
    }
}
