package io.dexklines.local.doctor;

import com.mysql.cj.jdbc.Driver;
import io.dexklines.verifier.Cluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Asks a server of MySQL as the job's user. It changes nothing: rights are asked for with {@code
 * EXPLAIN}, which checks them and executes nothing.
 */
final class MySqlProbe {

    private static final String TIMEOUT_MS = "5000";

    private static final List<String> TABLES =
            List.of(
                    "kline",
                    "pair",
                    "smart_money_trade",
                    "smart_money_notification",
                    "sink_progress");

    private static final Set<Integer> DENIED = Set.of(1044, 1142, 1143);
    private static final int NO_SUCH_TABLE = 1146;

    /** Access denied, to the server or to the database. */
    private static final Set<Integer> LOGIN_REFUSED = Set.of(1044, 1045, 1698, 3118);

    private static final int NO_SUCH_DATABASE = 1049;

    private final Connection connection;

    private MySqlProbe(Connection connection) {
        this.connection = connection;
    }

    static MySqlFacts read(Cluster.Store server) throws ProbeFailure {
        Properties properties = new Properties();
        properties.setProperty("connectTimeout", TIMEOUT_MS);
        properties.setProperty("socketTimeout", TIMEOUT_MS);
        server.username().ifPresent(user -> properties.setProperty("user", user));
        try {
            String password = server.resolvedPassword();
            if (password != null) {
                properties.setProperty("password", password);
            }
            try (Connection connection = new Driver().connect(server.url(), properties)) {
                return new MySqlProbe(connection).facts();
            }
        } catch (IllegalStateException e) {
            throw ProbeFailure.refused(e.getMessage(), "correct mysql.password, or set the secret");
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private static ProbeFailure failure(SQLException e) {
        if (LOGIN_REFUSED.contains(e.getErrorCode())) {
            return ProbeFailure.refused(
                    "the login is refused: " + e.getMessage(),
                    "correct mysql.username and mysql.password");
        }
        if (e.getErrorCode() == NO_SUCH_DATABASE) {
            return ProbeFailure.refused(
                    e.getMessage(), "create it, and run `klines migrate`, or correct mysql.url");
        }
        // without an error of the server there was no answer
        return e.getErrorCode() == 0
                ? ProbeFailure.unreachable(
                        e.getMessage().lines().findFirst().orElse("no answer"),
                        "is the server running, and is mysql.url right?")
                : ProbeFailure.refused(e.getMessage(), "look at the server's log");
    }

    private MySqlFacts facts() throws SQLException {
        Map<String, Set<String>> denied = new TreeMap<>();
        List<String> missing = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            // columns without a default must not fail the questions about rights
            statement.execute("SET SESSION sql_mode = ''");
        }
        for (String table : TABLES) {
            try {
                Set<String> lacking = lacking(table);
                if (!lacking.isEmpty()) {
                    denied.put(table, lacking);
                }
            } catch (SQLException e) {
                if (e.getErrorCode() != NO_SUCH_TABLE) {
                    throw e;
                }
                missing.add(table);
            }
        }
        String readOnly = value("SELECT @@GLOBAL.read_only");
        return new MySqlFacts(
                value("SELECT VERSION()"),
                schemaVersion(),
                denied,
                missing,
                !Set.of("0", "OFF").contains(readOnly),
                Long.parseLong(value("SELECT @@GLOBAL.max_allowed_packet")),
                Integer.parseInt(value("SELECT @@GLOBAL.innodb_flush_log_at_trx_commit")),
                monthsEndSeconds());
    }

    private Set<String> lacking(String table) throws SQLException {
        Set<String> lacking = new TreeSet<>();
        if (isDenied("SELECT 1 FROM " + table + " LIMIT 0")) {
            lacking.add("SELECT");
        }
        if (isDenied("EXPLAIN INSERT INTO " + table + " () VALUES ()")) {
            lacking.add("INSERT");
        }
        String column =
                value(
                        "SELECT MIN(column_name) FROM information_schema.columns"
                                + " WHERE table_schema = DATABASE() AND table_name = '"
                                + table
                                + "'");
        // whoever sees no column has no right
        if (column == null
                || isDenied("EXPLAIN UPDATE " + table + " SET " + column + " = 1 WHERE FALSE")) {
            lacking.add("UPDATE");
        }
        return lacking;
    }

    private boolean isDenied(String question) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeQuery(question).close();
            return false;
        } catch (SQLException e) {
            if (DENIED.contains(e.getErrorCode())) {
                return true;
            }
            throw e;
        }
    }

    private OptionalInt schemaVersion() throws SQLException {
        try {
            return OptionalInt.of(
                    Integer.parseInt(
                            value(
                                    "SELECT COALESCE(MAX(CAST(version AS UNSIGNED)), 0)"
                                            + " FROM flyway_schema_history WHERE success")));
        } catch (SQLException e) {
            if (DENIED.contains(e.getErrorCode()) || e.getErrorCode() == NO_SUCH_TABLE) {
                return OptionalInt.empty();
            }
            throw e;
        }
    }

    private OptionalLong monthsEndSeconds() throws SQLException {
        String end =
                value(
                        "SELECT MAX(CAST(partition_description AS UNSIGNED))"
                                + " FROM information_schema.partitions"
                                + " WHERE table_schema = DATABASE() AND table_name = 'kline'"
                                + " AND partition_description <> 'MAXVALUE'");
        return end == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(end));
    }

    private String value(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
