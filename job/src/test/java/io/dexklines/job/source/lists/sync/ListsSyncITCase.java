package io.dexklines.job.source.lists.sync;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.deployment.RepositoryFiles;
import io.dexklines.job.source.lists.ListRecords;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.smartmoney.Follow;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.Side;
import io.dexklines.smartmoney.Wallet;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command between a real database and a real broker. */
@Timeout(180)
class ListsSyncITCase {

    private static final String ONE = "1:0x28c6c06298d514db089934071355e5743bf21d60";
    private static final String TWO = "56:0x21a31ee1afc51d94c2efccaa2092ad1028285549";
    private static final String THREE = "1:0xdfd5293d8e347dfe59e90efd55b2956a1343963d";

    @TempDir private static Path folder;

    private static EmbeddedKafka kafka;
    private static EmbeddedMariaDb database;
    private static KafkaProducer<String, String> others;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Map<String, Integer> read = new HashMap<>();
    private String wallets;
    private String follows;

    @BeforeAll
    static void startTheServers() {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        database = EmbeddedMariaDb.start(folder.resolve("mariadb"), 0);
        others =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka.bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer());
    }

    @AfterAll
    static void stopTheServers() {
        others.close(Duration.ZERO);
        database.close();
        kafka.close();
    }

    @BeforeEach
    void createTopicsAndTables(TestInfo test) throws SQLException {
        String name = test.getTestMethod().orElseThrow().getName();
        wallets = name + "-wallets";
        follows = name + "-follows";
        Map<String, String> compacted = Map.of("cleanup.policy", "compact");
        kafka.createTopics(
                List.of(
                        new NewTopic(wallets, 2, (short) 1).configs(compacted),
                        new NewTopic(follows, 2, (short) 1).configs(compacted)));
        sql(
                "CREATE OR REPLACE TABLE team_wallet (chain BIGINT, address CHAR(64), label"
                        + " VARCHAR(40))",
                "CREATE OR REPLACE TABLE team_follow (chain BIGINT, address CHAR(64), user_name"
                        + " VARCHAR(40), side VARCHAR(4), min_usd DECIMAL(20, 6), max_usd DOUBLE,"
                        + " pause_s INT)");
    }

    /** The whole life of the lists, and what stands in the topics afterwards. */
    @Test
    void onlyDifferencesArePublishedAndRecordsOfOthersAreLeftAlone() throws Exception {
        sql(
                wallet(ONE, "a whale"),
                follow(ONE, "alice", "'buy', 10.5, 1000, 60"),
                follow(TWO.toUpperCase(), "bob", "NULL, NULL, NULL, NULL"),
                follow(ONE, "carol", "'sell', NULL, NULL, NULL"));

        assertThat(sync("--once")).isZero();

        assertThat(newRecords(wallets))
                .containsExactlyInAnyOrder(
                        wallet(ONE) + "\"label\":\"a whale\"} by database",
                        wallet(TWO) + "\"label\":\"\"} by database");
        assertThat(newRecords(follows))
                .containsExactlyInAnyOrder(
                        follow(ONE, "alice")
                                + "\"side\":\"buy\",\"min_usd\":10.5,\"max_usd\":1000.0,\"cooldown_s\":60}"
                                + " by database",
                        follow(TWO, "bob") + "\"side\":\"any\"} by database",
                        follow(ONE, "carol") + "\"side\":\"sell\"} by database");

        assertThat(sync("--once")).as("a restart").isZero();

        assertThat(newRecords(wallets)).isEmpty();
        assertThat(newRecords(follows)).isEmpty();
        assertThat(lastLine())
                .contains("wallets: 1 rows, 0 added, 0 changed, 0 removed, 2 unchanged,")
                .contains("follows: 3 rows, 0 added, 0 changed, 0 removed, 3 unchanged,");

        publish(wallets, THREE, "{\"label\":\"of a user\"}");
        publish(follows, THREE + ":alice", "{\"side\":\"any\"}");
        publish(follows, ONE + ":carol", "{\"side\":\"any\"}");
        newRecords(follows);
        newRecords(wallets);
        sql(
                "UPDATE team_wallet SET label = 'a bigger whale'",
                "UPDATE team_follow SET min_usd = 20 WHERE user_name = 'alice'",
                "DELETE FROM team_follow WHERE user_name IN ('bob', 'carol')",
                follow(THREE, "alice", "'buy', NULL, NULL, NULL"),
                follow(THREE, "dave", "'both', NULL, NULL, NULL"));

        assertThat(sync("--once")).as("a row is invalid").isOne();

        assertThat(newRecords(wallets))
                .containsExactlyInAnyOrder(
                        wallet(ONE) + "\"label\":\"a bigger whale\"} by database",
                        TWO + "=null by database");
        assertThat(newRecords(follows))
                .containsExactlyInAnyOrder(
                        follow(ONE, "alice")
                                + "\"side\":\"buy\",\"min_usd\":20.0,\"max_usd\":1000.0,\"cooldown_s\":60}"
                                + " by database",
                        TWO + ":bob=null by database");
        assertThat(out.toString(UTF_8))
                .contains(
                        "invalid row 3 of follows (%s:dave): side is none of buy, sell and any"
                                .formatted(THREE));
        assertThat(lastLine())
                .contains(
                        "follows: 3 rows, 0 added, 1 changed, 1 removed, 0 unchanged, 0 withheld, 1"
                                + " of others; 1 invalid rows");

        sql("DELETE FROM team_follow WHERE user_name = 'dave'");

        assertThat(sync("--once", "--adopt")).isZero();

        assertThat(newRecords(follows))
                .containsExactly(follow(THREE, "alice") + "\"side\":\"buy\"} by database");
        assertThat(newRecords(wallets)).as("no row of wallets has it").isEmpty();
    }

    @Test
    void anEmptyAnswerAndAFailedOneRemoveNothing() throws Exception {
        sql(wallet(ONE, ""), wallet(TWO, ""), follow(ONE, "alice", "NULL, NULL, NULL, NULL"));
        assertThat(sync("--once")).isZero();
        newRecords(wallets);
        newRecords(follows);
        sql("TRUNCATE team_wallet", "TRUNCATE team_follow");

        assertThat(sync("--once")).isOne();

        assertThat(newRecords(wallets)).isEmpty();
        assertThat(newRecords(follows)).isEmpty();
        assertThat(out.toString(UTF_8))
                .contains("follows: withheld 1 removals of 1:")
                .contains("--once --allow-removals");

        sql(wallet(ONE, ""), follow(ONE, "bob", "NULL, NULL, NULL, NULL"));

        assertThat(sync("--once", "--max-removals", "0")).isOne();

        assertThat(newRecords(wallets)).isEmpty();
        assertThat(newRecords(follows))
                .as("what is new is published")
                .containsExactly(follow(ONE, "bob") + "\"side\":\"any\"} by database");

        sql("ALTER TABLE team_follow DROP COLUMN side");

        assertThat(sync("--once")).isEqualTo(4);

        assertThat(lastLine())
                .contains("poll failed (1 in a row, 1 in all): the database at jdbc:");
        assertThat(newRecords(follows)).isEmpty();

        sql("ALTER TABLE team_follow ADD COLUMN side VARCHAR(4)", "TRUNCATE team_follow");

        assertThat(sync("--once", "--allow-removals")).isZero();

        assertThat(newRecords(follows))
                .containsExactlyInAnyOrder(
                        ONE + ":alice=null by database", ONE + ":bob=null by database");
        assertThat(newRecords(wallets)).containsExactly(TWO + "=null by database");
    }

    @Test
    void aBrokerThatIsDownIsReported() throws Exception {
        Path impatient =
                Files.writeString(folder.resolve("impatient"), "default.api.timeout.ms=500\n");

        assertThat(
                        sync(
                                "--once",
                                "--bootstrap-servers=127.0.0.1:1",
                                "--command-config=" + impatient))
                .isEqualTo(4);

        assertThat(lastLine())
                .contains("poll failed (1 in a row, 1 in all): Kafka at 127.0.0.1:1: cannot read ");
    }

    /** As the service of the Compose file runs it: the job's jar with Flink's libraries. */
    @Test
    void aDatabaseThatComesBackIsReadAgainAndSigtermEndsTheCommand() throws Exception {
        Path success = folder.resolve("synced");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx128m",
                                "-XX:TieredStopAtLevel=1",
                                ListsSync.class.getName()));
        command.addAll(List.of(arguments("--interval=1", "--success-file=" + success)));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        ProjectHome home = ProjectHome.find();
        builder.environment()
                .put(
                        "CLASSPATH",
                        home.jobJar() + ":" + Files.readString(home.flinkClassPath()).strip());
        Process process = builder.start();
        try (BufferedReader lines = process.inputReader()) {
            awaitLine(lines, "wallets: 0 rows, 0 added");
            assertThat(success).exists();
            database.kill();
            awaitLine(lines, "poll failed (1 in a row, 1 in all): the database at jdbc:");
            awaitLine(lines, "poll failed (2 in a row, 2 in all)");
            assertThat(success).doesNotExist();
            database.restart();
            sql(wallet(ONE, "back"));
            awaitLine(lines, "wallets: 1 rows, 1 added");

            // not the process itself, which would close the stream of its lines
            process.toHandle().destroy();

            awaitLine(lines, "stopped after");
            assertThat(process.waitFor())
                    .as("the status of a process that SIGTERM ended")
                    .isEqualTo(143);
        } finally {
            process.destroyForcibly();
        }
        assertThat(newRecords(wallets))
                .containsExactly(wallet(ONE) + "\"label\":\"back\"} by database");
    }

    /** What the triggers for Debezium insert are keys and values that the job reads. */
    @Test
    void theOutboxOfThePageHasTheKeysAndValuesOfTheTopics() throws Exception {
        String page = RepositoryFiles.text("docs/follows.md");
        int begin = page.indexOf("CREATE TABLE list_outbox");
        sql(page.substring(begin, page.indexOf(";", begin)));
        Map<String, String> bodies = new HashMap<>();
        Matcher trigger =
                Pattern.compile(
                                "CREATE TRIGGER (\\w+) [^\\n]*FOR EACH ROW[^\\n]*\\n(.*?);\\n",
                                Pattern.DOTALL)
                        .matcher(page);
        while (trigger.find()) {
            bodies.put(trigger.group(1), trigger.group(2));
        }
        String upper = ONE.substring(2).toUpperCase(Locale.ROOT);
        List<String> first = List.of("1", upper, "alice", "buy", "10.5", "1000", "60");
        List<String> second = List.of("1", upper, "alice", "", "", "", "");
        List<String> third = List.of("1", upper, "bob", "", "", "", "");

        // an insert, two updates, of which the second one changes the key, and a deletion
        fire(bodies.get("follow_added"), first, first);
        fire(bodies.get("follow_left"), first, second);
        fire(bodies.get("follow_changed"), first, second);
        fire(bodies.get("follow_left"), second, third);
        fire(bodies.get("follow_changed"), second, third);
        fire(bodies.get("follow_gone"), third, third);

        List<ListChange> changes = new ArrayList<>();
        ListRecords parser = new ListRecords();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        // UUID() is made of the time
                        statement.executeQuery(
                                "SELECT aggregateid, payload, aggregatetype FROM list_outbox ORDER"
                                        + " BY CONCAT(SUBSTR(id, 15, 4), SUBSTR(id, 10, 4), LEFT(id,"
                                        + " 8))")) {
            while (rows.next()) {
                String payload = rows.getString(2);
                assertThat(rows.getString(3)).isEqualTo("follows");
                changes.add(
                        parser.follow(
                                rows.getString(1).getBytes(UTF_8),
                                payload == null ? null : payload.getBytes(UTF_8)));
            }
        }
        Wallet wallet = new Wallet("1", ONE.substring(2));
        assertThat(changes)
                .containsExactly(
                        ListChange.followed(new Follow(wallet, "alice", Side.BUY, 10.5, 1000, 60)),
                        ListChange.followed(Follow.ofAll(wallet, "alice")),
                        ListChange.unfollowed(wallet, "alice"),
                        ListChange.followed(Follow.ofAll(wallet, "bob")),
                        ListChange.unfollowed(wallet, "bob"));
    }

    /** Does what a trigger does for a row. An empty text is NULL. */
    private static void fire(String body, List<String> before, List<String> after)
            throws SQLException {
        List<String> columns =
                List.of(
                        "chain_id",
                        "address",
                        "user_id",
                        "side",
                        "min_usd",
                        "max_usd",
                        "cooldown_s");
        String statement = body;
        for (int i = 0; i < columns.size(); i++) {
            statement =
                    statement
                            .replace("OLD." + columns.get(i), literal(before.get(i)))
                            .replace("NEW." + columns.get(i), literal(after.get(i)));
        }
        sql(statement);
    }

    private static String literal(String value) {
        if (value.isEmpty()) {
            return "NULL";
        }
        return value.matches("[0-9.]+") ? value : "'" + value + "'";
    }

    private static void awaitLine(BufferedReader lines, String part) throws IOException {
        List<String> before = new ArrayList<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.contains(part)) {
                return;
            }
            before.add(line);
        }
        throw new AssertionError("no line with " + part + " in " + before);
    }

    /** Runs the command. It is stopped already, so a failed poll is not repeated. */
    private int sync(String... more) {
        CountDownLatch stopped = new CountDownLatch(0);
        PrintStream lines = new PrintStream(out, true, UTF_8);
        return ListsSync.run(arguments(more), lines, lines, Clock.systemUTC(), stopped);
    }

    private String[] arguments(String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--jdbc-url=" + database.jdbcUrl(),
                                "--jdbc-user=" + database.relay().user(),
                                "--jdbc-password=" + database.relay().passwordReference(),
                                "--wallets-query=SELECT chain AS chain_id, address, label FROM"
                                        + " team_wallet",
                                "--follows-query=SELECT chain AS CHAIN_ID, address, user_name AS"
                                        + " user_id, side, min_usd, max_usd, pause_s AS cooldown_s"
                                        + " FROM team_follow",
                                "--bootstrap-servers=" + kafka.bootstrapServers(),
                                "--wallets-topic=" + wallets,
                                "--follows-topic=" + follows));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private String lastLine() {
        String[] lines = out.toString(UTF_8).split("\n");
        return lines[lines.length - 1];
    }

    private static String wallet(String key) {
        String[] parts = key.split(":");
        return "%s={\"chain_id\":\"%s\",\"address\":\"%s\",".formatted(key, parts[0], parts[1]);
    }

    private static String follow(String key, String user) {
        return wallet(key).replace("={", ":" + user + "={") + "\"user_id\":\"" + user + "\",";
    }

    private static String wallet(String key, String label) {
        String[] parts = key.split(":");
        return "INSERT INTO team_wallet VALUES (%s, '%s', '%s')"
                .formatted(parts[0], parts[1], label);
    }

    private static String follow(String key, String user, String conditions) {
        String[] parts = key.split(":");
        return "INSERT INTO team_follow VALUES (%s, '%s', '%s', %s)"
                .formatted(parts[0], parts[1], user, conditions);
    }

    private static void sql(String... statements) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    private static void publish(String topic, String key, String value) throws Exception {
        others.send(new ProducerRecord<>(topic, key, value)).get();
    }

    /** Returns the records that were appended since the last call: key, value and source. */
    private List<String> newRecords(String topic) {
        List<String> records = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", kafka.bootstrapServers()),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            List<TopicPartition> partitions =
                    List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1));
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            for (TopicPartition partition : partitions) {
                consumer.seek(partition, read.getOrDefault(partition.toString(), 0));
                read.put(partition.toString(), ends.get(partition).intValue());
            }
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                for (ConsumerRecord<String, String> record :
                        consumer.poll(Duration.ofMillis(200))) {
                    Header source = record.headers().lastHeader("source");
                    records.add(
                            record.key()
                                    + "="
                                    + record.value()
                                    + " by "
                                    + (source == null
                                            ? "others"
                                            : new String(source.value(), UTF_8)));
                }
            }
        }
        return records;
    }
}
