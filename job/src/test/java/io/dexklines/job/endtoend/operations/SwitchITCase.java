package io.dexklines.job.endtoend.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.job.KlineJob;
import io.dexklines.job.KlinePipeline;
import io.dexklines.job.Sinks;
import io.dexklines.job.Sources;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.kline.Interval;
import io.dexklines.local.command.CommandErrors;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.local.stack.EmbeddedRedis;
import io.dexklines.local.takeover.TakeoverCommand;
import io.dexklines.verifier.Cluster;
import io.dexklines.verifier.Scope;
import io.dexklines.verifier.Verdict;
import io.dexklines.verifier.Verification;
import io.dexklines.verifier.VerifyProgress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.InjectClusterRESTAddress;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The job takes over from a group of Go consumers in the middle of a kline of every interval, with
 * the start that {@code klines takeover} prints, and hands back to the group.
 */
@Timeout(600)
class SwitchITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final Instant SWITCH = Instant.parse("2024-01-17T15:37:30Z");
    private static final Instant BEFORE_THE_MONTH = Instant.parse("2023-12-30T00:00:10Z");
    private static final Instant AFTER_THE_MONTH = Instant.parse("2024-02-02T00:00:10Z");

    /** Enough records around the switch for klines of a minute. */
    private static final Duration BUSY = Duration.ofMinutes(20);

    private static final int PARTITIONS = 3;
    private static final int UNREAD = 5;
    private static final String PAIR = "0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640";
    private static final String OLD = "dex-dataflow";

    @RegisterExtension
    private static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(1)
                            .setConfiguration(
                                    Configuration.fromMap(
                                            Map.of(
                                                    "web.refresh-interval",
                                                    "500 ms",
                                                    "metrics.fetcher.update-interval",
                                                    "200 ms")))
                            .build());

    @TempDir private static Path folder;

    private static EmbeddedKafka kafka;
    private static EmbeddedMariaDb mariaDb;
    private static EmbeddedRedis redis;
    private static Admin admin;
    private static int topics;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** The times of all trades that were published, epoch seconds, by their number. */
    private final List<Long> published = new ArrayList<>();

    private String topic;
    private String oldGroup;
    private Path config;
    private JobClient job;

    @BeforeAll
    static void startServers() {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        mariaDb = EmbeddedMariaDb.start(folder.resolve("mariadb"), 0);
        redis = EmbeddedRedis.start(folder.resolve("redis"), 0);
        mariaDb.migrate();
        admin = Admin.create(kafka.brokers().client(Map.of()));
    }

    @AfterAll
    static void stopServers() {
        admin.close(Duration.ZERO);
        redis.close();
        mariaDb.close();
        kafka.close();
    }

    @BeforeEach
    void publishTradesAndLetTheOldGroupReadMostOfThem() throws Exception {
        topics++;
        topic = "trades-" + topics;
        oldGroup = OLD + "-" + topics;
        String excluded = topic + "-excluded";
        String refused = topic + "-refused";
        kafka.createTopics(
                List.of(
                        new NewTopic(topic, PARTITIONS, (short) 1)
                                // the times of the records are made, and must not make them old
                                .configs(Map.of("retention.ms", "-1")),
                        new NewTopic(excluded, 1, (short) 1),
                        new NewTopic(refused, 1, (short) 1)));
        config =
                Files.write(
                        folder.resolve(topic + ".properties"),
                        List.of(
                                "kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                                "kafka.group-id=" + oldGroup + "-klines",
                                "ingest.topics=" + topic + "=56",
                                "excluded.topic=" + excluded,
                                "klines.intervals=1m 5m 15m 1h 4h 12h 1d 1w 1M",
                                "mysql.url=" + mariaDb.jdbcUrl(),
                                "mysql.username=" + mariaDb.job().user(),
                                "mysql.password=" + mariaDb.job().passwordReference(),
                                "mysql.refused-topic=" + refused,
                                "redis.uri=" + redis.uri(),
                                "redis.username=" + redis.job().user(),
                                "redis.password=" + redis.job().passwordReference(),
                                "smart-money.enabled=false"));
        try (Connection connection = mariaDb.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM kline");
        }
        try (var client = redis.pool()) {
            client.flushAll();
        }
        publish(BEFORE_THE_MONTH, SWITCH.minus(BUSY), Duration.ofHours(4));
        publish(SWITCH.minus(BUSY), SWITCH, Duration.ofSeconds(10));
        readAsTheOldConsumers(UNREAD);
    }

    @AfterEach
    void cancel() throws Exception {
        if (job != null && !job.getJobStatus().get().isGloballyTerminalState()) {
            job.cancel().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            await().atMost(PATIENCE)
                    .until(() -> job.getJobStatus().get().isGloballyTerminalState());
        }
    }

    @Test
    void theJobTakesOverInEveryKlineAndTheOldGroupGoesOnWhereItStopped(
            @InjectClusterRESTAddress URI flink) throws Exception {
        assertThat(takeover()).as(err.toString()).isZero();
        Files.writeString(config, out.toString(), StandardOpenOption.APPEND);
        publishTheRestOfTheMonth();

        startTheJob();
        awaitCounted("2024-01-01T00:00:00Z");

        assertThat(verify(flink).compared()).isGreaterThan(500);
        assertThat(storedUnderWay()).isEqualTo(publishedUnderWay());
        assertThat(firstKlines())
                .containsEntry("1M", Instant.parse("2024-01-01T00:00:00Z"))
                .containsEntry("1w", Instant.parse("2024-01-01T00:00:00Z"));

        Instant later = AFTER_THE_MONTH.plus(Duration.ofHours(8));
        publish(later, later.plusSeconds(90), Duration.ofSeconds(1));
        awaitCounted("2024-01-01T00:00:00Z");
        int countedByTheJob = published.size();
        job.stopWithSavepoint(
                        false,
                        folder.resolve("savepoints").toUri().toString(),
                        SavepointFormatType.CANONICAL)
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        out.getBuffer().setLength(0);
        assertThat(takeover("--back", "--set")).as(err.toString()).isZero();

        assertThat(out.toString().lines())
                .containsExactlyElementsOf(
                        IntStream.range(0, PARTITIONS)
                                .mapToObj(
                                        each ->
                                                "%s,%d,%d"
                                                        .formatted(
                                                                topic,
                                                                each,
                                                                recordsOf(each, countedByTheJob)))
                                .toList());
        publish(later.plusSeconds(90), later.plusSeconds(120), Duration.ofSeconds(1));
        assertThat(readAsTheOldConsumers(0))
                .as("the trades that the job has not counted, each once")
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(countedByTheJob, published.size()).boxed().toList());
    }

    @Test
    void anIntervalWhoseBeginningIsGoneBeginsWithItsNextWholeKline(
            @InjectClusterRESTAddress URI flink) throws Exception {
        long kept = Instant.parse("2024-01-16T12:00:00Z").getEpochSecond();
        int removed = (int) published.stream().filter(timeS -> timeS < kept).count();
        admin.deleteRecords(
                        Map.of(
                                new TopicPartition(topic, 0),
                                RecordsToDelete.beforeOffset(recordsOf(0, removed))))
                .all()
                .get();

        assertThat(takeover()).as(err.toString()).isZero();
        Files.writeString(config, out.toString(), StandardOpenOption.APPEND);
        publishTheRestOfTheMonth();
        startTheJob();
        awaitCounted("2024-01-17T00:00:00Z");

        assertThat(out.toString())
                .endsWith("kafka.start-offset=2024-01-17T00:00:00Z" + System.lineSeparator());
        assertThat(verify(flink).compared()).isGreaterThan(300);
        assertThat(firstKlines())
                .containsEntry("1d", Instant.parse("2024-01-17T00:00:00Z"))
                .containsEntry("1w", Instant.parse("2024-01-22T00:00:00Z"))
                .containsEntry("1M", Instant.parse("2024-02-01T00:00:00Z"));
        Map<String, String> whole = publishedUnderWay();
        whole.keySet().removeAll(List.of("1w", "1M"));
        assertThat(storedUnderWay()).isEqualTo(whole);
    }

    /** The negative control: from the group's own offsets on, no longer kline can be whole. */
    @Test
    void aStartAtTheOffsetsOfTheGroupMissesTheKlinesUnderWay() throws Exception {
        long oldestUnread = published.get(published.size() - UNREAD * PARTITIONS);
        Files.writeString(
                config,
                "kafka.start-offset=" + Instant.ofEpochSecond(oldestUnread),
                StandardOpenOption.APPEND);
        publishTheRestOfTheMonth();
        startTheJob();
        awaitCounted("2024-01-17T15:35:00Z");

        assertThat(storedUnderWay())
                .isNotEqualTo(publishedUnderWay())
                .as("the oldest unread trade is the first one of a kline of five minutes")
                .containsOnlyKeys("1m", "5m");
    }

    private void publishTheRestOfTheMonth() throws Exception {
        publish(SWITCH, SWITCH.plus(BUSY), Duration.ofSeconds(10));
        publish(SWITCH.plus(BUSY), AFTER_THE_MONTH, Duration.ofHours(4));
    }

    /** Publishes a trade for each step, on all partitions in turn. */
    private void publish(Instant from, Instant to, Duration step) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        kafka.brokers()
                                // each record is a batch, of which records can be removed
                                .client(Map.of(ProducerConfig.BATCH_SIZE_CONFIG, 0)),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            for (Instant time = from; time.isBefore(to); time = time.plus(step)) {
                int number = published.size();
                published.add(time.getEpochSecond());
                producer.send(
                        new ProducerRecord<>(
                                topic,
                                number % PARTITIONS,
                                time.toEpochMilli() + 1000,
                                null,
                                trade(number, time.getEpochSecond())
                                        .getBytes(StandardCharsets.UTF_8)));
            }
            producer.flush();
        }
    }

    private static String trade(int number, long timeS) {
        return """
        [{"chain_id":"56","pair_addr":"%s","tx_hash":"0x%d","maker":"0xmaker","type":"buy",\
        "token_amount":"2","base_token_amount":1,"total_usd":"%d","token_price_usd":"%d",\
        "block_num":%d,"block_time":%d,"transaction_index":1}]"""
                .formatted(PAIR, number, usd(number), number % 7 + 1, number, timeS);
    }

    private static long usd(int number) {
        return number + 1L;
    }

    /** Returns how many of the first trades are in a partition. */
    private static int recordsOf(int partition, int trades) {
        return (trades - partition + PARTITIONS - 1) / PARTITIONS;
    }

    /**
     * Reads as the Go consumers do, which commit each record once they have handled it.
     *
     * @param unread how many records of each partition are left when the consumers stop
     * @return the numbers of the trades, in the order of reading
     */
    private List<Integer> readAsTheOldConsumers(int unread) {
        List<Integer> read = new ArrayList<>();
        Map<TopicPartition, Long> left = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        kafka.brokers()
                                .client(
                                        Map.of(
                                                ConsumerConfig.GROUP_ID_CONFIG,
                                                oldGroup,
                                                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                                                "earliest",
                                                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                                                false)),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            for (int each = 0; each < PARTITIONS; each++) {
                left.put(
                        new TopicPartition(topic, each),
                        (long) recordsOf(each, published.size()) - unread);
            }
            Map<TopicPartition, Long> next = new HashMap<>();
            while (!next.equals(left)) {
                for (ConsumerRecord<byte[], byte[]> record :
                        consumer.poll(Duration.ofMillis(200))) {
                    TopicPartition partition = new TopicPartition(topic, record.partition());
                    if (record.offset() < left.get(partition)) {
                        String trade = new String(record.value(), StandardCharsets.UTF_8);
                        read.add(
                                Integer.parseInt(
                                        trade.replaceAll(".*\"tx_hash\":\"0x(\\d+)\".*", "$1")));
                        consumer.commitSync(
                                Map.of(partition, new OffsetAndMetadata(record.offset() + 1)));
                        next.put(partition, record.offset() + 1);
                    }
                }
            }
        }
        return read;
    }

    private int takeover(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("--config", config.toString(), "--group", oldGroup));
        arguments.addAll(Arrays.asList(more));
        return CommandErrors.install(
                        new CommandLine(new TakeoverCommand(Clock.fixed(SWITCH, ZoneOffset.UTC))))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments.toArray(new String[0]));
    }

    /** Starts the job as its main method does, but without waiting for its end. */
    private void startTheJob() throws Exception {
        KlineJobSettings settings = KlineJobSettings.load("--config", config.toString());
        Clock clock = Clock.systemUTC();
        StreamExecutionEnvironment env = KlineJob.environment();
        Configuration configuration = new Configuration();
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(1));
        env.configure(configuration);
        env.setParallelism(1);
        KlinePipeline.define(
                env,
                KlineJob.pipeline(settings),
                Sources.kafka(settings, clock),
                Sinks.production(settings, clock));
        job = env.executeAsync(KlineJob.NAME);
    }

    /** Waits until the job has counted every trade that was published, from its first kline on. */
    private void awaitCounted(String begin) {
        long beginS = Instant.parse(begin).getEpochSecond();
        long expected = published.stream().filter(timeS -> timeS >= beginS).count();
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(
                                                number(
                                                        "SELECT COALESCE(SUM(trades), 0) FROM kline"
                                                                + " WHERE BINARY interval_code ="
                                                                + " '1m'"))
                                        .isEqualTo(expected));
    }

    private Verdict verify(URI flink) throws InterruptedException {
        Verdict verdict =
                Verification.run(
                        Cluster.of(
                                config,
                                flink.toString().replaceFirst("/$", ""),
                                List.of(),
                                Optional.empty()),
                        Scope.ALL,
                        Duration.ofMinutes(1),
                        VerifyProgress.silent());
        System.out.println(verdict);
        assertThat(verdict.isGood()).as(verdict.lines().toString()).isTrue();
        return verdict;
    }

    /** Returns trades and volume of the klines under way at the switch, by interval. */
    private static Map<String, String> storedUnderWay() throws SQLException {
        Map<String, String> found = new TreeMap<>();
        try (Connection connection = mariaDb.connect();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT interval_code, open_time, trades, volume_usd FROM kline")) {
            while (rows.next()) {
                Interval interval = Interval.ofCode(rows.getString(1));
                if (rows.getLong(2) * 1000 == interval.openTimeMs(SWITCH.toEpochMilli())) {
                    found.put(
                            interval.code(),
                            "%d trades, %.0f USD".formatted(rows.getLong(3), rows.getDouble(4)));
                }
            }
        }
        return found;
    }

    /** Returns what {@link #storedUnderWay} must find, from the trades that were published. */
    private Map<String, String> publishedUnderWay() {
        Map<String, String> expected = new TreeMap<>();
        for (String code : "1m 5m 15m 1h 4h 12h 1d 1w 1M".split(" ")) {
            Interval interval = Interval.ofCode(code);
            long openMs = interval.openTimeMs(SWITCH.toEpochMilli());
            int[] numbers =
                    IntStream.range(0, published.size())
                            .filter(
                                    number ->
                                            interval.openTimeMs(published.get(number) * 1000)
                                                    == openMs)
                            .toArray();
            expected.put(
                    code,
                    "%d trades, %d USD"
                            .formatted(
                                    numbers.length,
                                    Arrays.stream(numbers).mapToLong(SwitchITCase::usd).sum()));
        }
        return expected;
    }

    private static Map<String, Instant> firstKlines() throws SQLException {
        Map<String, Instant> first = new TreeMap<>();
        try (Connection connection = mariaDb.connect();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT interval_code, MIN(open_time) FROM kline"
                                        + " GROUP BY BINARY interval_code")) {
            while (rows.next()) {
                first.put(rows.getString(1), Instant.ofEpochSecond(rows.getLong(2)));
            }
        }
        return first;
    }

    private static long number(String query) throws SQLException {
        try (Connection connection = mariaDb.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
