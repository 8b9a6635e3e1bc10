package io.dexklines.job.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.job.KlineJob;
import io.dexklines.job.KlinePipeline;
import io.dexklines.job.Sinks;
import io.dexklines.job.Sources;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.exactness.KlineTable;
import io.dexklines.job.sink.JobSink;
import io.dexklines.job.topics.CommittedRecords;
import io.dexklines.kline.Kline;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CheckpointException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Topics of trades whose block times a test makes, the production graph that reads them, and the
 * table and the topic of excluded trades that the graph writes.
 *
 * <p>The feed is orderly: the broker appends the trades of one second to all partitions before it
 * gets those of the next second. How much real time passes between them does not matter, so no test
 * waits for the times that it is about.
 */
final class Market implements AutoCloseable {

    /** Second 0 of a market: 20 s after a minute began. */
    static final long START_S = Instant.parse("2025-09-01T10:00:20Z").getEpochSecond();

    static final String SOLANA = "100000";
    static final String BSC = "56";
    static final String ETHEREUM = "1";
    static final String BASE = "8453";

    /** Three topics, of which the last carries two chains in the same partitions. */
    static final List<Lane> ALL_CHAINS =
            List.of(
                    new Lane("sol", 0, SOLANA),
                    new Lane("sol", 1, SOLANA),
                    new Lane("bsc", 0, BSC),
                    new Lane("bsc", 1, BSC),
                    new Lane("bsc", 2, BSC),
                    new Lane("evm", 0, ETHEREUM),
                    new Lane("evm", 0, BASE),
                    new Lane("evm", 1, ETHEREUM),
                    new Lane("evm", 1, BASE));

    private static final long DISORDER_MS = 5_000;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final MarketServers servers;
    private final String name;
    private final KlineTable table;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaProducer<byte[], byte[]> retrying;

    /** All producers, which are closed with the market. */
    private final List<KafkaProducer<byte[], byte[]>> producers;

    /** The chains of each topic. */
    private final Map<String, String> topics;

    /** The number of trades of each chain that must be counted or excluded. */
    private final Map<String, Long> sent = new TreeMap<>();

    private final List<Lane> lanes = new ArrayList<>();
    private JobClient job;
    private long lastTrade;

    /** The trades of one chain in one partition of a topic. */
    record Lane(String topic, int partition, String chainId) {}

    Market(MarketServers servers, String name, List<Lane> lanes) {
        this.servers = servers;
        this.name = name;
        this.table = KlineTable.create(name);
        this.lanes.addAll(lanes);
        this.topics = new TreeMap<>();
        Map<String, Integer> partitions = new HashMap<>();
        for (Lane lane : lanes) {
            partitions.merge(lane.topic(), lane.partition() + 1, Math::max);
        }
        partitions.forEach(
                (topic, count) -> {
                    servers.kafka().createTopic(topic(topic), count);
                    topics.put(
                            topic,
                            lanes.stream()
                                    .filter(lane -> lane.topic().equals(topic))
                                    .map(Lane::chainId)
                                    .collect(Collectors.toCollection(TreeSet::new))
                                    .stream()
                                    .collect(Collectors.joining(",")));
                });
        servers.kafka().createTopic(excluded(), 1);
        this.producer = producer(Map.of());
        this.retrying = producer(Map.of());
        this.producers = new ArrayList<>(List.of(producer, retrying));
    }

    KlineTable table() {
        return table;
    }

    /**
     * Publishes a trade a second to each lane, in the order of their times.
     *
     * @param fromS the first second of the market
     * @param untilS the second after the last one
     */
    void trade(long fromS, long untilS, Predicate<Lane> which) {
        List<Lane> traded = lanes.stream().filter(which).toList();
        for (long second = fromS; second < untilS; second++) {
            for (Lane lane : traded) {
                send(producer, lane, START_S + second);
            }
            // the producer's batches of different partitions have no order among them
            producer.flush();
        }
        traded.forEach(lane -> sent.merge(lane.chainId(), untilS - fromS, Long::sum));
    }

    /** Publishes one trade, at any time in epoch seconds. */
    void tradeAt(Lane lane, long timeS) {
        send(producer, lane, timeS);
        producer.flush();
        sent.merge(lane.chainId(), 1L, Long::sum);
    }

    /** Publishes the latest trade again, byte for byte. */
    void repeatTrade(Lane lane, long timeS) {
        lastTrade--;
        tradeAt(lane, timeS);
    }

    /** Writes a trade of each lane in one transaction, which is left open. */
    OpenTransaction openTransaction(long second, List<Lane> written) {
        KafkaProducer<byte[], byte[]> transactional =
                producer(
                        Map.of(
                                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                                "upstream-" + name,
                                // the broker must not end it
                                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                                600_000));
        producers.add(transactional);
        transactional.initTransactions();
        transactional.beginTransaction();
        written.forEach(lane -> send(transactional, lane, START_S + second));
        transactional.flush();
        return new OpenTransaction(transactional, written);
    }

    /** A transaction of an upstream producer that hides all records after it. */
    final class OpenTransaction {

        private final KafkaProducer<byte[], byte[]> transactional;
        private final List<Lane> written;

        private OpenTransaction(KafkaProducer<byte[], byte[]> transactional, List<Lane> written) {
            this.transactional = transactional;
            this.written = written;
        }

        void commit() {
            transactional.commitTransaction();
            written.forEach(lane -> sent.merge(lane.chainId(), 1L, Long::sum));
        }

        void abort() {
            transactional.abortTransaction();
        }
    }

    /**
     * Starts to publish trades as {@link #trade} does, to a partition that may have no leader. The
     * producer retries until it has one.
     */
    void tradeOncePossible(long fromS, long untilS, Lane lane) {
        for (long second = fromS; second < untilS; second++) {
            send(retrying, lane, START_S + second);
        }
        sent.merge(lane.chainId(), untilS - fromS, Long::sum);
    }

    /** Adds a partition to the topic of a lane, and the lane to the market. */
    void addPartition(Lane lane) throws Exception {
        addPartition(lane, 1);
    }

    /** Adds a partition that only the given broker has. */
    void addPartition(Lane lane, int broker) throws Exception {
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", servers.kafka().bootstrapServers()))) {
            admin.createPartitions(
                            Map.of(
                                    topic(lane.topic()),
                                    NewPartitions.increaseTo(
                                            lane.partition() + 1, List.of(List.of(broker)))))
                    .all()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        lanes.add(lane);
    }

    /** Starts the job at the first record. */
    void start(String... options) throws Exception {
        start(Duration.ofMillis(100), null, options);
    }

    /** Starts the job at the first record; only {@link #checkpoint} takes checkpoints. */
    void startWithoutCheckpoints(String... options) throws Exception {
        start(Duration.ofDays(1), null, options);
    }

    /** Starts the job from a savepoint or checkpoint. */
    void resume(String savepoint, String... options) throws Exception {
        start(Duration.ofMillis(100), savepoint, options);
    }

    /** As {@link #resume}, but only {@link #checkpoint} takes checkpoints. */
    void resumeWithoutCheckpoints(String checkpoint, String... options) throws Exception {
        start(Duration.ofDays(1), checkpoint, options);
    }

    private void start(Duration checkpointInterval, String savepoint, String... options)
            throws Exception {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--kafka.bootstrap-servers=" + servers.kafka().bootstrapServers(),
                                "--kafka.group-id=" + name,
                                "--kafka.start-offset=first",
                                "--kafka.transactional-id-prefix=" + name,
                                "--ingest.topics="
                                        + topics.entrySet().stream()
                                                .map(
                                                        topic ->
                                                                topic(topic.getKey())
                                                                        + "="
                                                                        + topic.getValue())
                                                .collect(Collectors.joining(";")),
                                // whatever cannot be read, is so for longer than this
                                "--ingest.idle-timeout=300 ms",
                                "--excluded.topic=" + excluded(),
                                "--smart-money.enabled=false",
                                "--klines.live-interval=10 ms",
                                "--klines.intervals=1m"));
        for (String option : options) {
            String key = option.substring(0, option.indexOf('=') + 1);
            arguments.removeIf(argument -> argument.startsWith(key));
            arguments.add(option);
        }
        KlineJobSettings settings = KlineJobSettings.load(arguments.toArray(new String[0]));

        Configuration configuration = new Configuration();
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, checkpointInterval);
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                servers.folder().resolve("checkpoints-" + name).toUri().toString());
        configuration.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        configuration.set(PipelineOptions.AUTO_WATERMARK_INTERVAL, Duration.ofMillis(10));
        // only a failure that the test asks for may restart the job
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
        if (savepoint != null) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment env = KlineJob.environment();
        env.configure(configuration);
        env.setParallelism(2);
        Clock clock = Clock.systemUTC();
        KlinePipeline.define(
                env,
                KlineJob.pipeline(settings),
                Sources.kafka(settings, clock),
                new Sinks(
                        table.sink(),
                        JobSink.none(),
                        JobSink.none(),
                        JobSink.none(),
                        Sinks.production(settings, clock).excluded(),
                        JobSink.none()));
        job = env.executeAsync(name);
    }

    /** Takes a checkpoint and returns where it is. */
    String checkpoint() {
        return await("a checkpoint, which needs all tasks to run")
                .atMost(PATIENCE)
                .ignoreExceptionsMatching(
                        failure -> failure.getCause() instanceof CheckpointException)
                .until(
                        () -> servers.flink().triggerCheckpoint(job.getJobID()).get(),
                        Objects::nonNull);
    }

    /** Stops the job and returns where its savepoint is. */
    String stop() throws Exception {
        return job.stopWithSavepoint(
                        false,
                        servers.folder().resolve("savepoints").toUri().toString(),
                        SavepointFormatType.CANONICAL)
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Cancels the job, which leaves it at its latest checkpoint. */
    void cancel() throws Exception {
        job.cancel().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        await().atMost(PATIENCE).until(() -> job.getJobStatus().get().isTerminalState());
    }

    /** Waits until the table holds that many trades of a chain. */
    void awaitCounted(String chainId, long trades) {
        awaitWhileRunning(trades + " trades of chain " + chainId, () -> counted(chainId) >= trades);
    }

    /** Waits until all trades that were published so far and can be read are in the table. */
    void awaitCounted() {
        Map<String, Long> expected = new TreeMap<>(sent);
        awaitWhileRunning("all trades are counted", () -> counted().equals(expected));
    }

    /** Waits until the table has made the job fail. */
    void awaitFailure() {
        awaitWhileRunning("the job has failed", () -> table.failures() == 1);
    }

    /** Waits until the kline of a chain that holds a time, in epoch seconds, is closed. */
    void awaitClosedAt(String chainId, long timeS) {
        awaitWhileRunning(
                "the kline of chain " + chainId + " at " + timeS + " is closed",
                () ->
                        closed(chainId).stream()
                                .anyMatch(
                                        kline ->
                                                kline.openTimeMs() <= timeS * 1000
                                                        && timeS * 1000 < kline.closeTimeMs()));
    }

    /** Returns the closed klines of a chain. */
    List<Kline> closed(String chainId) {
        return table.klines(chainId).stream().filter(Kline::closed).toList();
    }

    /**
     * Waits until all klines of a chain are closed that end before the trades of a second of the
     * market close them.
     */
    void awaitClosed(String chainId, long second) {
        long closedUntilMs = (START_S + second) * 1000 - DISORDER_MS;
        awaitWhileRunning(
                "klines of chain " + chainId + " are closed",
                () -> {
                    List<Kline> ended =
                            table.klines(chainId).stream()
                                    .filter(kline -> kline.closeTimeMs() < closedUntilMs)
                                    .toList();
                    return !ended.isEmpty() && ended.stream().allMatch(Kline::closed);
                });
    }

    /**
     * Publishes trades of a second of the market until one of them is late; the others are counted.
     * That shows that the clock goes on. A closed kline does not, because the wall clock closes the
     * klines of a chain that is quiet for a moment.
     */
    void awaitLate(Lane lane, long second) {
        awaitWhileRunning(
                "a trade of chain " + lane.chainId() + " is late",
                () -> {
                    tradeAt(lane, START_S + second);
                    long each = sent.get(lane.chainId());
                    await().atMost(PATIENCE)
                            .until(
                                    () ->
                                            counted(lane.chainId())
                                                            + excluded("late", lane.chainId())
                                                    == each);
                    return excluded("late", lane.chainId()) > 0;
                });
    }

    /**
     * Publishes the latest trade again, and takes checkpoints until it is excluded. Everything else
     * that was excluded of its pair is in the topic then, too.
     */
    void awaitDuplicate(Lane lane, long timeS) {
        repeatTrade(lane, timeS);
        awaitWhileRunning(
                "a duplicate of chain " + lane.chainId() + " is excluded",
                () -> {
                    checkpoint();
                    return excluded("duplicate", lane.chainId()) > 0;
                });
    }

    private long excluded(String reason, String chainId) {
        return excludedTrades().getOrDefault(reason + " " + chainId, 0L);
    }

    /** Asserts that every trade that was published is counted, and that none is excluded. */
    void assertAllCounted() {
        assertAllCountedExcept(Map.of());
    }

    /**
     * Asserts that every trade that was published is counted, or excluded as told.
     *
     * @param expected the number of excluded trades by reason and chain, such as {@code late 56}
     */
    void assertAllCountedExcept(Map<String, Long> expected) {
        awaitWhileRunning(
                "every trade is counted or excluded",
                () -> sum(counted()) + sum(excludedTrades()) >= sum(sent));
        assertThat(excludedTrades()).as("excluded of %d trades", sum(sent)).isEqualTo(expected);
        assertThat(sum(counted()) + sum(expected)).isEqualTo(sum(sent));
    }

    /** Returns the number of trades of each chain in the table. */
    Map<String, Long> counted() {
        Map<String, Long> counted = new TreeMap<>();
        sent.keySet().forEach(chainId -> counted.put(chainId, counted(chainId)));
        return counted;
    }

    private long counted(String chainId) {
        return table.klines(chainId).stream().mapToLong(Kline::trades).sum();
    }

    /** Returns the number of excluded trades by reason and chain, such as {@code late 56}. */
    Map<String, Long> excludedTrades() {
        Map<String, Long> excluded = new TreeMap<>();
        for (String value : CommittedRecords.of(servers.kafka().bootstrapServers(), excluded())) {
            JsonNode entry = json(value);
            excluded.merge(
                    entry.path("reason").asText()
                            + " "
                            + entry.path("trade").path("chain_id").asText(),
                    1L,
                    Long::sum);
        }
        return excluded;
    }

    private static JsonNode json(String value) {
        try {
            return JSON.readTree(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("no JSON: " + value, e);
        }
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private void awaitWhileRunning(String what, Callable<Boolean> reached) {
        await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(
                        () -> {
                            assertThat(job.getJobStatus().get().isTerminalState()).isFalse();
                            return reached.call();
                        });
    }

    private void send(KafkaProducer<byte[], byte[]> through, Lane lane, long timeS) {
        through.send(
                new ProducerRecord<>(
                        topic(lane.topic()),
                        lane.partition(),
                        null,
                        trade(lane.chainId(), timeS, ++lastTrade)
                                .getBytes(StandardCharsets.UTF_8)));
    }

    private static String trade(String chainId, long timeS, long number) {
        return """
                [{"chain_id":"%1$s","pair_addr":"pair-of-%1$s","tx_hash":"0x%3$x",\
                "maker":"0x3fc91a3a","type":"buy","token_amount":"0.25","total_usd":"501",\
                "token_price_usd":"2004","block_num":%3$d,"block_time":%2$d}]"""
                .formatted(chainId, timeS, number);
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers.kafka().bootstrapServers());
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Returns the real name of a topic of this market. */
    String topic(String topic) {
        return topic + "-" + name;
    }

    private String excluded() {
        return "excluded-" + name;
    }

    @Override
    public void close() {
        if (job != null) {
            // a job that has ended refuses
            job.cancel()
                    .thenCompose(cancelled -> job.getJobExecutionResult())
                    .exceptionally(ended -> null)
                    .join();
        }
        producers.forEach(each -> each.close(Duration.ZERO));
        table.close();
    }
}
