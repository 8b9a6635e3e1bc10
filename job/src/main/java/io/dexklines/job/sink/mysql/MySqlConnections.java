package io.dexklines.job.sink.mysql;

import com.mysql.cj.conf.ConnectionUrlParser;
import com.mysql.cj.jdbc.Driver;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;

/** Opens connections as the writer needs them: with timeouts, strict, one transaction at a time. */
final class MySqlConnections {

    /** What the URL may set otherwise. */
    private static final Map<String, String> DEFAULTS =
            Map.of(
                    "connectTimeout", "10000",
                    // Longer than the lock waits, shorter than Flink's patience on cancelling.
                    "socketTimeout", "60000",
                    "sessionVariables", "innodb_lock_wait_timeout=20,lock_wait_timeout=20",
                    "tcpKeepAlive", "true",
                    "characterEncoding", "UTF-8",
                    "connectionTimeZone", "UTC",
                    "allowLoadLocalInfile", "false",
                    // Prepared by the server: doubles travel as their bits, nothing is parsed
                    // twice.
                    "useServerPrepStmts", "true");

    private final String url;
    private final String username;
    private final String password;

    MySqlConnections(String url, String username, String password) {
        this.url = url;
        this.username = username;
        this.password = password;
    }

    Connection open() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", username);
        properties.setProperty("password", password);
        DEFAULTS.forEach(properties::setProperty);
        // The driver would let the properties win.
        ConnectionUrlParser.parseConnectionString(url).getProperties().keySet().stream()
                .filter(DEFAULTS::containsKey)
                .forEach(properties::remove);
        // Not by the DriverManager: it looks for drivers where the job's classes are not.
        Connection connection = new Driver().connect(url, properties);
        if (connection == null) {
            throw new SQLException("not a URL of MySQL: it must start with jdbc:mysql://");
        }
        try (Statement session = connection.createStatement()) {
            // What a column cannot hold must be an error, never cut in silence.
            session.execute("SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'");
            // No gap locks: two writers whose rows do not meet never wait for each other.
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }
}
