package io.dexklines.job.savepoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.job.KlineJob;
import io.dexklines.job.KlinePipeline;
import io.dexklines.job.Sinks;
import io.dexklines.job.Sources;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.topics.CommittedRecords;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.local.stack.EmbeddedRedis;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Restores the savepoints of former versions in {@code savepoints/}, which hold the state of the
 * production graph. None of the state may be rejected or left over, and the klines that were open
 * must end with the trades from before and after the savepoint.
 */
class SavepointsOfFormerVersionsITCase {

    /**
     * The system property that names the folder for a savepoint of this version; see the README.
     */
    private static final String WRITE = "savepoint.write";

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Path SAVEPOINTS = Path.of("src", "test", "resources", "savepoints");
    private static final int SLOTS = 2;

    private static final long NOON = Instant.parse("2025-09-01T12:00:00Z").getEpochSecond();
    private static final String BSC = "bsc-trades";
    private static final String SOL = "sol-trades";
    private static final String EXCLUDED = "trades-excluded";

    /** The klines that could still change when the savepoint was taken, one line each. */
    private static final String OPEN_KLINES =
            "SELECT CONCAT_WS(' ', chain_id, interval_code, (open_time - %1$d) DIV 60, open, high,"
                            .formatted(NOON)
                    + " low, close, volume_usd, buy_volume_usd, trades, closed) FROM kline WHERE"
                    + " interval_code IN ('1m', '1h', '1d') AND last_trade_time >= %d ORDER BY"
                            .formatted(NOON + 600)
                    + " chain_id, interval_code, open_time";

    private static final String MINUTES =
            "SELECT COUNT(*) FROM kline WHERE interval_code = '1m' AND ";

    private static final String CLOSED_MINUTES = MINUTES + "closed";

    private static final String DAY_OF_BSC =
            "SELECT COALESCE(SUM(trades), 0) FROM kline WHERE interval_code = '1d' AND chain_id ="
                    + " '56'";

    private static final String LAST_MINUTES = MINUTES + "open_time >= " + (NOON + 1200);

    private static final String NOTIFICATIONS = "smart-money-notifications";

    /** The savepoints that hold no state of smart money, because there was none yet. */
    private static final Set<String> WITHOUT_SMART_MONEY = Set.of("1", "2");

    /** All trades except the redelivered one: a row does not show whether it was written twice. */
    private static final String SMART_MONEY =
            "SELECT CONCAT_WS(' ', block_time - %1$d, side, label, first_buy) FROM".formatted(NOON)
                    + " smart_money_trade WHERE block_time <> %d ORDER BY block_time"
                            .formatted(NOON + 605);

    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    private static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            // the savepoints were taken on the heap: they move the state to RocksDB
                            .setConfiguration(
                                    Configuration.fromMap(Map.of("state.backend.type", "rocksdb")))
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(SLOTS)
                            .build());

    @TempDir private Path folder;

    /**
     * Publishes what precedes the savepoint: a wallet, its follower, and trades of a minute that is
     * over and of one that is not.
     */
    private static void publishBeforeTheSavepoint(KafkaProducer<String, String> producer) {
        producer.send(
                new ProducerRecord<>(
                        "smart-money-wallets",
                        "56:0xb",
                        "{\"chain_id\":\"56\",\"address\":\"0xb\",\"label\":\"wise\"}"));
        producer.send(
                new ProducerRecord<>(
                        "smart-money-follows",
                        "56:0xb:ann",
                        "{\"chain_id\":\"56\",\"address\":\"0xb\",\"user_id\":\"ann\",\"side\":\"any\"}"));
        producer.flush();
        send(producer, BSC, trade(56, NOON + 1, 1.5, "buy"), trade(56, NOON + 30, 3, "sell"));
        send(producer, BSC, trade(56, NOON + 605, 2, "buy"), trade(56, NOON + 606, 7, "add"));
        send(producer, SOL, trade(100_000, NOON + 10, 0.25, "sell"));
        send(producer, SOL, trade(100_000, NOON + 610, 0.5, "buy"));
        producer.flush();
    }

    /**
     * Publishes the trades after the savepoint: a late one, a duplicate, one more in the open
     * minute, then the first ones of a later minute.
     */
    private static void publishAfterTheSavepoint(KafkaProducer<String, String> producer) {
        send(producer, BSC, trade(56, NOON + 59, 9, "buy"), trade(56, NOON + 605, 2, "buy"));
        send(producer, BSC, trade(56, NOON + 640, 4, "sell"), trade(56, NOON + 1200, 8, "buy"));
        send(producer, SOL, trade(100_000, NOON + 1200, 1, "buy"));
        producer.flush();
    }

    private EmbeddedKafka kafka;
    private EmbeddedMariaDb database;
    private EmbeddedRedis redis;

    @BeforeEach
    void startTheServers() {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        for (String topic :
                List.of(
                        BSC,
                        SOL,
                        EXCLUDED,
                        "klines-refused",
                        "smart-money-wallets",
                        "smart-money-follows",
                        NOTIFICATIONS,
                        "smart-money-clusters")) {
            kafka.createTopic(topic, 1);
        }
        database = EmbeddedMariaDb.start(folder.resolve("mariadb"), 0);
        database.migrate();
        redis = EmbeddedRedis.start(folder.resolve("redis"), 0);
    }

    @AfterEach
    void stopTheServers() {
        redis.close();
        database.close();
        kafka.close();
    }

    static Stream<Path> savepoints() throws Exception {
        try (Stream<Path> files = Files.list(SAVEPOINTS)) {
            return files.filter(Files::isDirectory).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("savepoints")
    void aJobContinuesFromASavepointOfAFormerVersion(Path savepoint) throws Exception {
        try (KafkaProducer<String, String> producer = producer()) {
            publishBeforeTheSavepoint(producer);
            boolean remembers = !WITHOUT_SMART_MONEY.contains(savepoint.getFileName().toString());
            assertThatAJobContinues(savepoint, producer, remembers);
            assertThat(lines(SMART_MONEY))
                    .containsExactly(
                            remembers ? "59 buy wise 0" : "59 buy wise 1",
                            "640 sell wise 0",
                            "1200 buy wise 0");
        }
    }

    @Test
    void aJobContinuesFromASavepointOfThisVersion() throws Exception {
        try (KafkaProducer<String, String> producer = producer()) {
            publishBeforeTheSavepoint(producer);
            Path savepoint = takeSavepoint();
            if (System.getProperty(WRITE) != null) {
                keep(savepoint, SAVEPOINTS.resolve(System.getProperty(WRITE)));
            }
            assertThatAJobContinues(savepoint, producer, true);
            assertThat(lines(SMART_MONEY))
                    .containsExactly(
                            "1 buy wise 1",
                            "30 sell wise 0",
                            "59 buy wise 0",
                            "640 sell wise 0",
                            "1200 buy wise 0");
        }
    }

    /**
     * The savepoint of the former release, the job of this version, trades without a pause, and a
     * TaskManager that is lost after every 500 of them.
     */
    @Test
    void anUpgradeUnderLoadCountsEveryTradeOnceThoughTaskManagersAreLost(
            @InjectMiniCluster MiniCluster flink) throws Exception {
        Path formerRelease = savepoints().reduce((older, newer) -> newer).orElseThrow();
        try (KafkaProducer<String, String> producer = producer()) {
            publishBeforeTheSavepoint(producer);
            JobClient job = start(SLOTS, formerRelease, "fixed-delay");
            publishAfterTheSavepoint(producer);
            long timeS = NOON + 1201;
            for (int loss = 0; loss <= 3; loss++) {
                for (int trade = 0; trade < 500; trade++) {
                    send(producer, BSC, trade(56, timeS++, 2, "buy"));
                }
                producer.flush();
                if (loss < 3) {
                    awaitWhile(job, () -> job.getJobStatus().get() == JobStatus.RUNNING);
                    flink.terminateTaskManager(0).get();
                    flink.startTaskManager();
                }
            }
            awaitWhile(
                    job,
                    () ->
                            excluded().size() == 2
                                    && committed(NOTIFICATIONS).size() >= 3 + 2000
                                    && count(DAY_OF_BSC) == 5 + 2000);
            job.cancel().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        assertThat(
                        lines(
                                "SELECT CONCAT_WS(' ', chain_id, trades, volume_usd) FROM kline"
                                        + " WHERE interval_code = '1d' ORDER BY chain_id"))
                .containsExactly("100000 3 30", "56 2005 20050");
        assertThat(excluded()).containsExactlyInAnyOrder("late", "duplicate");
        assertThat(committed(NOTIFICATIONS)).hasSize(3 + 2000).doesNotHaveDuplicates();
    }

    private Path takeSavepoint() throws Exception {
        JobClient job = start(1, null);
        awaitWhile(
                job,
                () ->
                        committed(EXCLUDED).size() == 1
                                && committed(NOTIFICATIONS).size() == 3
                                && count(CLOSED_MINUTES) == 2);
        String savepoint =
                job.stopWithSavepoint(
                                false,
                                folder.resolve("savepoints").toUri().toString(),
                                SavepointFormatType.CANONICAL)
                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return Path.of(URI.create(savepoint));
    }

    private static void keep(Path savepoint, Path target) throws IOException {
        Files.createDirectories(target);
        try (Stream<Path> files = Files.list(savepoint)) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(file.getFileName()));
            }
        }
    }

    /**
     * @param remembers whether the savepoint knows for which trades users were notified
     */
    private void assertThatAJobContinues(
            Path savepoint, KafkaProducer<String, String> producer, boolean remembers)
            throws Exception {
        int excludedBefore = excluded().size();
        int notifiedBefore = committed(NOTIFICATIONS).size();
        int notifications = remembers ? 3 : 4;
        JobClient job = start(SLOTS, savepoint);
        publishAfterTheSavepoint(producer);
        awaitWhile(
                job,
                () ->
                        excluded().size() == excludedBefore + 2
                                && committed(NOTIFICATIONS).size() >= notifiedBefore + notifications
                                && count(LAST_MINUTES) == 2);
        job.cancel().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

        assertThat(lines(OPEN_KLINES))
                .containsExactly(
                        "100000 1d -720 0.25 1 0.25 1 30 20 3 0",
                        "100000 1h 0 0.25 1 0.25 1 30 20 3 0",
                        "100000 1m 10 0.5 0.5 0.5 0.5 10 10 1 1",
                        "100000 1m 20 1 1 1 1 10 10 1 0",
                        "56 1d -720 1.5 8 1.5 8 50 30 5 0",
                        "56 1h 0 1.5 8 1.5 8 50 30 5 0",
                        "56 1m 10 2 4 2 4 20 10 2 1",
                        "56 1m 20 8 8 8 8 10 10 1 0");
        assertThat(excluded().subList(excludedBefore, excludedBefore + 2))
                .containsExactlyInAnyOrder("late", "duplicate");
        assertThat(committed(NOTIFICATIONS)).hasSize(notifiedBefore + notifications);
    }

    private JobClient start(int parallelism, Path savepoint) throws Exception {
        return start(parallelism, savepoint, "none");
    }

    private JobClient start(int parallelism, Path savepoint, String restarts) throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "token");
        KlineJobSettings settings =
                KlineJobSettings.load(
                        "--kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                        "--ingest.topics=" + SOL + "=100000;" + BSC + "=56",
                        // the result must not depend on the speed of the machine
                        "--ingest.idle-timeout=1 h",
                        "--mysql.live-interval=100 ms",
                        // a savepoint may be restored years after it was taken
                        "--smart-money.remember-trades=36500 d",
                        "--smart-money.remember-first-buys=36500 d",
                        // a small filter, because the savepoints are kept in Git
                        "--smart-money.expected-wallets=1024",
                        "--mysql.url=" + database.jdbcUrl(),
                        "--mysql.username=" + database.job().user(),
                        "--mysql.password=" + database.job().passwordReference(),
                        "--redis.uri=" + redis.uri(),
                        "--redis.username=" + redis.job().user(),
                        "--redis.password=" + redis.job().passwordReference(),
                        // unreachable: the job runs without the relay
                        "--relay.urls=ws://127.0.0.1:9/publish",
                        "--relay.token=file:" + token);
        Configuration configuration = new Configuration();
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(500));
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                folder.resolve("checkpoints").toUri().toString());
        configuration.set(CheckpointingOptions.FS_SMALL_FILE_THRESHOLD, MemorySize.ofMebiBytes(1));
        configuration.set(PipelineOptions.AUTO_WATERMARK_INTERVAL, Duration.ofMillis(10));
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, restarts);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 100);
        if (savepoint != null) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint.toUri().toString());
            configuration.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, false);
        }
        StreamExecutionEnvironment env = KlineJob.environment();
        env.configure(configuration);
        env.setParallelism(parallelism);
        Clock clock = Clock.systemUTC();
        KlinePipeline.define(
                env,
                KlineJob.pipeline(settings),
                Sources.kafka(settings, clock),
                Sinks.production(settings, clock));
        return env.executeAsync("savepoints");
    }

    /** Returns a trade of 10 USD. Its index in the block is its second after noon. */
    private static String trade(int chain, long timeS, double price, String type) {
        return "{\"chain_id\":"
                + chain
                + ",\"pair_addr\":\"0xa"
                + chain
                + "\",\"tx_hash\":\"0x"
                + timeS
                + "\",\"maker\":\"0xb\",\"type\":\""
                + type
                + "\",\"token_amount\":2,\"base_token_amount\":1,\"total_usd\":10,"
                + "\"token_price_usd\":"
                + price
                + ",\"block_num\":1,\"block_time\":"
                + timeS
                + ",\"transaction_index\":"
                + (timeS - NOON)
                + ",\"pair_info\":{\"token_symbol\":\"T\"}}";
    }

    private static void send(
            KafkaProducer<String, String> producer, String topic, String... trades) {
        producer.send(new ProducerRecord<>(topic, 0, null, "[" + String.join(",", trades) + "]"));
    }

    private KafkaProducer<String, String> producer() {
        return new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer());
    }

    /** Returns the reasons of all committed records in the topic of excluded trades. */
    private List<String> excluded() throws Exception {
        List<String> reasons = new ArrayList<>();
        for (String value : committed(EXCLUDED)) {
            reasons.add(JSON.readTree(value).path("reason").asText());
        }
        return reasons;
    }

    private List<String> committed(String topic) {
        return CommittedRecords.of(kafka.bootstrapServers(), topic);
    }

    private long count(String query) throws SQLException {
        return Long.parseLong(lines(query).get(0));
    }

    private List<String> lines(String query) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> lines = new ArrayList<>();
            while (rows.next()) {
                lines.add(rows.getString(1));
            }
            return lines;
        }
    }

    private static void awaitWhile(JobClient job, Condition reached) {
        await().atMost(PATIENCE)
                .until(
                        () -> {
                            assertThat(job.getJobStatus().get().isTerminalState())
                                    .as("the job has ended")
                                    .isFalse();
                            return reached.holds();
                        });
    }

    /** A condition that asks a server. */
    private interface Condition {
        boolean holds() throws Exception;
    }
}
