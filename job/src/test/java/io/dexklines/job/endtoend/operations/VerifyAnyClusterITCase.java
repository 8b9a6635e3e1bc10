package io.dexklines.job.endtoend.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.local.KlinesCommand;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.local.stack.EmbeddedRedis;
import io.dexklines.local.stack.EmbeddedRelay;
import io.dexklines.local.stack.FlinkCluster;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.secret.TlsIdentity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/**
 * {@code klines verify --config FILE} against a cluster that {@code klines up} did not start, with
 * topics, a consumer group and intervals of its own.
 */
class VerifyAnyClusterITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** 2024-01-05T00:00:00Z. */
    private static final long START = 1_704_412_800;

    private static final String PAIR = "0x00000000000000000000000000000000decafbad";
    private static final String WALLET = "0x000000000000000000000000000000000000beef";

    private static final List<NewTopic> TOPICS =
            List.of(
                    topic("my-trades", 2),
                    topic("my-excluded", 1),
                    topic("my-refused", 1),
                    topic("my-wallets", 1).configs(Map.of("cleanup.policy", "compact")),
                    topic("my-follows", 1).configs(Map.of("cleanup.policy", "compact")),
                    topic("my-notifications", 1),
                    topic("my-clusters", 1));

    private String flinkRest;
    private TlsIdentity flinkIdentity;
    private String relayUrl;
    private Path config;

    @Test
    void aClusterThatTheLocalStackDidNotStartIsVerified() throws Exception {
        Path folder = Files.createTempDirectory(Path.of("target"), "any-cluster");
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
                EmbeddedMariaDb mariaDb = EmbeddedMariaDb.start(folder.resolve("mariadb"), 0);
                EmbeddedRedis redis = EmbeddedRedis.start(folder.resolve("redis"), 0);
                EmbeddedRelay relay =
                        EmbeddedRelay.start(folder.resolve("relay"), 0, mariaDb, redis);
                FlinkCluster flink =
                        FlinkCluster.start(
                                folder.resolve("flink"),
                                FlinkCluster.Settings.ofSlots(2)
                                        // the verifications wait for checkpoints
                                        .with("execution.checkpointing.interval", "1 s"))) {
            kafka.createTopics(TOPICS);
            mariaDb.migrate();
            flinkRest = flink.restUrl();
            flinkIdentity = flink.certificates().cli();
            relayUrl = relay.adminUrl();
            config = folder.resolve("klines.properties").toAbsolutePath();
            Files.write(
                    config,
                    List.of(
                            "kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                            "kafka.group-id=my-group",
                            "ingest.topics=my-trades=56",
                            "ingest.idle-timeout=3 s",
                            "excluded.topic=my-excluded",
                            "klines.intervals=1m 5m",
                            "mysql.url=" + mariaDb.jdbcUrl(),
                            "mysql.username=" + mariaDb.job().user(),
                            "mysql.password=" + mariaDb.job().passwordReference(),
                            "mysql.refused-topic=my-refused",
                            "redis.uri=" + redis.uri(),
                            "redis.username=" + redis.job().user(),
                            "redis.password=" + redis.job().passwordReference(),
                            "relay.urls=" + relay.publishUrl(),
                            "relay.token=file:" + relay.tokenFile(),
                            "smart-money.wallets-topic=my-wallets",
                            "smart-money.follows-topic=my-follows",
                            "smart-money.notifications-topic=my-notifications",
                            "smart-money.clusters-topic=my-clusters"));
            publish(kafka.bootstrapServers());
            String job =
                    flink.submit(
                            ProjectHome.find().jobJar(),
                            Optional.empty(),
                            "--config",
                            config.toString());
            flink.awaitState(job, "RUNNING", PATIENCE);

            // three minutes and two times five in MySQL and Redis, the newest two in the relay,
            // two trades of the wallet and the one notification that bob wants, and ann's two
            Answer all = verify("--settle", "60");
            assertThat(all.lastLine())
                    .as(all.text())
                    .isEqualTo(
                            "VERDICT compared=17 lost=0 duplicated=0 mismatched=0 ledger=balanced");
            assertThat(all.status()).isZero();
            assertThat(all.text())
                    .contains("ledger: 8 entries read = 5 trades counted + 3 excluded")
                    .contains("smart money: compared 5,");

            Instant second = Instant.ofEpochSecond(START + 60);
            String[] secondMinute = {
                "--from", second.toString(), "--to", second.plusSeconds(60).toString()
            };
            Answer window = verify(secondMinute);
            assertThat(window.lastLine())
                    .as(window.text())
                    .isEqualTo(
                            "VERDICT compared=2 lost=0 duplicated=0 mismatched=0 ledger=balanced");
            assertThat(window.status()).isZero();

            await("the job does not write a closed kline again")
                    .atMost(PATIENCE)
                    .until(() -> closedKlines(mariaDb) == 5);
            execute(
                    mariaDb,
                    "UPDATE kline SET high = high * 2 WHERE interval_code = '1m' AND open_time = "
                            + START);
            Answer broken = verify("--pair", "56:" + PAIR.toUpperCase().replace("0X", "0x"));
            assertThat(broken.lastLine())
                    .as(broken.text())
                    .isEqualTo(
                            "VERDICT compared=17 lost=0 duplicated=0 mismatched=1 ledger=balanced");
            assertThat(broken.status()).isEqualTo(1);
            assertThat(verify(secondMinute).status()).isZero();
            assertThat(verify("--pair", "56:0xother").status()).isZero();

            execute(mariaDb, "UPDATE smart_money_trade SET usd = 1 WHERE side = 'buy'");
            assertThat(verify("--sample", "10").lastLine())
                    .isEqualTo(
                            "VERDICT compared=17 lost=0 duplicated=0 mismatched=2 ledger=balanced");

            deleteFirstRecord(kafka.bootstrapServers());
            Answer incomparable = verify();
            // the records were written just now: what happened before may have been in the first
            assertThat(incomparable.lastLine())
                    .as(incomparable.text())
                    .isEqualTo(
                            "VERDICT compared=4 lost=0 duplicated=0 mismatched=0 ledger=balanced");
            assertThat(incomparable.text())
                    .contains("incomparable: 12 klines, 0 entries and 1 smart-money results");
            assertThat(incomparable.status()).isZero();
        }
    }

    private static void publish(String servers) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            long listedMs = System.currentTimeMillis() - Duration.ofMinutes(10).toMillis();
            String key = "56:" + WALLET;
            send(producer, "my-wallets", 0, listedMs, key, "{\"label\":\"whale\"}");
            send(producer, "my-follows", 0, listedMs, key + ":ann", "{\"side\":\"any\"}");
            send(
                    producer,
                    "my-follows",
                    0,
                    listedMs,
                    key + ":bob",
                    "{\"side\":\"buy\",\"min_usd\":5,\"max_usd\":50}");
            String hits =
                    "["
                            + trade(1, "buy", WALLET, START + 1)
                            + ","
                            + trade(2, "sell", WALLET, START + 2)
                            + "]";
            send(producer, "my-trades", 0, null, null, hits);
            send(producer, "my-trades", 0, null, null, hits);
            send(
                    producer,
                    "my-trades",
                    0,
                    null,
                    null,
                    "["
                            + trade(3, "add_position", WALLET, START + 3)
                            + ","
                            + trade(4, "buy", "0xstranger", START + 61)
                            + ","
                            + trade(5, "sell", "0xstranger", START + 62)
                            + ","
                            + trade(6, "buy", "0xstranger", START + 360)
                            + "]");
        }
    }

    /** Removes the first record of the first partition, as retention does. */
    private static void deleteFirstRecord(String servers) throws Exception {
        try (Admin admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers))) {
            admin.deleteRecords(
                            Map.of(
                                    new TopicPartition("my-trades", 0),
                                    RecordsToDelete.beforeOffset(1)))
                    .all()
                    .get();
        }
    }

    private static void send(
            KafkaProducer<byte[], byte[]> producer,
            String topic,
            int partition,
            Long timestampMs,
            String key,
            String value)
            throws Exception {
        producer.send(
                        new ProducerRecord<>(
                                topic,
                                partition,
                                timestampMs,
                                key == null ? null : key.getBytes(StandardCharsets.UTF_8),
                                value.getBytes(StandardCharsets.UTF_8)))
                .get();
    }

    private static String trade(int number, String type, String maker, long time) {
        return """
        {"chain_id":"56","pair_addr":"%s","tx_hash":"0xaa%d","maker":"%s","type":"%s",
        "token_amount":"2","base_token_amount":1,"total_usd":"%d","token_price_usd":1.75,
        "mcap":1000,"block_num":7,"block_time":%d,"transaction_index":%d,"swap_name":"uni",
        "pair_info":{"token_addr":"0xToken","token_symbol":"TOK\\u00e9","base_token_symbol":"USDC"}}
        """
                .formatted(PAIR, number, maker, type, 10 * number, time, number);
    }

    private static NewTopic topic(String name, int partitions) {
        return new NewTopic(name, partitions, (short) 1);
    }

    private static void execute(EmbeddedMariaDb mariaDb, String sql) throws Exception {
        try (Connection connection = mariaDb.connect();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isEqualTo(1);
        }
    }

    private static long closedKlines(EmbeddedMariaDb mariaDb) throws Exception {
        try (Connection connection = mariaDb.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM kline WHERE closed")) {
            row.next();
            return row.getLong(1);
        }
    }

    private record Answer(int status, String text) {

        String lastLine() {
            return text.lines().reduce("", (earlier, line) -> line);
        }
    }

    /** Runs {@code klines verify --config FILE} in a process of its own. */
    private Answer verify(String... more) throws Exception {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "-Dklines.home=" + ProjectHome.find().folder(),
                                KlinesCommand.class.getName(),
                                "verify",
                                "--config",
                                config.toString(),
                                "--flink-rest",
                                flinkRest,
                                "--flink-store",
                                flinkIdentity.store().toString(),
                                "--flink-store-password",
                                flinkIdentity.password().reference(),
                                "--relay",
                                relayUrl));
        words.addAll(List.of(more));
        if (!words.contains("--settle")) {
            words.addAll(List.of("--settle", "1"));
        }
        Path output = Files.createTempFile("verify", ".txt");
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.redirectErrorStream(true).redirectOutput(output.toFile());
        Process process = builder.start();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        String text = Files.readString(output);
        Files.delete(output);
        System.out.println(text);
        return new Answer(process.exitValue(), text);
    }
}
