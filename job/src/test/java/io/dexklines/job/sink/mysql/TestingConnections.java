package io.dexklines.job.sink.mysql;

import java.sql.Connection;
import java.sql.SQLException;
import org.apache.flink.connector.jdbc.datasource.connections.JdbcConnectionProvider;

/** A provider of connections that a test opens as it likes. */
final class TestingConnections implements JdbcConnectionProvider {

    private static final long serialVersionUID = 1L;

    /** Opens a connection. */
    interface Opener {
        Connection open() throws SQLException;
    }

    private final transient Opener opener;
    private transient volatile Connection connection;

    TestingConnections(Opener opener) {
        this.opener = opener;
    }

    @Override
    public Connection getConnection() {
        return connection;
    }

    @Override
    public boolean isConnectionValid() {
        return connection != null;
    }

    @Override
    public Connection getOrEstablishConnection() throws SQLException {
        if (connection == null) {
            connection = opener.open();
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
        Connection closed = connection;
        connection = null;
        if (closed != null) {
            try {
                closed.close();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
