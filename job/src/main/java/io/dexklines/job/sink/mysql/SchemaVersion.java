package io.dexklines.job.sink.mysql;

import com.mysql.cj.jdbc.Driver;
import io.dexklines.job.config.MySqlSettings;
import io.dexklines.text.AddressCase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The version of the tables, as {@code klines migrate} records it in the database. */
public final class SchemaVersion {

    /** The version that the job needs: the number of a file in {@code sql/mysql}. */
    static final int NEEDED = 6;

    private static final Logger LOG = LoggerFactory.getLogger(SchemaVersion.class);

    private static final String HISTORY = "flyway_schema_history";

    private static final Set<Integer> NO_HISTORY =
            Set.of(
                    1142, // no right to read it; MySQL also says this of tables that do not exist
                    1146); // does not exist

    private static final String CHECKED_LATER =
            "The version of MySQL's tables is not checked now, but when a writer connects";

    /** The time that a job may lose at its start while a database hangs. */
    private static final String START_TIMEOUT_MS = "3000";

    private SchemaVersion() {}

    /**
     * Checks the tables of all servers before the job is submitted, so that a job that would fail
     * for good is not started at all. A server that this process cannot reach, or whose password it
     * does not have, is left to the writers, which check it when they connect.
     *
     * @throws SchemaTooOldException if tables are older than the job needs
     */
    public static void checkAtStart(MySqlSettings settings) {
        for (String url : new MySqlLanes(settings.urls(), settings.formerUrls()).urls()) {
            try (Connection connection = connect(url, settings)) {
                require(connection);
                if (settings.addressCase() != AddressCase.LOWER) {
                    requireSpelling(connection);
                }
            } catch (SQLException e) {
                LOG.warn("{}: {}", CHECKED_LATER, e.getMessage());
            } catch (IllegalStateException e) {
                // as usual where only TaskManagers are given the secrets
                LOG.info("{}: {}", CHECKED_LATER, e.getMessage());
            }
        }
    }

    private static Connection connect(String url, MySqlSettings settings) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("connectTimeout", START_TIMEOUT_MS);
        properties.setProperty("socketTimeout", START_TIMEOUT_MS);
        if (settings.username() != null) {
            properties.setProperty("user", settings.username());
        }
        if (settings.password() != null) {
            properties.setProperty("password", settings.password().resolve());
        }
        return new Driver().connect(url, properties);
    }

    /**
     * Checks that the tables are of the needed version or a later one.
     *
     * @throws SchemaTooOldException if they are older, or if no version is recorded
     * @throws SQLException if the database does not answer
     */
    static void require(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT COALESCE(MAX(CAST(version AS UNSIGNED)), 0) FROM "
                                        + HISTORY
                                        + " WHERE success")) {
            row.next();
            int version = row.getInt(1);
            if (version < NEEDED) {
                throw tooOld("version " + version, connection, null);
            }
        } catch (SQLException e) {
            if (!NO_HISTORY.contains(e.getErrorCode())) {
                throw e;
            }
            throw tooOld("no version that the job's user can read", connection, e);
        }
    }

    /**
     * Checks that the table that {@code mysql.address-case} needs exists.
     *
     * @throws SchemaTooOldException if it does not
     */
    private static void requireSpelling(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeQuery("SELECT 1 FROM pair_spelling LIMIT 0").close();
        } catch (SQLException e) {
            if (!NO_HISTORY.contains(e.getErrorCode())) {
                throw e;
            }
            throw new SchemaTooOldException(
                    ("%s has no table pair_spelling, which mysql.address-case needs. Run `klines"
                                    + " migrate --compatibility-views DATABASE"
                                    + " --compatibility-address-case eip55`, then start the job"
                                    + " again")
                            .formatted(url(connection)),
                    e);
        }
    }

    private static SchemaTooOldException tooOld(
            String what, Connection connection, SQLException cause) throws SQLException {
        String url = url(connection);
        return new SchemaTooOldException(
                ("the tables in %1$s have %2$s, but this job needs version %3$d. Run `klines migrate"
                                + " --mysql-url %1$s --mysql-user NAME --mysql-password"
                                + " file:/PATH` with a user who may change tables (without the"
                                + " sources: java -jar klines-schema.jar and the same options),"
                                + " then start the job again. Tables that were created by hand"
                                + " are adopted.")
                        .formatted(url, what, NEEDED),
                cause);
    }

    private static String url(Connection connection) throws SQLException {
        return connection.getMetaData().getURL().replaceAll("\\?.*", "");
    }
}
