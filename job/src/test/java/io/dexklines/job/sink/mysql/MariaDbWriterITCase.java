package io.dexklines.job.sink.mysql;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.connector.jdbc.datasource.connections.JdbcConnectionProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Runs the contract against a real MariaDB. */
class MariaDbWriterITCase extends MySqlWriterContract {

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
    Database database() throws SQLException {
        MariaDb database = new MariaDb();
        database.execute("DELETE FROM kline");
        database.execute("DELETE FROM sink_progress");
        return database;
    }

    private static final class MariaDb implements Database {

        private Connection locking;

        @Override
        public JdbcConnectionProvider connections() {
            return MySqlConnectionProvider.of(
                    server.url() + "?sessionVariables=innodb_lock_wait_timeout=1",
                    MariaDbServer.USER,
                    () -> MariaDbServer.PASSWORD);
        }

        @Override
        public List<String> rows() throws SQLException {
            List<String> texts = new ArrayList<>();
            try (Connection admin = server.admin();
                    Statement statement = admin.createStatement();
                    ResultSet rows =
                            statement.executeQuery(
                                    "SELECT CONCAT_WS(' ', chain_id,"
                                            + " (open_time - 1788220800) DIV 60, trades, closed,"
                                            + " high) FROM kline"
                                            + " ORDER BY chain_id, pair_addr, open_time")) {
                while (rows.next()) {
                    texts.add(rows.getString(1));
                }
            }
            return texts;
        }

        @Override
        public void killConnections() throws SQLException {
            execute("KILL USER " + MariaDbServer.USER);
        }

        @Override
        public void readOnly(boolean on) throws SQLException {
            execute("SET GLOBAL read_only = " + (on ? 1 : 0));
        }

        @Override
        public void stop() {
            server.stop();
        }

        @Override
        public void start() throws Exception {
            server.start();
        }

        @Override
        public void lockRows() throws SQLException {
            locking = server.admin();
            locking.setAutoCommit(false);
            locking.createStatement().executeQuery("SELECT * FROM kline FOR UPDATE");
        }

        @Override
        public void unlockRows() throws SQLException {
            locking.close();
        }

        @Override
        public void setBack() throws SQLException {
            execute("DELETE FROM kline");
            execute("UPDATE sink_progress SET writes = writes - 1");
        }

        private void execute(String sql) throws SQLException {
            try (Connection admin = server.admin();
                    Statement statement = admin.createStatement()) {
                statement.execute(sql);
            }
        }
    }
}
