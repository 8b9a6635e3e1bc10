package io.dexklines.job.endtoend.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.local.RebuildCommand;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.local.stack.FlinkCluster;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.trade.ServerHash;
import io.dexklines.verifier.Cluster;
import io.dexklines.verifier.Scope;
import io.dexklines.verifier.Verdict;
import io.dexklines.verifier.Verification;
import io.dexklines.verifier.VerifyProgress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * A job goes from one MySQL server to two, by the steps of docs/scaling.md. Then one of the two is
 * down for a while.
 */
class AddMySqlServerITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Duration SETTLE = Duration.ofSeconds(60);

    /** 2024-01-05T00:00:00Z. */
    private static final long START = 1_704_412_800;

    private static final List<String> PAIRS =
            IntStream.range(0, 8).mapToObj("0x%040x"::formatted).toList();

    private static final List<NewTopic> TOPICS =
            List.of(
                    topic("my-trades"),
                    topic("my-excluded"),
                    topic("my-refused"),
                    topic("my-wallets").configs(Map.of("cleanup.policy", "compact")),
                    topic("my-follows").configs(Map.of("cleanup.policy", "compact")),
                    topic("my-lists-refused"),
                    topic("my-notifications"),
                    topic("my-clusters"));

    private final List<EmbeddedMariaDb> servers = new ArrayList<>();
    private Path config;
    private EmbeddedKafka kafka;
    private FlinkCluster flink;

    @Test
    void aServerIsAddedAndThenOneOfTheTwoIsDown() throws Exception {
        Path folder = Files.createTempDirectory(Path.of("target"), "add-server").toAbsolutePath();
        config = folder.resolve("klines.properties");
        try (EmbeddedKafka broker = EmbeddedKafka.start(folder.resolve("kafka"), 0);
                EmbeddedMariaDb first = server(folder.resolve("first"));
                EmbeddedMariaDb second = server(folder.resolve("second"));
                FlinkCluster cluster =
                        FlinkCluster.start(
                                folder.resolve("flink"),
                                FlinkCluster.Settings.ofSlots(2)
                                        // the verifications wait for checkpoints
                                        .with("execution.checkpointing.interval", "1 s"))) {
            kafka = broker;
            flink = cluster;
            servers.addAll(List.of(first, second));
            kafka.createTopics(TOPICS);
            String one = first.jdbcUrl();
            String two = one + " " + second.jdbcUrl();

            configure("mysql.url=" + one);
            String job = submit(Optional.empty());
            publish(0);
            awaitRows(0, 0, PAIRS);

            // both lists are written, and what was there before is copied
            job = restart(job, "mysql.url=" + two, "mysql.former-url=" + one);
            publish(1);
            awaitRows(1, 0, PAIRS);
            awaitRows(1, 1, of(1));
            assertThat(
                            new CommandLine(new RebuildCommand(ProjectHome.find()))
                                    .execute("mysql", "--config", config.toString()))
                    .isZero();
            awaitRows(0, 1, of(1));
            assertGood(verify());

            // each row is written to its server
            job = restart(job, "mysql.url=" + two);
            publish(2);
            awaitRows(2, 0, of(0));
            awaitRows(2, 1, of(1));
            assertThat(rows(2, 0)).as("pairs of the second server").isEqualTo(of(0));
            Verdict before = verify();
            assertThat(before.misplaced()).isPositive();
            for (String table : List.of("kline", "pair")) {
                execute(
                        first,
                        "DELETE FROM "
                                + table
                                + " WHERE CRC32(CONCAT(chain_id, ':', pair_addr)) MOD 2 <> 0");
            }
            assertGood(verify());

            second.stop();
            publish(3);
            awaitRows(3, 0, of(0));
            publish(4);
            awaitRows(4, 0, of(0));
            second.restart();
            awaitRows(3, 1, of(1));
            awaitRows(4, 1, of(1));
            assertGood(verify());
            flink.cancel(job);
        }
    }

    private static EmbeddedMariaDb server(Path folder) throws IOException {
        // one user and password for all servers
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("klines-password"), "canary");
        EmbeddedMariaDb server = EmbeddedMariaDb.start(folder, 0);
        server.migrate();
        return server;
    }

    private void configure(String... mysql) throws IOException {
        List<String> lines =
                new ArrayList<>(
                        List.of(
                                "kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                                "kafka.group-id=my-group",
                                "ingest.topics=my-trades=56",
                                "excluded.topic=my-excluded",
                                "klines.intervals=1m 5m",
                                "mysql.username=" + servers.get(0).job().user(),
                                "mysql.password=" + servers.get(0).job().passwordReference(),
                                "mysql.refused-topic=my-refused",
                                "smart-money.enabled=false"));
        lines.addAll(List.of(mysql));
        Files.write(config, lines);
    }

    private String submit(Optional<Path> resumeFrom) {
        String job =
                flink.submit(
                        ProjectHome.find().jobJar(), resumeFrom, "--config", config.toString());
        flink.awaitState(job, "RUNNING", PATIENCE);
        return job;
    }

    private String restart(String job, String... mysql) throws Exception {
        flink.cancel(job);
        configure(mysql);
        return submit(flink.latestCheckpoint());
    }

    /** Publishes two trades of each pair in one minute. */
    private void publish(int minute) throws Exception {
        List<String> trades = new ArrayList<>();
        for (String pair : PAIRS) {
            trades.add(trade(pair, minute, 1));
            trades.add(trade(pair, minute, 2));
        }
        byte[] record = trades.toString().getBytes(StandardCharsets.UTF_8);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("my-trades", record)).get();
        }
    }

    private static String trade(String pair, int minute, int number) {
        return """
        {"chain_id":"56","pair_addr":"%1$s","tx_hash":"0x%2$d%3$d","maker":"0xmaker","type":"buy",
        "token_amount":"2","base_token_amount":1,"total_usd":"%3$d","token_price_usd":1.75,
        "mcap":1000,"block_num":7,"block_time":%4$d,"transaction_index":%3$d,"swap_name":"uni"}
        """
                .formatted(pair, minute, number, START + 60L * minute + number);
    }

    /** Returns the pairs that belong on one of the two servers. */
    private static List<String> of(int server) {
        return PAIRS.stream().filter(pair -> ServerHash.server("56", pair, 2) == server).toList();
    }

    private void awaitRows(int minute, int server, List<String> pairs) {
        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(SQLException.class)
                .untilAsserted(() -> assertThat(rows(minute, server)).containsAll(pairs));
    }

    /** Returns the pairs of which a server has the whole kline of a minute. */
    private List<String> rows(int minute, int server) throws SQLException {
        List<String> pairs = new ArrayList<>();
        try (Connection connection = servers.get(server).connect();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT pair_addr FROM kline WHERE interval_code = '1m' AND trades"
                                        + " = 2 AND open_time = "
                                        + (START + 60L * minute)
                                        + " ORDER BY pair_addr")) {
            while (rows.next()) {
                pairs.add(rows.getString(1));
            }
        }
        return pairs;
    }

    private static void execute(EmbeddedMariaDb server, String sql) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Verdict verify() throws InterruptedException {
        return Verification.run(
                Cluster.of(config, flink.restUrl(), List.of(), Optional.empty())
                        .withFlinkIdentity(flink.certificates().cli()),
                Scope.ALL,
                SETTLE,
                VerifyProgress.silent());
    }

    private static void assertGood(Verdict verdict) {
        assertThat(verdict.isGood()).as(() -> String.join("\n", verdict.lines())).isTrue();
        assertThat(verdict.compared()).isPositive();
    }

    private static NewTopic topic(String name) {
        return new NewTopic(name, 1, (short) 1);
    }
}
