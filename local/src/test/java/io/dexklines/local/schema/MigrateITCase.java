package io.dexklines.local.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.local.stack.Ports;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.schema.Database;
import io.dexklines.schema.MigrateCommand;
import io.dexklines.schema.SchemaException;
import io.dexklines.schema.SchemaMigration;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Databases in every state that users have, which {@code klines migrate} brings to the newest. */
class MigrateITCase {

    private static final List<String> ALL =
            List.of(
                    "V1 klines",
                    "V2 smart money",
                    "V3 sink progress",
                    "V4 trade ids",
                    "V5 smart money by chain",
                    "V6 smart money notification");

    private static final String KLINE =
            "INSERT INTO kline VALUES ('1', '0xa', '1m', %d, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,"
                    + " 1, 0, 1, 0, 0, TRUE)";

    @TempDir private static Path folder;
    private static EmbeddedMariaDb server;

    @BeforeAll
    static void start() {
        server = EmbeddedMariaDb.start(folder, 0);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        execute("DROP DATABASE klines", "CREATE DATABASE klines CHARACTER SET utf8mb4");
    }

    @Test
    void anEmptyDatabaseGetsAllTables() throws SQLException {
        assertThat(migrate()).isEqualTo(result(false, ALL));

        assertThat(strings("SHOW TABLES"))
                .containsExactly(
                        "flyway_schema_history",
                        "kline",
                        "pair",
                        "sink_progress",
                        "smart_money_notification",
                        "smart_money_trade");
        assertThat(migrate()).as("again").isEqualTo(result(false, List.of()));
    }

    @Test
    void aDatabaseOfTheFirstVersionIsAdoptedWithItsRows() throws Exception {
        apply("V1__klines.sql");
        execute(KLINE.formatted(60));

        assertThat(migrate()).isEqualTo(result(true, ALL.subList(1, 6)));

        assertThat(strings("SELECT open_time FROM kline")).containsExactly("60");
        assertThat(migrate()).as("again").isEqualTo(result(false, List.of()));
    }

    @Test
    void aDatabaseWithSmartMoneyIsAdopted() throws Exception {
        apply("V1__klines.sql");
        apply("V2__smart_money.sql");

        assertThat(migrate()).isEqualTo(result(true, ALL.subList(2, 6)));
    }

    /** The table in which the local stack of version 0.1 kept what it had applied. */
    @Test
    void aTableOfSomebodyElseIsLeftAlone() throws SQLException {
        execute("CREATE TABLE schema_version (version INT NOT NULL PRIMARY KEY)");

        assertThat(migrate()).isEqualTo(result(false, ALL));
        assertThat(strings("SHOW TABLES")).contains("schema_version");
    }

    @Test
    void tablesOfNoVersionAreRefused() throws SQLException {
        execute("CREATE TABLE kline (chain_id INT)");

        assertThatThrownBy(MigrateITCase::migrate)
                .isInstanceOf(SchemaException.class)
                .hasMessageStartingWith(server.jdbcUrl() + ": the tables are of no version")
                .hasMessageContaining("[pair] is missing");
        assertThat(strings("SHOW TABLES")).containsExactly("kline");
    }

    @Test
    void tablesOfALaterVersionAreRefused() throws SQLException {
        migrate();
        execute(
                "INSERT INTO flyway_schema_history VALUES"
                        + " (99, '99', 'later', 'SQL', 'V99__later.sql', 1, 'me', NOW(), 1, TRUE)");

        assertThatThrownBy(MigrateITCase::migrate)
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("the tables have version 99")
                .hasMessageContaining("use its `klines migrate`");
    }

    @Test
    void aUserWhoMayOnlyReadIsToldWhichRightsAreNeeded() throws Exception {
        Database reader =
                new Database(server.jdbcUrl(), server.relay().user(), server.relay().password());

        assertThatThrownBy(() -> SchemaMigration.now().run(reader))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("CREATE command denied")
                .hasMessageEndingWith(
                        "The user relay needs the rights that sql/mysql/README.md lists.");
    }

    @Test
    void aMigrationThatHasFailedIsTriedAgain() throws SQLException {
        migrate();
        execute(
                "ALTER TABLE smart_money_trade MODIFY id CHAR(16) NOT NULL",
                "DELETE FROM flyway_schema_history WHERE version IN ('5', '6')",
                "UPDATE flyway_schema_history SET success = FALSE WHERE version = '4'");

        assertThat(migrate()).isEqualTo(result(false, ALL.subList(3, 6)));
    }

    /**
     * The index may have been built by hand, or by a migration that ended before it was recorded.
     */
    @Test
    void theIndexByChainIsAddedOnceHoweverOftenItsMigrationRuns() throws SQLException {
        migrate();
        execute("DELETE FROM flyway_schema_history WHERE version IN ('5', '6')");
        assertThat(migrate()).isEqualTo(result(false, ALL.subList(4, 6)));
        assertThat(indexByChain()).containsExactly("chain_id", "block_time");

        execute(
                "ALTER TABLE smart_money_trade DROP KEY by_chain",
                "DELETE FROM flyway_schema_history WHERE version = '6'",
                "UPDATE flyway_schema_history SET success = FALSE WHERE version = '5'");
        assertThat(migrate()).isEqualTo(result(false, ALL.subList(4, 6)));
        assertThat(indexByChain()).containsExactly("chain_id", "block_time");
    }

    private static List<String> indexByChain() throws SQLException {
        return strings(
                "SELECT column_name FROM information_schema.statistics WHERE table_schema = 'klines'"
                        + " AND index_name = 'by_chain' ORDER BY seq_in_index");
    }

    @Test
    void ofTwoAtOnceOneMigratesAndTheOtherFindsNothingToDo() {
        List<CompletableFuture<SchemaMigration.Result>> running = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            running.add(CompletableFuture.supplyAsync(() -> at("2028-01-31T23:59:59Z")));
        }

        List<SchemaMigration.Result> results =
                running.stream().map(CompletableFuture::join).toList();

        assertThat(results).filteredOn(result -> result.applied().equals(ALL)).hasSize(1);
        assertThat(results).filteredOn(result -> result.applied().isEmpty()).hasSize(3);
        assertThat(results).filteredOn(result -> !result.partitions().isEmpty()).hasSize(1);
    }

    @Test
    void theComingMonthsHavePartitions() throws SQLException {
        migrate();
        // a row that came although nobody had made its month
        execute(KLINE.formatted(Instant.parse("2028-01-02T00:00:00Z").getEpochSecond()));

        assertThat(at("2027-09-30T23:59:59Z").partitions()).isEmpty();
        assertThat(at("2027-10-01T00:00:00Z").partitions())
                .containsExactly(
                        "kline p2028_01",
                        "smart_money_trade p2028_01",
                        "smart_money_notification p2028_01");
        assertThat(at("2027-10-31T23:59:59Z").partitions()).isEmpty();
        assertThat(at("2027-12-01T00:00:00Z").partitions())
                .containsExactly(
                        "kline p2028_02",
                        "kline p2028_03",
                        "smart_money_trade p2028_02",
                        "smart_money_trade p2028_03",
                        "smart_money_notification p2028_02",
                        "smart_money_notification p2028_03");

        assertThat(strings("SELECT COUNT(*) FROM kline PARTITION (p2028_01)")).containsExactly("1");
        assertThat(
                        strings(
                                "SELECT CONCAT(partition_name, ' ', partition_description)"
                                        + " FROM information_schema.partitions"
                                        + " WHERE table_schema = 'klines' AND table_name = 'kline'"
                                        + " ORDER BY partition_ordinal_position DESC LIMIT 4"))
                .containsExactly(
                        "later MAXVALUE",
                        "p2028_03 " + Instant.parse("2028-04-01T00:00:00Z").getEpochSecond(),
                        "p2028_02 " + Instant.parse("2028-03-01T00:00:00Z").getEpochSecond(),
                        "p2028_01 " + Instant.parse("2028-02-01T00:00:00Z").getEpochSecond());
    }

    @Test
    void eventsOfMonthsThatEndedSevenDaysAgoAreDropped() throws SQLException {
        at("2026-06-01T00:00:00Z");
        for (String time : List.of("2026-05-31T23:59:59Z", "2026-06-01T00:00:00Z")) {
            execute(
                    "INSERT INTO smart_money_notification VALUES ('1@smartmoney', '%1$d', %1$d, 1, '{}')"
                            .formatted(Instant.parse(time).getEpochSecond()));
        }

        at("2026-06-07T23:59:59Z");
        assertThat(strings("SELECT COUNT(*) FROM smart_money_notification")).containsExactly("2");

        at("2026-06-08T00:00:00Z");
        assertThat(strings("SELECT block_time FROM smart_money_notification"))
                .containsExactly("" + Instant.parse("2026-06-01T00:00:00Z").getEpochSecond());
    }

    @Test
    void aTableThatOthersHoldIsNotWaitedForLong() throws SQLException {
        migrate();
        Database impatient =
                new Database(
                        server.jdbcUrl() + "?sessionVariables=lock_wait_timeout=1",
                        server.migrator().user(),
                        server.migrator().password());
        try (Connection reader = server.connect();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.executeQuery("SELECT * FROM kline").close();

            assertThatThrownBy(() -> migration("2028-01-01T00:00:00Z").run(impatient))
                    .isInstanceOf(SchemaException.class)
                    .hasMessageContaining("Lock wait timeout exceeded");
        }
    }

    @Test
    void aTableWithoutMonthsIsReported() throws SQLException {
        migrate();
        execute("ALTER TABLE smart_money_trade REMOVE PARTITIONING");

        assertThatThrownBy(() -> at("2028-01-01T00:00:00Z"))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("the table smart_money_trade has no partition later");
    }

    /** A server that is down keeps the others from nothing. */
    @Test
    void aListOfServersIsMigratedOneByOne() throws Exception {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String down = "jdbc:mysql://127.0.0.1:" + Ports.free() + "/klines";

        int status =
                new CommandLine(new MigrateCommand(Optional::empty))
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute(
                                "--mysql-url",
                                down + "\n  " + server.jdbcUrl(),
                                "--mysql-user",
                                server.migrator().user(),
                                "--mysql-password",
                                server.migrator().passwordReference());

        assertThat(status).isEqualTo(4);
        assertThat(out.toString())
                .startsWith(
                        server.jdbcUrl()
                                + ": version 6, applied V1 klines, V2 smart money, V3 sink"
                                + " progress, V4 trade ids, V5 smart money by chain, V6 smart"
                                + " money notification");
        assertThat(err.toString()).startsWith("klines: " + down + ": cannot connect: ");
    }

    private static SchemaMigration.Result result(boolean adopted, List<String> applied) {
        return new SchemaMigration.Result("6", adopted, applied, List.of());
    }

    private static SchemaMigration.Result migrate() {
        return at("2026-06-15T12:00:00Z");
    }

    private static SchemaMigration.Result at(String instant) {
        return migration(instant).run(database());
    }

    private static SchemaMigration migration(String instant) {
        return new SchemaMigration(3, Clock.fixed(Instant.parse(instant), ZoneOffset.UTC));
    }

    private static Database database() {
        return new Database(
                server.jdbcUrl(), server.migrator().user(), server.migrator().password());
    }

    /** Executes a file of {@code sql/mysql} as users did by hand. */
    private static void apply(String file) {
        String script;
        try {
            script = Files.readString(ProjectHome.find().folder().resolve("sql/mysql/" + file));
            for (String statement : script.replaceAll("(?m)^\\s*--.*$", "").split(";")) {
                if (!statement.isBlank()) {
                    execute(statement);
                }
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void execute(String... statements) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    private static List<String> strings(String query) throws SQLException {
        List<String> strings = new ArrayList<>();
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                strings.add(rows.getString(1));
            }
        }
        return strings;
    }
}
