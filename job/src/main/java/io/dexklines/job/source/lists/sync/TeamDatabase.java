package io.dexklines.job.source.lists.sync;

import io.dexklines.secret.SecretReference;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;

/**
 * The database of a team, which is only read. Each poll has a connection of its own, so a change of
 * the server behind the URL or of the password needs no restart.
 *
 * @param url a JDBC URL whose driver is on the class path
 * @param user null if the database asks for none
 * @param password null if the database asks for none; resolved at each connection
 */
record TeamDatabase(String url, String user, SecretReference password) {

    private static final String MYSQL = "jdbc:mysql:";

    /** Properties of MySQL's driver, each of which the URL may override. */
    private static final Map<String, String> MYSQL_DEFAULTS =
            Map.of(
                    "connectTimeout", "10000",
                    "socketTimeout", "60000",
                    "tcpKeepAlive", "true",
                    "allowLoadLocalInfile", "false");

    /**
     * A query and the receiver of its rows.
     *
     * @param list the name of the list, for people
     * @param sql a statement that returns rows
     * @param columns the columns that the answer must have
     * @param rows receives each row: texts by the names of their columns in lower case, null for
     *     NULL
     */
    record Query(
            String list, String sql, List<String> columns, Consumer<Map<String, String>> rows) {}

    /** Runs the queries in one transaction that can only read. */
    void read(List<Query> queries) throws FailedPollException {
        try (Connection connection = DriverManager.getConnection(url, properties())) {
            connection.setReadOnly(true);
            // both answers are of the same moment
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            for (Query query : queries) {
                run(connection, query);
            }
            connection.rollback();
        } catch (SQLException | IllegalStateException e) {
            throw new FailedPollException(
                    "the database at " + withoutParameters() + ": " + firstLine(e), e);
        }
    }

    private Properties properties() {
        Properties properties = new Properties();
        if (url.startsWith(MYSQL)) {
            // the driver would let a property override the URL
            MYSQL_DEFAULTS.forEach(
                    (key, value) -> {
                        if (!url.contains(key + "=")) {
                            properties.setProperty(key, value);
                        }
                    });
        }
        if (user != null) {
            properties.setProperty("user", user);
        }
        if (password != null) {
            properties.setProperty("password", password.resolve());
        }
        return properties;
    }

    private void run(Connection connection, Query query) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (url.startsWith(MYSQL)) {
                // row by row: the driver would keep the whole answer in memory
                statement.setFetchSize(Integer.MIN_VALUE);
            }
            try (ResultSet answer = statement.executeQuery(query.sql())) {
                List<String> columns = columns(answer.getMetaData());
                for (String needed : query.columns()) {
                    if (!columns.contains(needed)) {
                        throw new SQLException(
                                "the query of %s returns no column %s, only %s"
                                        .formatted(
                                                query.list(), needed, String.join(", ", columns)));
                    }
                }
                while (answer.next()) {
                    Map<String, String> row = new HashMap<>();
                    for (int i = 0; i < columns.size(); i++) {
                        row.put(columns.get(i), answer.getString(i + 1));
                    }
                    query.rows().accept(row);
                }
            }
        }
    }

    private static List<String> columns(ResultSetMetaData data) throws SQLException {
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= data.getColumnCount(); i++) {
            columns.add(data.getColumnLabel(i).toLowerCase(Locale.ROOT));
        }
        return columns;
    }

    private String withoutParameters() {
        return url.replaceFirst("[?;].*$", "");
    }

    /** Messages of MySQL's driver have several lines, of which the others are general advice. */
    private static String firstLine(Exception e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        return message.strip().lines().findFirst().orElse("");
    }
}
