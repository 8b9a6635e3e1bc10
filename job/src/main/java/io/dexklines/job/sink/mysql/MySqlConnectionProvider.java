package io.dexklines.job.sink.mysql;

import com.mysql.cj.conf.ConnectionUrlParser;
import com.mysql.cj.jdbc.Driver;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.connector.jdbc.JdbcConnectionOptions;
import org.apache.flink.connector.jdbc.datasource.connections.JdbcConnectionProvider;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * A provider of connections to MySQL with timeouts, strict types, and auto-commit off. The password
 * is resolved when a connection is opened, on the TaskManager, so it is not part of the job graph.
 * The first connection checks the version of the tables: see {@link SchemaVersion}.
 *
 * <p>Only one thread may open and close connections. {@link #getConnection} may be called by any
 * thread.
 */
final class MySqlConnectionProvider implements JdbcConnectionProvider {

    private static final long serialVersionUID = 1L;

    /** Properties of a connection, each of which the URL may override. */
    private static final Map<String, String> DEFAULTS =
            Map.of(
                    "connectTimeout", "10000",
                    // longer than a lock wait, shorter than Flink waits for a cancelled task
                    "socketTimeout", "60000",
                    "sessionVariables", "innodb_lock_wait_timeout=20,lock_wait_timeout=20",
                    "tcpKeepAlive", "true",
                    "characterEncoding", "UTF-8",
                    "connectionTimeZone", "UTC",
                    "allowLoadLocalInfile", "false",
                    // prepared by the server: doubles travel as bits, and SQL is parsed once
                    "useServerPrepStmts", "true");

    private final JdbcConnectionOptions options;
    private final SerializableSupplier<String> password;
    private transient volatile Connection connection;
    private transient boolean schemaChecked;

    private MySqlConnectionProvider(
            JdbcConnectionOptions options, SerializableSupplier<String> password) {
        this.options = options;
        this.password = password;
    }

    /**
     * Returns a provider that has not connected yet.
     *
     * @param url {@code jdbc:mysql://host:port/database}, without credentials; its parameters
     *     override the defaults
     * @param username the user; null if the server asks for none
     * @param password called for each connection
     */
    static MySqlConnectionProvider of(
            String url, String username, SerializableSupplier<String> password) {
        JdbcConnectionOptions.JdbcConnectionOptionsBuilder options =
                new JdbcConnectionOptions.JdbcConnectionOptionsBuilder()
                        .withUrl(url)
                        .withDriverName(Driver.class.getName());
        if (username != null) {
            options.withUsername(username);
        }
        // the driver would let a property override the URL
        Map<String, String> inUrl = ConnectionUrlParser.parseConnectionString(url).getProperties();
        DEFAULTS.forEach(
                (key, value) -> {
                    if (!inUrl.containsKey(key)) {
                        options.withProperty(key, value);
                    }
                });
        return new MySqlConnectionProvider(options.build(), password);
    }

    @Override
    public Connection getConnection() {
        return connection;
    }

    @Override
    public boolean isConnectionValid() throws SQLException {
        Connection current = connection;
        return current != null && current.isValid(options.getConnectionCheckTimeoutSeconds());
    }

    @Override
    public Connection getOrEstablishConnection() throws SQLException {
        if (connection == null) {
            connection = open();
        }
        return connection;
    }

    @Override
    public Connection reestablishConnection() throws SQLException {
        closeConnection();
        return getOrEstablishConnection();
    }

    @Override
    public void close() {
        closeConnection();
    }

    @Override
    public void closeConnection() {
        Connection current = connection;
        connection = null;
        if (current != null) {
            try {
                current.close();
            } catch (SQLException | RuntimeException e) {
                MySqlWriter.LOG.debug("closing the connection failed", e);
            }
        }
    }

    private Connection open() throws SQLException {
        Properties properties = new Properties();
        properties.putAll(options.getProperties());
        properties.setProperty("user", options.getUsername().orElse(""));
        properties.setProperty("password", password.get());
        // DriverManager does not find drivers in the class loader of the job
        Connection opened = new Driver().connect(options.getDbURL(), properties);
        if (opened == null) {
            throw new SQLException("not a URL of MySQL: it must start with jdbc:mysql://");
        }
        try (Statement session = opened.createStatement()) {
            // a value that does not fit its column is an error and is not truncated
            session.execute("SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'");
            // no gap locks: writers of different rows do not wait for each other
            opened.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            if (!schemaChecked) {
                SchemaVersion.require(opened);
                schemaChecked = true;
            }
            opened.setAutoCommit(false);
            return opened;
        } catch (SQLException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }
}
