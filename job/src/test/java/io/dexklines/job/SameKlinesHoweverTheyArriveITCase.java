package io.dexklines.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.job.GeneratedTrades.Block;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.kline.Interval;
import io.dexklines.local.stack.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The production graph between a real broker and a table: whatever the partitions, the order, the
 * redelivery, the parallelism, the backend and the failures, the table ends the same to the byte
 * and the ledger balances.
 */
class SameKlinesHoweverTheyArriveITCase {

    private static final long SEED = 20_250_901;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final int PARALLELISM = 4;
    private static final int PARTITIONS = 7;
    private static final int MAX_DISORDER_MS = 4_900;

    /** Fewer than the pairs, each of which is emitted at least once more after every part. */
    private static final int UPDATES_BEFORE_FAILURE = GeneratedTrades.PAIRS / 2;

    private static final List<String> INTERVALS =
            Stream.of(Interval.values()).map(Interval::code).toList();

    private static final GeneratedTrades TRADES = GeneratedTrades.of(SEED);
    private static final Map<String, String> EXPECTED =
            RecomputedKlines.rows(TRADES.trades(), INTERVALS);

    @RegisterExtension
    private static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(PARALLELISM)
                            .build());

    @TempDir private static Path folder;

    private static EmbeddedKafka kafka;

    /** A record and where it goes. */
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
    void inOrderOnOnePartitionByOneSubtaskTheyAreWhatAPlainRecomputationSays() throws Exception {
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
                            "unsupported_type", TRADES.unsupported(),
                            "invalid", TRADES.invalid()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hashmap", "rocksdb"})
    void spreadShuffledSentTwiceAndWithFailuresInTheMiddleTheyAreTheSame(String backend)
            throws Exception {
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
            assertLedger(
                    backend,
                    table,
                    shuffled,
                    Map.of(
                            "unsupported_type",
                            2 * TRADES.unsupported(),
                            "invalid",
                            2 * TRADES.invalid(),
                            "duplicate",
                            TRADES.trades().size()));
        }
    }

    /** On every partition, no record comes 5 s or more of event time after a later one. */
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
     * Runs the job over all parts to its end. After each part but the last a checkpoint holds some
     * of it, and the job fails amid the next.
     */
    private static void run(
            String name,
            KlineTable table,
            int partitions,
            int parallelism,
            String backend,
            List<List<Delivery>> parts)
            throws Exception {
        kafka.createTopic(tradesOf(name), partitions);
        kafka.createTopic(excludedOf(name), 2);
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            ends.put(new TopicPartition(tradesOf(name), partition), 0L);
        }
        for (List<Delivery> part : parts) {
            for (Delivery delivery : part) {
                ends.merge(new TopicPartition(tradesOf(name), delivery.partition()), 1L, Long::sum);
            }
        }

        JobClient job = start(name, table, parallelism, backend, ends);
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (int part = 0; part < parts.size(); part++) {
                int failures = part;
                int updatesBefore = table.updates();
                for (Delivery delivery : parts.get(part)) {
                    producer.send(
                            new ProducerRecord<>(
                                    tradesOf(name),
                                    delivery.partition(),
                                    null,
                                    delivery.block().json().getBytes(StandardCharsets.UTF_8)));
                }
                producer.flush();
                if (part < parts.size() - 1) {
                    awaitWhile(job, () -> table.updates() > updatesBefore);
                    awaitWhile(job, () -> table.failures() == failures);
                    int checkpointsBefore = table.checkpoints();
                    // every subtask tells of each checkpoint
                    awaitWhile(
                            job, () -> table.checkpoints() >= checkpointsBefore + 2 * parallelism);
                    table.failAfter(UPDATES_BEFORE_FAILURE);
                }
            }
        }
        job.getJobExecutionResult().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
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

    private static JobClient start(
            String name,
            KlineTable table,
            int parallelism,
            String backend,
            Map<TopicPartition, Long> ends)
            throws Exception {
        KlineJobSettings settings =
                KlineJobSettings.load(
                        "--kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                        "--kafka.start-offset=first",
                        "--kafka.transactional-id-prefix=" + name,
                        "--ingest.topics=" + tradesOf(name) + "=" + GeneratedTrades.CHAINS,
                        // how fast this machine is decides nothing
                        "--ingest.idle-timeout=1 h",
                        "--excluded.topic=" + excludedOf(name),
                        "--klines.live-interval=10 ms",
                        "--klines.intervals=" + String.join(" ", INTERVALS));
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
        StreamExecutionEnvironment env = KlineJob.environment();
        env.configure(configuration);
        env.setParallelism(parallelism);
        Clock clock = Clock.systemUTC();
        KlinePipeline.define(
                env,
                KlineJob.pipeline(settings, clock),
                new Inlets(
                        Inlets.trades(settings, clock)
                                .setBounded(OffsetsInitializer.offsets(ends))
                                .build()),
                new Outlets(
                        table.outlet(),
                        Outlet.none(),
                        Outlet.none(),
                        Outlets.production(settings).excluded()));
        return env.executeAsync(name);
    }

    /** Nothing is lost, nothing is twice, and the reasons are these. */
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
                .isEqualTo(sent.stream().mapToLong(delivery -> delivery.block().entries()).sum());
    }

    private static String tradesOf(String name) {
        return "trades-" + name;
    }

    private static String excludedOf(String name) {
        return "excluded-" + name;
    }

    private static KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static List<String> readCommitted(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                kafka.bootstrapServers(),
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<String> values = new ArrayList<>();
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                for (ConsumerRecord<byte[], byte[]> record :
                        consumer.poll(Duration.ofMillis(200))) {
                    values.add(new String(record.value(), StandardCharsets.UTF_8));
                }
            }
            return values;
        }
    }
}
