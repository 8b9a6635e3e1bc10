package io.dexklines.job.exactness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.job.KlineJob;
import io.dexklines.job.KlinePipeline;
import io.dexklines.job.Sinks;
import io.dexklines.job.Sources;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.exactness.GeneratedTrades.Block;
import io.dexklines.job.sink.JobSink;
import io.dexklines.job.source.lists.KafkaLists;
import io.dexklines.job.topics.CommittedRecords;
import io.dexklines.kline.Interval;
import io.dexklines.local.stack.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the production graph between a real broker and a table. Whatever the partitions, the order,
 * the redelivery, the parallelism, the state backend and the failures, the table ends with the same
 * bits, and every entry that was sent is counted or excluded once.
 *
 * <p>Klines are closed by later trades, never by the end of the topic or by a stop with {@code
 * --drain}. The klines of the later trades are therefore open when the job has ended.
 */
class SameKlinesHoweverTheyArriveITCase {

    private static final long SEED = 20_250_901;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final int PARALLELISM = 4;
    private static final int PARTITIONS = 7;
    private static final int MAX_DISORDER_MS = 4_900;

    private static final String WALLETS = "wallets";
    private static final String FOLLOWS = "follows";

    /**
     * The updates that pass before a failure: fewer than there are pairs, each of which is emitted
     * at least once more after every part.
     */
    private static final int UPDATES_BEFORE_FAILURE = GeneratedTrades.PAIRS / 2;

    private static final List<String> INTERVALS =
            Stream.of(Interval.values()).map(Interval::code).toList();

    private static final GeneratedTrades TRADES = GeneratedTrades.of(SEED);

    /** The trades after the end of all klines of {@link #TRADES}: two records a partition. */
    private static final GeneratedTrades LATER =
            GeneratedTrades.allAt(Instant.parse("2025-10-01T00:00:10Z"), 2 * PARTITIONS, SEED + 1);

    private static final Map<String, String> CLOSED =
            RecomputedKlines.rows(TRADES.trades(), INTERVALS, "closed");
    private static final Map<String, String> OPEN =
            RecomputedKlines.rows(LATER.trades(), INTERVALS, "open");
    private static final Map<String, String> EXPECTED = union(CLOSED, OPEN);

    private static final Map<String, Integer> REASONS_OF_ALL_TWICE =
            Map.of(
                    "unsupported_type", 2 * TRADES.unsupported() + LATER.unsupported(),
                    "invalid", 2 * TRADES.invalid() + LATER.invalid(),
                    "duplicate", TRADES.trades().size());

    @RegisterExtension
    private static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(PARALLELISM)
                            .build());

    @TempDir private static Path folder;

    private static EmbeddedKafka kafka;

    /** A record, its partition and when it arrives. */
    private record Delivery(int partition, long arrivesMs, Block block) {}

    @BeforeAll
    static void startTheBroker() {
        System.out.println("trades of seed " + SEED + ": " + TRADES.trades().size());
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
    }

    @AfterAll
    static void stopTheBroker() {
        kafka.close();
    }

    @Test
    void klinesOfTradesInOrderEqualAPlainRecomputation() throws Exception {
        List<Delivery> inOrder =
                TRADES.blocks().stream()
                        .map(block -> new Delivery(0, block.timeS() * 1000, block))
                        .toList();

        try (KlineTable table = KlineTable.create("in-order")) {
            run("in-order", table, 1, 1, "hashmap", List.of(inOrder));

            assertThat(table.rows()).isEqualTo(EXPECTED);
            assertLedger(
                    "in-order",
                    table,
                    inOrder,
                    Map.of(
                            "unsupported_type", TRADES.unsupported() + LATER.unsupported(),
                            "invalid", TRADES.invalid() + LATER.invalid()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hashmap", "rocksdb"})
    void klinesAreTheSameAfterDisorderRedeliveryAndFailures(String backend) throws Exception {
        List<Delivery> shuffled = twiceAndShuffled(new Random(SEED + backend.hashCode()));
        int third = shuffled.size() / 3;
        List<List<Delivery>> parts =
                List.of(
                        shuffled.subList(0, third),
                        shuffled.subList(third, 2 * third),
                        shuffled.subList(2 * third, shuffled.size()));

        try (KlineTable table = KlineTable.create(backend)) {
            run(backend, table, PARTITIONS, PARALLELISM, backend, parts);

            assertThat(table.failures()).isEqualTo(2);
            assertThat(table.rows()).isEqualTo(EXPECTED);
            assertLedger(backend, table, shuffled, REASONS_OF_ALL_TWICE);
        }
    }

    @ParameterizedTest(name = "drained: {0}")
    @ValueSource(booleans = {false, true})
    void klinesAreTheSameAfterAResumeWithMoreSubtasksOnTheOtherBackend(boolean drained)
            throws Exception {
        String name = drained ? "resumed-after-drain" : "resumed";
        List<Delivery> shuffled = twiceAndShuffled(new Random(SEED));
        List<List<Delivery>> halves =
                List.of(
                        shuffled.subList(0, shuffled.size() / 2),
                        shuffled.subList(shuffled.size() / 2, shuffled.size()));
        // unbounded: the connector's bounded source does not finish after a restore
        createTopics(name, PARTITIONS, halves);
        int excluded = REASONS_OF_ALL_TWICE.values().stream().mapToInt(Integer::intValue).sum();

        try (KlineTable table = KlineTable.create(name);
                KafkaProducer<byte[], byte[]> producer = producer()) {
            send(producer, name, halves.get(0));
            JobClient first = start(name, table, 2, "rocksdb", null, null);
            awaitWhile(first, () -> table.updates() > 0);
            // a savepoint needs all tasks to run; a completed checkpoint shows that they do
            awaitWhile(first, () -> table.checkpoints() > 0);
            String savepoint = stop(first, drained);

            send(producer, name, halves.get(1));
            JobClient resumed = start(name, table, 3, "hashmap", null, savepoint);
            sendLater(producer, name, resumed, table, PARTITIONS);
            awaitWhile(resumed, () -> readCommitted(excludedOf(name)).size() >= excluded);
            awaitWhile(resumed, () -> table.rows().equals(EXPECTED));
            stop(resumed, drained);

            assertThat(table.rows()).isEqualTo(EXPECTED);
            assertLedger(name, table, shuffled, REASONS_OF_ALL_TWICE);
        }
    }

    /** The lists are never known as of the arrival of a trade. Twenty of the trades may wait. */
    @Test
    void klinesAreTheSameWhileTheWalletListsCannotBeRead() throws Exception {
        String name = "without-lists";
        List<Delivery> shuffled = twiceAndShuffled(new Random(SEED));
        createTopics(name, PARTITIONS, List.of(shuffled));
        kafka.createTopic(WALLETS, 1);
        kafka.createTopic(FOLLOWS, 1);
        int excluded = REASONS_OF_ALL_TWICE.values().stream().mapToInt(Integer::intValue).sum();
        KlineJobSettings settings =
                settings(
                        name,
                        "--smart-money.wallets-topic=" + WALLETS,
                        "--smart-money.follows-topic=" + FOLLOWS,
                        "--smart-money.max-waiting-trades=10",
                        "--smart-money.max-undecided-trades=20");
        Sources sources =
                new Sources(
                        Sources.trades(settings, Clock.systemUTC()),
                        Optional.of(
                                new KafkaLists(
                                        settings.kafka(),
                                        settings.smartMoney().orElseThrow(),
                                        Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))));

        try (KlineTable table = KlineTable.create(name);
                KafkaProducer<byte[], byte[]> producer = producer()) {
            send(producer, name, shuffled);
            JobClient job = start(name, table, 2, "hashmap", settings, sources, null);
            sendLater(producer, name, job, table, PARTITIONS);
            awaitWhile(job, () -> readCommitted(excludedOf(name)).size() >= excluded);
            awaitWhile(job, () -> table.rows().equals(EXPECTED));
            stop(job, false);

            assertThat(table.rows()).isEqualTo(EXPECTED);
            assertLedger(name, table, shuffled, REASONS_OF_ALL_TWICE);
        }
    }

    /**
     * Returns every record twice, shuffled. On every partition, a record lags less than 5 s of
     * event time behind those before it.
     */
    private static List<Delivery> twiceAndShuffled(Random random) {
        List<Delivery> deliveries = new ArrayList<>();
        for (Block block : TRADES.blocks()) {
            int first = random.nextInt(MAX_DISORDER_MS);
            int again = first + random.nextInt(MAX_DISORDER_MS - first);
            for (int delayMs : List.of(first, again)) {
                deliveries.add(
                        new Delivery(
                                random.nextInt(PARTITIONS), block.timeS() * 1000 + delayMs, block));
            }
        }
        deliveries.sort(Comparator.comparingLong(Delivery::arrivesMs));
        return deliveries;
    }

    /**
     * Runs the job over all parts and the later trades to its end. After each part except the last
     * one, a checkpoint covers some of the part, and the job fails during the next part.
     */
    private static void run(
            String name,
            KlineTable table,
            int partitions,
            int parallelism,
            String backend,
            List<List<Delivery>> parts)
            throws Exception {
        Map<TopicPartition, Long> ends = createTopics(name, partitions, parts);
        JobClient job = start(name, table, parallelism, backend, ends, null);
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (int part = 0; part < parts.size(); part++) {
                int failures = part;
                int updatesBefore = table.updates();
                send(producer, name, parts.get(part));
                if (part < parts.size() - 1) {
                    awaitWhile(job, () -> table.updates() > updatesBefore);
                    awaitWhile(job, () -> table.failures() == failures);
                    int checkpointsBefore = table.checkpoints();
                    // every subtask is notified of each checkpoint
                    awaitWhile(
                            job, () -> table.checkpoints() >= checkpointsBefore + 2 * parallelism);
                    table.failAfter(UPDATES_BEFORE_FAILURE);
                }
            }
            // A job that failed now could resume behind the later trades of a partition, which
            // would
            // then have no watermark.
            awaitWhile(job, () -> table.failures() == parts.size() - 1);
            sendLater(producer, name, job, table, partitions);
        }
        job.getJobExecutionResult().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Delivers later trades until all other klines are closed, and then the rest of them. */
    private static void sendLater(
            KafkaProducer<byte[], byte[]> producer,
            String name,
            JobClient job,
            KlineTable table,
            int partitions)
            throws Exception {
        List<Delivery> later = later(partitions);
        send(producer, name, later.subList(0, PARTITIONS));
        awaitWhile(job, () -> table.closed() >= CLOSED.size());
        send(producer, name, later.subList(PARTITIONS, later.size()));
    }

    /** Returns the later trades, of which both halves are on all partitions. */
    private static List<Delivery> later(int partitions) {
        List<Delivery> later = new ArrayList<>();
        for (Block block : LATER.blocks()) {
            later.add(new Delivery(later.size() % partitions, block.timeS() * 1000, block));
        }
        return later;
    }

    /**
     * Creates the topics. Returns the end offset of each partition after all parts and the later
     * trades.
     */
    private static Map<TopicPartition, Long> createTopics(
            String name, int partitions, List<List<Delivery>> parts) {
        kafka.createTopic(tradesOf(name), partitions);
        kafka.createTopic(excludedOf(name), 2);
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            ends.put(new TopicPartition(tradesOf(name), partition), 0L);
        }
        Stream.concat(parts.stream().flatMap(List::stream), later(partitions).stream())
                .forEach(
                        delivery ->
                                ends.merge(
                                        new TopicPartition(tradesOf(name), delivery.partition()),
                                        1L,
                                        Long::sum));
        return ends;
    }

    /**
     * Appends the records in the given order over all partitions: batches of different partitions
     * would have no order among them.
     */
    private static void send(
            KafkaProducer<byte[], byte[]> producer, String name, List<Delivery> part)
            throws Exception {
        for (Delivery delivery : part) {
            producer.send(
                            new ProducerRecord<>(
                                    tradesOf(name),
                                    delivery.partition(),
                                    null,
                                    delivery.block().json().getBytes(StandardCharsets.UTF_8)))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /**
     * Stops the job with a savepoint that any state backend can read.
     *
     * @param drained whether the job acts as if the topic had ended
     */
    private static String stop(JobClient job, boolean drained) throws Exception {
        return job.stopWithSavepoint(
                        drained,
                        folder.resolve("savepoints").toUri().toString(),
                        SavepointFormatType.CANONICAL)
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static void awaitWhile(JobClient job, BooleanSupplier reached) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> {
                            assertThat(job.getJobStatus().get().isTerminalState()).isFalse();
                            return reached.getAsBoolean();
                        });
    }

    /**
     * @param ends where the source ends; null for never
     * @param savepoint the savepoint to resume from; null for none
     */
    private static JobClient start(
            String name,
            KlineTable table,
            int parallelism,
            String backend,
            Map<TopicPartition, Long> ends,
            String savepoint)
            throws Exception {
        KlineJobSettings settings = settings(name, "--smart-money.enabled=false");
        Clock clock = Clock.systemUTC();
        return start(
                name,
                table,
                parallelism,
                backend,
                settings,
                ends == null
                        ? Sources.kafka(settings, clock)
                        : new Sources(
                                Sources.trades(settings, clock)
                                        .endingAt(OffsetsInitializer.offsets(ends)),
                                Optional.empty()),
                savepoint);
    }

    private static KlineJobSettings settings(String name, String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                                "--kafka.start-offset=first",
                                "--kafka.transactional-id-prefix=" + name,
                                "--ingest.topics=" + tradesOf(name) + "=" + GeneratedTrades.CHAINS,
                                // Too short, and the wall clock closes the later trades' klines in
                                // a pause. A clock is held for as long after a pause of the
                                // enumerator.
                                "--ingest.idle-timeout=1 min",
                                "--excluded.topic=" + excludedOf(name),
                                // the strictest: late trades are excluded, and late duplicates are
                                // not recognised
                                "--klines.allowed-lateness=0 ms",
                                "--klines.live-interval=10 ms",
                                "--klines.intervals=" + String.join(" ", INTERVALS)));
        arguments.addAll(List.of(more));
        return KlineJobSettings.load(arguments.toArray(String[]::new));
    }

    /**
     * @param savepoint the savepoint to resume from; null for none
     */
    private static JobClient start(
            String name,
            KlineTable table,
            int parallelism,
            String backend,
            KlineJobSettings settings,
            Sources sources,
            String savepoint)
            throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(100));
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                folder.resolve("checkpoints-" + name).toUri().toString());
        configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        configuration.set(StateBackendOptions.STATE_BACKEND, backend);
        configuration.set(PipelineOptions.AUTO_WATERMARK_INTERVAL, Duration.ofMillis(10));
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 2);
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
        if (savepoint != null) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment env = KlineJob.environment();
        env.configure(configuration);
        env.setParallelism(parallelism);
        KlinePipeline.define(
                env,
                KlineJob.pipeline(settings),
                sources,
                new Sinks(
                        table.sink(),
                        JobSink.none(),
                        JobSink.none(),
                        JobSink.none(),
                        Sinks.production(settings, Clock.systemUTC()).excluded(),
                        JobSink.none()));
        return env.executeAsync(name);
    }

    /** Asserts that every entry is counted or excluded once, and excluded for the given reasons. */
    private static void assertLedger(
            String name, KlineTable table, List<Delivery> sent, Map<String, Integer> reasons)
            throws Exception {
        List<JsonNode> excluded = new ArrayList<>();
        for (String value : readCommitted(excludedOf(name))) {
            excluded.add(JSON.readTree(value));
        }

        Map<String, Integer> counted = new TreeMap<>();
        for (JsonNode entry : excluded) {
            counted.merge(entry.path("reason").asText(), 1, Integer::sum);
        }
        assertThat(counted).isEqualTo(reasons);
        assertThat(
                        excluded.stream()
                                .map(
                                        entry ->
                                                entry.path("partition").asInt()
                                                        + "@"
                                                        + entry.path("offset").asLong()
                                                        + "#"
                                                        + entry.path("index").asInt()))
                .doesNotHaveDuplicates();
        assertThat(table.trades(INTERVALS.get(0)) + excluded.size())
                .isEqualTo(
                        Stream.concat(sent.stream().map(Delivery::block), LATER.blocks().stream())
                                .mapToLong(Block::entries)
                                .sum());
    }

    private static Map<String, String> union(Map<String, String> one, Map<String, String> other) {
        Map<String, String> union = new TreeMap<>(one);
        union.putAll(other);
        return union;
    }

    private static String tradesOf(String name) {
        return "trades-" + name;
    }

    private static String excludedOf(String name) {
        return "excluded-" + name;
    }

    private static KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        kafka.bootstrapServers(),
                        // each record is waited for
                        ProducerConfig.LINGER_MS_CONFIG,
                        0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static List<String> readCommitted(String topic) {
        return CommittedRecords.of(kafka.bootstrapServers(), topic);
    }
}
