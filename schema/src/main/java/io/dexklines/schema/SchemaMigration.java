package io.dexklines.schema;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.output.MigrateOutput;

/**
 * The migration of a database to the newest version of its tables. Repeating it is harmless, and of
 * several that run at once, one works while the others wait.
 *
 * @param months how many months after the current one have a partition in any case
 * @param clock decides which month is the current one
 */
public record SchemaMigration(int months, Clock clock) {

    /** The least number of coming months that {@code klines migrate} provides by default. */
    public static final int MONTHS = 3;

    /** The table in which Flyway keeps the applied versions. The job reads it. */
    private static final String HISTORY = "flyway_schema_history";

    private static final String FILES = "classpath:io/dexklines/schema/migrations";

    /** The events of smart money, of which only the newest are kept. */
    private static final String EVENTS = "smart_money_notification";

    private static final Duration EVENTS_KEPT = Duration.ofDays(7);

    private static final List<String> BY_MONTH = List.of("kline", "smart_money_trade", EVENTS);

    /**
     * The tables of the versions that were applied by hand. Databases of these versions have no
     * history and are recognised by their tables.
     */
    private static final Map<Integer, Set<String>> BY_HAND =
            new TreeMap<>(Map.of(1, Set.of("kline", "pair"), 2, Set.of("smart_money_trade")));

    /** Long enough for another migration that copies the rows of a partition. */
    private static final int WAIT_SECONDS = 600;

    private static final Set<Integer> DENIED = Set.of(1044, 1045, 1142, 1143, 1227, 1370);

    /** Keeps a strong reference, without which the level would be forgotten. */
    private static final Logger FLYWAY = Logger.getLogger("org.flywaydb");

    static {
        // where SLF4J decides, as in the local stack, this has no effect
        FLYWAY.setLevel(Level.WARNING);
    }

    /**
     * What a migration did.
     *
     * @param version the version of the tables
     * @param adopted whether tables that were created by hand were found and kept
     * @param applied the applied migrations, such as {@code V3 sink progress}, in order
     * @param partitions the new partitions, such as {@code kline p2028_01}, in order
     */
    public record Result(
            String version, boolean adopted, List<String> applied, List<String> partitions) {}

    /** Returns the migration that {@code klines migrate} runs by default. */
    public static SchemaMigration now() {
        return new SchemaMigration(MONTHS, Clock.systemUTC());
    }

    /**
     * Migrates a database.
     *
     * @throws SchemaException if the database is unreachable, the user lacks a right, the tables
     *     are of no known or of a later version, or a migration fails
     */
    public Result run(Database database) {
        return locked(database, this::migrate);
    }

    /** What is done on one server, on a connection that holds the lock of its migrations. */
    interface Work<T> {
        T run(DataSource source, Connection connection) throws SQLException;
    }

    /**
     * Does something while no other migration of the database runs.
     *
     * @throws SchemaException if the database is unreachable or refuses; the message names it
     */
    static <T> T locked(Database database, Work<T> work) {
        try {
            DataSource source = database.dataSource();
            try (Connection connection = connect(source, database)) {
                lock(connection);
                return work.run(source, connection);
            }
        } catch (SchemaException e) {
            throw new SchemaException(database + ": " + e.getMessage(), e.getCause());
        } catch (FlywayException | SQLException e) {
            throw new SchemaException(database + ": " + reason(e, database), e);
        }
    }

    private static Connection connect(DataSource source, Database database) {
        try {
            return source.getConnection();
        } catch (SQLException e) {
            throw new SchemaException("cannot connect: " + reason(e, database), e);
        }
    }

    /** Waits until no other migration of this database runs. The connection holds the lock. */
    private static void lock(Connection connection) throws SQLException {
        try (PreparedStatement lock =
                connection.prepareStatement(
                        "SELECT GET_LOCK(CONCAT('klines-migrate-', MD5(DATABASE())), ?)")) {
            lock.setInt(1, WAIT_SECONDS);
            try (ResultSet row = lock.executeQuery()) {
                if (!row.next() || row.getInt(1) != 1) {
                    throw new SchemaException(
                            "another migration has been running for " + WAIT_SECONDS + " s");
                }
            }
        }
    }

    private Result migrate(DataSource source, Connection connection) throws SQLException {
        Set<String> tables = tables(connection);
        boolean hasHistory = tables.contains(HISTORY);
        int byHand = hasHistory ? 0 : versionByHand(tables);
        if (hasHistory) {
            forgetFailures(connection);
        }
        Flyway flyway =
                Flyway.configure(SchemaMigration.class.getClassLoader())
                        .dataSource(source)
                        .table(HISTORY)
                        .locations(FILES)
                        // tables without a history: of the version that was recognised
                        .baselineOnMigrate(!hasHistory)
                        .baselineVersion(Integer.toString(byHand))
                        .baselineDescription("created by hand")
                        .cleanDisabled(true)
                        .load();
        refuseLaterVersions(flyway.info().all());
        List<MigrateOutput> migrations = flyway.migrate().migrations;
        List<String> applied = new ArrayList<>();
        for (MigrateOutput each : migrations) {
            applied.add("V" + each.version + " " + each.description);
        }
        YearMonth last = YearMonth.now(clock.withZone(ZoneOffset.UTC)).plusMonths(months);
        List<String> partitions = new ArrayList<>();
        for (String table : BY_MONTH) {
            for (String name : MonthPartitions.make(connection, table, last)) {
                partitions.add(table + " " + name);
            }
        }
        MonthPartitions.dropUntil(
                connection, EVENTS, clock.instant().minus(EVENTS_KEPT).getEpochSecond());
        String version = flyway.info().current().getVersion().getVersion();
        return new Result(version, byHand > 0, applied, partitions);
    }

    private static Set<String> tables(Connection connection) throws SQLException {
        Set<String> tables = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT table_name FROM information_schema.tables"
                                        + " WHERE table_schema = DATABASE()")) {
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
        }
        return tables;
    }

    /**
     * Returns the version of tables that were created by hand, 0 if there are none of them.
     *
     * @throws SchemaException if tables of a version are missing
     */
    static int versionByHand(Set<String> tables) {
        int version = 0;
        Set<String> missing = new HashSet<>();
        for (Map.Entry<Integer, Set<String>> each : BY_HAND.entrySet()) {
            if (each.getValue().stream().anyMatch(tables::contains)) {
                version = each.getKey();
            }
        }
        for (Map.Entry<Integer, Set<String>> each : BY_HAND.entrySet()) {
            if (each.getKey() <= version) {
                each.getValue().stream()
                        .filter(table -> !tables.contains(table))
                        .forEach(missing::add);
            }
        }
        if (!missing.isEmpty()) {
            throw new SchemaException(
                    "the tables are of no version of dex-klines, because %s is missing. Apply the"
                                    .formatted(missing.stream().sorted().toList())
                            + " files of sql/mysql up to V"
                            + version
                            + " by hand, or use an empty database.");
        }
        return version;
    }

    /**
     * Deletes the marks of failed migrations, so that they are tried again. MySQL has no
     * transactions over statements that define tables, hence a released file can be repeated.
     */
    private static void forgetFailures(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM " + HISTORY + " WHERE success = 0");
        }
    }

    private static void refuseLaterVersions(MigrationInfo[] migrations) {
        Stream.of(migrations)
                .filter(each -> each.getState() == MigrationState.FUTURE_SUCCESS)
                .findFirst()
                .ifPresent(
                        later -> {
                            throw new SchemaException(
                                    "the tables have version %s, which a later version of dex-klines made: use its `klines migrate`"
                                            .formatted(later.getVersion()));
                        });
    }

    /** Returns the error of the server if there is one, else the message. */
    private static String reason(Exception e, Database database) {
        Throwable cause = e;
        while (!(cause instanceof SQLException)) {
            if (cause.getCause() == null) {
                return e.getMessage();
            }
            cause = cause.getCause();
        }
        String hint =
                DENIED.contains(((SQLException) cause).getErrorCode())
                        ? ". The user %s needs the rights that sql/mysql/README.md lists."
                                .formatted(database.user())
                        : "";
        return cause.getMessage().strip() + hint;
    }
}
