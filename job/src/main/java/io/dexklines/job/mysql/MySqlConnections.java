package io.dexklines.job.mysql;

import com.mysql.cj.jdbc.Driver;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;

/** Opens connections as the writer needs them: with timeouts, strict, one transaction at a time. */
final class MySqlConnections {

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
        properties.setProperty("connectTimeout", "10000");
        // Longer than the lock waits below, shorter than Flink's patience with a cancelled task.
        properties.setProperty("socketTimeout", "60000");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("characterEncoding", "UTF-8");
        properties.setProperty("connectionTimeZone", "UTC");
        properties.setProperty("allowLoadLocalInfile", "false");
        // Prepared by the server: doubles travel as their bits, and nothing is parsed twice.
        properties.setProperty("useServerPrepStmts", "true");
        properties.setProperty("emulateUnsupportedPstmts", "false");
        properties.setProperty("cacheServerConfiguration", "false");
        // Strict: what a column cannot hold is an error, never cut in silence.
        properties.setProperty(
                "sessionVariables",
                "sql_mode='STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',"
                        + "innodb_lock_wait_timeout=20,lock_wait_timeout=20");
        // Not by the DriverManager: it looks for drivers where the job's classes are not.
        Connection connection = new Driver().connect(url, properties);
        if (connection == null) {
            throw new SQLException("not a URL of MySQL: it must start with jdbc:mysql://");
        }
        try {
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
