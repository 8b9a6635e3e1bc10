package io.dexklines.job.sink.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.job.KlineJob;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.deployment.RepositoryFiles;
import io.dexklines.local.stack.Ports;
import io.dexklines.schema.Database;
import io.dexklines.schema.SchemaMigration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The job writes to tables that are new enough, and says how to migrate others. */
@Timeout(180)
class SchemaVersionITCase {

    @TempDir private static Path folder;

    private static MariaDbServer server;
    private static Path passwordFile;

    @BeforeAll
    static void startServer() throws Exception {
        server = new MariaDbServer(folder);
        passwordFile = Files.writeString(folder.resolve("password"), MariaDbServer.PASSWORD);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    /** The tables of a database that was made by hand, as version 0.1 asked for. */
    @BeforeEach
    void createTablesByHand() throws SQLException {
        execute("DROP DATABASE klines", "CREATE DATABASE klines", "USE klines");
        for (String file : List.of("V1__klines.sql", "V2__smart_money.sql")) {
            String script = RepositoryFiles.text("sql/mysql/" + file);
            for (String statement : script.replaceAll("(?m)^\\s*--.*$", "").split(";")) {
                if (!statement.isBlank()) {
                    execute(statement);
                }
            }
        }
    }

    @Test
    void tablesWithoutAHistoryAreRefusedWithTheCommandToRun() {
        assertThatThrownBy(() -> connect(MariaDbServer.USER, MariaDbServer.PASSWORD))
                .isInstanceOf(SchemaTooOldException.class)
                .hasMessage(
                        "the tables in %1$s have no version that the job's user can read, but this job needs version 6. Run `klines migrate --mysql-url %1$s --mysql-user NAME --mysql-password file:/PATH` with a user who may change tables (without the sources: java -jar klines-schema.jar and the same options), then start the job again. Tables that were created by hand are adopted."
                                .formatted(server.url()));
    }

    /** The rights of version 0.1 were those on single tables. */
    @Test
    void aUserWhoMayNotReadTheHistoryIsRefused() throws SQLException {
        execute("CREATE OR REPLACE USER 'former'@'%' IDENTIFIED BY 'former'");
        for (String table : List.of("kline", "pair", "smart_money_trade")) {
            execute("GRANT SELECT, INSERT, UPDATE ON klines." + table + " TO 'former'@'%'");
        }

        assertThatThrownBy(() -> connect("former", "former"))
                .isInstanceOf(SchemaTooOldException.class)
                .hasMessageContaining("have no version that the job's user can read");
    }

    @Test
    void anOlderVersionIsRefused() throws SQLException {
        migrate("admin", "");
        execute("DELETE FROM flyway_schema_history WHERE version >= 6");

        assertThatThrownBy(() -> connect(MariaDbServer.USER, MariaDbServer.PASSWORD))
                .isInstanceOf(SchemaTooOldException.class)
                .hasMessageContaining("have version 5, but this job needs version 6");
    }

    @Test
    void aMigrationThatFailedDoesNotCount() throws SQLException {
        migrate("admin", "");
        execute("UPDATE flyway_schema_history SET success = FALSE WHERE version >= 6");

        assertThatThrownBy(() -> connect(MariaDbServer.USER, MariaDbServer.PASSWORD))
                .isInstanceOf(SchemaTooOldException.class)
                .hasMessageContaining("have version 5");
    }

    @Test
    void theNewestVersionAndLaterOnesAreAccepted() throws SQLException {
        migrate("admin", "");
        assertThatCode(() -> connect(MariaDbServer.USER, MariaDbServer.PASSWORD))
                .doesNotThrowAnyException();

        execute(
                "INSERT INTO flyway_schema_history VALUES"
                        + " (9, '10', 'later', 'SQL', 'V10__later.sql', 1, 'me', NOW(), 1, TRUE)");

        assertThatCode(() -> connect(MariaDbServer.USER, MariaDbServer.PASSWORD))
                .doesNotThrowAnyException();
    }

    @Test
    void theTablesAreCheckedOncePerProvider() throws SQLException {
        migrate("admin", "");
        try (MySqlConnectionProvider connections = connections(server.url())) {
            connections.getOrEstablishConnection();
            execute("DELETE FROM flyway_schema_history");

            assertThat(connections.reestablishConnection().isValid(1)).isTrue();
        }
    }

    @Test
    void anUnreachableServerIsAnOutage() throws Exception {
        migrate("admin", "");
        server.stop();
        try (MySqlConnectionProvider connections = connections(server.url())) {
            assertThatThrownBy(connections::getOrEstablishConnection)
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            error -> assertThat(SqlFailure.of(error)).isEqualTo(SqlFailure.OUTAGE));
        } finally {
            server.start();
        }
    }

    @Test
    void aJobWithOldTablesIsNotSubmitted() throws SQLException {
        KlineJobSettings settings = settings(server.url(), passwordFile);

        assertThatThrownBy(() -> SchemaVersion.checkAtStart(settings.mysql().orElseThrow()))
                .isInstanceOf(SchemaTooOldException.class);
        assertThatThrownBy(() -> KlineJob.main(arguments(server.url(), passwordFile)))
                .isInstanceOf(SchemaTooOldException.class);

        migrate("admin", "");
        SchemaVersion.checkAtStart(settings.mysql().orElseThrow());
    }

    /** The store may be down when the job starts, and a client need not have the secrets. */
    @Test
    void whatCannotBeCheckedAtTheStartIsLeftToTheWriters() {
        String down = "jdbc:mysql://127.0.0.1:" + Ports.free() + "/klines";

        SchemaVersion.checkAtStart(settings(down, passwordFile).mysql().orElseThrow());
        SchemaVersion.checkAtStart(
                settings(server.url(), folder.resolve("missing")).mysql().orElseThrow());
    }

    /** If the failure were not final, this job would restart without end. */
    @Test
    void aJobThatIsRefusedDoesNotRestart() throws Exception {
        Configuration restartsForEver = new Configuration();
        restartsForEver.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        restartsForEver.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
        restartsForEver.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(1));
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(1, restartsForEver);
        env.fromData(1L)
                .map(new Connects(connections(server.url())))
                .sinkTo(new DiscardingSink<>());

        assertThatThrownBy(env::execute)
                .satisfies(
                        error ->
                                assertThat(
                                                ExceptionUtils.findThrowable(
                                                        error, SchemaTooOldException.class))
                                        .isPresent());
    }

    /** The rights of Compose's users, without TLS, which this server does not have. */
    @Test
    void theUsersOfTheComposeFileHaveTheRightsTheyNeed() throws SQLException {
        List<String> statements =
                Pattern.compile("(?m)^(CREATE USER|GRANT) .*;$")
                        .matcher(RepositoryFiles.text("compose/mysql-user.sh"))
                        .results()
                        .map(MatchResult::group)
                        .map(
                                line ->
                                        line.replace(" REQUIRE SSL", "")
                                                .replace("CREATE USER", "CREATE OR REPLACE USER")
                                                .replaceAll("'\\$[a-z_]+'", "'secret'"))
                        .toList();
        assertThat(statements).hasSize(6);
        execute("DROP DATABASE klines", "CREATE DATABASE klines");
        execute(statements.toArray(String[]::new));

        SchemaMigration.Result result =
                new SchemaMigration(
                                3,
                                Clock.fixed(Instant.parse("2027-11-30T00:00:00Z"), ZoneOffset.UTC))
                        .run(new Database(server.url(), "migrator", "secret"));

        assertThat(result.version()).isEqualTo("6");
        assertThat(result.partitions())
                .containsExactly(
                        "kline p2028_01",
                        "kline p2028_02",
                        "smart_money_trade p2028_01",
                        "smart_money_trade p2028_02",
                        "smart_money_notification p2028_01",
                        "smart_money_notification p2028_02");
        try (MySqlConnectionProvider connections =
                        MySqlConnectionProvider.of(server.url(), "klines", () -> "secret");
                Statement job = connections.getOrEstablishConnection().createStatement()) {
            job.execute("INSERT INTO sink_progress VALUES ('job/klines-0', 'run', 1, 1)");
            job.execute("UPDATE sink_progress SET writes = 2");
            assertThatThrownBy(() -> job.execute("DROP TABLE sink_progress"))
                    .hasMessageContaining("DROP command denied");
            assertThatThrownBy(() -> job.execute("DELETE FROM sink_progress"))
                    .hasMessageContaining("DELETE command denied");
        }
    }

    /** Connects when it is opened, as a writer does. */
    private static final class Connects extends RichMapFunction<Long, Long> {

        private static final long serialVersionUID = 1L;

        private final MySqlConnectionProvider connections;

        Connects(MySqlConnectionProvider connections) {
            this.connections = connections;
        }

        @Override
        public void open(OpenContext context) throws SQLException {
            connections.getOrEstablishConnection();
        }

        @Override
        public Long map(Long value) {
            return value;
        }

        @Override
        public void close() {
            connections.close();
        }
    }

    private static MySqlConnectionProvider connections(String url) {
        return MySqlConnectionProvider.of(url, MariaDbServer.USER, () -> MariaDbServer.PASSWORD);
    }

    private static KlineJobSettings settings(String url, Path password) {
        return KlineJobSettings.load(arguments(url, password));
    }

    private static String[] arguments(String url, Path password) {
        return new String[] {
            "--kafka.bootstrap-servers",
            "127.0.0.1:9",
            "--mysql.url",
            url,
            "--mysql.username",
            MariaDbServer.USER,
            "--mysql.password",
            "file:" + password
        };
    }

    private static void connect(String user, String password) throws SQLException {
        try (MySqlConnectionProvider connections =
                MySqlConnectionProvider.of(server.url(), user, () -> password)) {
            connections.getOrEstablishConnection();
        }
    }

    private static void migrate(String user, String password) {
        SchemaMigration.now().run(new Database(server.url(), user, password));
    }

    private static void execute(String... statements) throws SQLException {
        try (Connection admin = server.admin();
                Statement statement = admin.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }
}
