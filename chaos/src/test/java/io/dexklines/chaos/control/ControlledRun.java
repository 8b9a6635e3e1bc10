package io.dexklines.chaos.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.chaos.verdict.Evidence;
import io.dexklines.job.KlineJob;
import io.dexklines.job.KlinePipeline;
import io.dexklines.job.Sinks;
import io.dexklines.job.Sources;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.relay.RelayServer;
import io.dexklines.relay.RelaySettings;
import io.dexklines.verifier.Cluster;
import io.dexklines.verifier.Scope;
import io.dexklines.verifier.Verdict;
import io.dexklines.verifier.Verification;
import io.dexklines.verifier.VerifyProgress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The production graph and a relay in this process, with topics of its own and empty tables on
 * shared servers, and the account of what was sent. Checkpoints are taken when the schedule says
 * so.
 */
@SuppressWarnings("try") // close() throws what Flink throws
final class ControlledRun implements AutoCloseable {

    static final String BSC = "56";
    static final String SOLANA = "100000";
    static final List<String> CHAINS = List.of(BSC, SOLANA);

    /** The block time of second 0, epoch seconds: 2026-01-05T12:00:00Z. */
    static final long NOON = 1_767_614_400;

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration SETTLE = Duration.ofSeconds(8);
    private static final int PARTITIONS = 2;
    private static final String WALLET = "0x00000000000000000000000000000000000000aa";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> TOPIC_OF =
            Map.of(BSC, "bsc-trades", SOLANA, "sol-trades");
    private static final String EXCLUDED = "trades-excluded";
    private static final String NOTIFICATIONS = "smart-money-notifications";
    private static final String HOST = "127.0.0.1:";
    private static final String PUBLISHER_TOKEN = "publisher of controlled runs";

    /** Replaces parts of the production graph. */
    interface Fault {

        default Sources sources(Sources production) {
            return FaultySource.in(production, FaultySource.Fault.NONE);
        }

        default Sinks sinks(Sinks production, ControlledRun run) {
            return production;
        }
    }

    private final ControlServers servers;
    private final int number;
    private final RelayServer relay;
    private final MiniCluster flink;
    private final Path config;
    private final KafkaProducer<String, String> producer;
    private final AtomicLong frames = new AtomicLong();
    private WebSocket client;
    private JobID jobId;

    private long entries;
    private final Set<String> distinct = new HashSet<>();
    private final Set<String> latePlaces = new HashSet<>();
    private long notifications;
    private final List<Evidence.Fault> faults = new ArrayList<>();

    /**
     * @param number the number of the run on these servers, which is in the names of its topics
     */
    ControlledRun(ControlServers servers, int number, Path folder, Fault fault) throws Exception {
        this.servers = servers;
        this.number = number;
        for (String topic : TOPIC_OF.values()) {
            servers.kafka().createTopic(own(topic), PARTITIONS);
        }
        for (String topic :
                List.of(
                        EXCLUDED,
                        "klines-refused",
                        "lists-refused",
                        "smart-money-wallets",
                        "smart-money-follows",
                        NOTIFICATIONS,
                        "smart-money-clusters")) {
            servers.kafka().createTopic(own(topic), 1);
        }
        servers.emptyTables();
        relay = RelayServer.start(RelaySettings.builder(PUBLISHER_TOKEN).port(0).build());
        Path token = Files.writeString(folder.resolve("token").toAbsolutePath(), PUBLISHER_TOKEN);
        producer =
                new KafkaProducer<>(
                        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer());
        listWallet();
        config =
                Files.write(
                        folder.resolve("klines.properties").toAbsolutePath(),
                        List.of(
                                "kafka.bootstrap-servers=" + bootstrapServers(),
                                "kafka.group-id=" + own("klines"),
                                "kafka.transactional-id-prefix=" + own("klines"),
                                "kafka.fetch-max-bytes=1 b",
                                "ingest.topics="
                                        + own(TOPIC_OF.get(BSC))
                                        + "=56;"
                                        + own(TOPIC_OF.get(SOLANA))
                                        + "=100000",
                                "ingest.idle-timeout=1 h",
                                "excluded.topic=" + own(EXCLUDED),
                                "klines.intervals=1m 5m",
                                "mysql.live-interval=100 ms",
                                "mysql.url=" + database().jdbcUrl(),
                                "mysql.username=" + database().job().user(),
                                "mysql.password=" + database().job().passwordReference(),
                                "mysql.refused-topic=" + own("klines-refused"),
                                "relay.urls=ws://" + HOST + relay.adminPort() + "/publish",
                                "relay.token=file:" + token,
                                "smart-money.wallets-topic=" + own("smart-money-wallets"),
                                "smart-money.follows-topic=" + own("smart-money-follows"),
                                "smart-money.notifications-topic=" + notificationsTopic(),
                                "smart-money.clusters-topic=" + own("smart-money-clusters"),
                                "smart-money.refused-topic=" + own("lists-refused")));
        flink = startFlink(folder);
        submit(fault);
        client =
                HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .buildAsync(
                                URI.create(
                                        "ws://"
                                                + HOST
                                                + relay.port()
                                                + "/ws/"
                                                + BSC
                                                + ":"
                                                + pair(BSC, 0)
                                                + "@kline_1m"),
                                new Counter())
                        .join();
    }

    /** Counts frames. */
    private final class Counter implements WebSocket.Listener {

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean isLast) {
            if (isLast) {
                frames.incrementAndGet();
            }
            socket.request(1);
            return null;
        }
    }

    private static MiniCluster startFlink(Path folder) throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(RestOptions.BIND_PORT, "0");
        // the verification asks for metrics, which the cluster otherwise gathers every 10 s
        configuration.set(MetricOptions.METRIC_FETCHER_UPDATE_INTERVAL, Duration.ofMillis(200));
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                folder.resolve("checkpoints").toUri().toString());
        MiniCluster flink =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(configuration)
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(1)
                                .withRandomPorts()
                                .build());
        flink.start();
        return flink;
    }

    private void submit(Fault fault) throws Exception {
        KlineJobSettings settings = KlineJobSettings.load("--config", config.toString());
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 100);
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(200));
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofHours(1));
        StreamExecutionEnvironment env = KlineJob.environment();
        env.configure(configuration);
        env.setParallelism(1);
        Clock clock = Clock.systemUTC();
        KlinePipeline.define(
                env,
                KlineJob.pipeline(settings),
                fault.sources(Sources.kafka(settings, clock)),
                fault.sinks(Sinks.production(settings, clock), this));
        JobGraph graph = env.getStreamGraph().getJobGraph();
        jobId = graph.getJobID();
        flink.submitJob(graph).get();
        await("the job runs")
                .atMost(PATIENCE)
                .until(() -> flink.getJobStatus(jobId).get() == JobStatus.RUNNING);
    }

    EmbeddedMariaDb database() {
        return servers.database();
    }

    String bootstrapServers() {
        return servers.kafka().bootstrapServers();
    }

    String notificationsTopic() {
        return own(NOTIFICATIONS);
    }

    /** Returns the name of what this run has alone, such as a topic. */
    private String own(String name) {
        return name + "-" + number;
    }

    private void listWallet() throws Exception {
        for (String chain : CHAINS) {
            String key = chain + ":" + wallet(chain);
            String fields =
                    "{\"chain_id\":\"%s\",\"address\":\"%s\"".formatted(chain, wallet(chain));
            producer.send(
                            new ProducerRecord<>(
                                    own("smart-money-wallets"),
                                    key,
                                    fields + ",\"label\":\"wise\"}"))
                    .get();
            producer.send(
                            new ProducerRecord<>(
                                    own("smart-money-follows"),
                                    key + ":ann",
                                    fields + ",\"user_id\":\"ann\",\"side\":\"any\"}"))
                    .get();
        }
    }

    private static String wallet(String chain) {
        return chain.equals(SOLANA) ? "Wa11et11111111111111111111111111111111111111" : WALLET;
    }

    static String pair(String chain, int number) {
        return chain.equals(SOLANA)
                ? "Pair" + number + "111111111111111111111111111111111111"
                : "0x%040x".formatted(number + 1);
    }

    /**
     * Sends one trade of each of three pairs for each second, each as a record of its own, to the
     * partitions in turn. The wallet makes those of one of the pairs.
     */
    void trade(String chain, long fromSecond, long toSecond) {
        for (long second = fromSecond; second < toSecond; second++) {
            for (int number = 0; number < 3; number++) {
                send(chain, (int) (second % PARTITIONS), second, number);
            }
        }
        producer.flush();
    }

    /** Sends one trade, or another copy of it. */
    void send(String chain, int partition, long second, int number) {
        send(producer, chain, partition, second, number);
    }

    /**
     * Sends one trade in a transaction, behind which nothing can be read in its partition.
     *
     * @return commits the transaction
     */
    Runnable sendInTransaction(String chain, int partition, long second, int number) {
        KafkaProducer<String, String> transactional =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrapServers(),
                                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                                own("upstream")),
                        new StringSerializer(),
                        new StringSerializer());
        transactional.initTransactions();
        transactional.beginTransaction();
        send(transactional, chain, partition, second, number);
        transactional.flush();
        return () -> {
            transactional.commitTransaction();
            transactional.close();
        };
    }

    private Future<RecordMetadata> send(
            KafkaProducer<String, String> sender,
            String chain,
            int partition,
            long second,
            int number) {
        String txHash = "0x%s%06d%02d".formatted(chain, second, number);
        boolean ofWallet = number == 2;
        String trade =
                ("[{\"chain_id\":\"%s\",\"pair_addr\":\"%s\",\"tx_hash\":\"%s\",\"maker\":\"%s\","
                                + "\"type\":\"%s\",\"token_amount\":2,\"base_token_amount\":1,"
                                + "\"total_usd\":%d,\"token_price_usd\":%d,\"block_num\":%d,"
                                + "\"block_time\":%d,\"transaction_index\":%d}]")
                        .formatted(
                                chain,
                                pair(chain, number % 3),
                                txHash,
                                ofWallet ? wallet(chain) : "0xb0b",
                                second % 3 == 0 ? "sell" : "buy",
                                10 + number,
                                1 + second % 7,
                                second,
                                NOON + second,
                                number);
        Future<RecordMetadata> sent =
                sender.send(new ProducerRecord<>(own(TOPIC_OF.get(chain)), partition, null, trade));
        entries++;
        if (distinct.add(txHash) && ofWallet) {
            notifications++;
        }
        return sent;
    }

    /** Sends a trade that is much older than those before it in its partition. */
    RecordMetadata sendLate(String chain, int partition, long second, int number) throws Exception {
        RecordMetadata sent = send(producer, chain, partition, second, number).get();
        latePlaces.add(Evidence.place(sent.topic(), sent.partition(), sent.offset(), 0));
        return sent;
    }

    /**
     * Makes the next attempt read a record only when it has closed the klines before a second,
     * which other partitions have to bring about.
     */
    void waitInReplay(RecordMetadata record, long second) {
        FaultySource.waitInReplay(
                record.topic(), record.partition(), record.offset(), (NOON + second) * 1_000);
    }

    /** Waits until all trades but the given number are in the klines of the database. */
    void awaitCounted(long except) {
        await("all trades are written")
                .atMost(PATIENCE)
                .until(
                        () ->
                                number("SELECT SUM(trades) FROM kline WHERE interval_code = '1m'")
                                        >= entries - except);
    }

    /** Waits until the klines of a minute are closed in the database. */
    void awaitClosed(String chain, long fromSecond) {
        await("the klines of the minute are closed")
                .atMost(PATIENCE)
                .until(
                        () ->
                                number(
                                                "SELECT COUNT(*) FROM kline WHERE closed AND"
                                                        + " interval_code = '1m' AND chain_id = '"
                                                        + chain
                                                        + "' AND open_time = "
                                                        + (NOON + fromSecond))
                                        == 3);
    }

    /** Waits until the topic of notifications holds as many records, committed or not. */
    void awaitUncommittedNotifications(long count) {
        await("notifications are sent")
                .atMost(PATIENCE)
                .until(() -> read(notificationsTopic(), "read_uncommitted").size() >= count);
    }

    /** Waits until a checkpoint is complete that begins now, or as soon as the job runs. */
    void checkpoint() {
        await("a checkpoint completes")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> flink.triggerCheckpoint(jobId, CheckpointType.CONFIGURED).get() > 0);
    }

    /** Ends the TaskManager in the middle of everything, and starts another one. */
    void killTaskManager() throws Exception {
        flink.terminateTaskManager(0).get();
        flink.startTaskManager();
        faults.add(
                new Evidence.Fault(
                        "kill", "taskmanager", 0, 0, true, "terminated", 0, frames.get(), false));
    }

    /** Runs the verification, while checkpoints are taken. */
    Evidence evidence() throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        Thread checkpoints =
                new Thread(
                        () -> {
                            while (!ended.get()) {
                                checkpoint();
                            }
                        });
        checkpoints.start();
        try {
            Verdict verified =
                    Verification.run(
                            Cluster.of(
                                    config,
                                    flink.getRestAddress().get().toString(),
                                    List.of("http://" + HOST + relay.adminPort()),
                                    Optional.of(jobId.toHexString())),
                            Scope.ALL,
                            SETTLE,
                            VerifyProgress.silent());
            return evidence(verified);
        } finally {
            ended.set(true);
            checkpoints.join();
        }
    }

    private Evidence evidence(Verdict verified) throws Exception {
        Map<String, String> reasons = new HashMap<>();
        for (String record : read(own(EXCLUDED), "read_committed")) {
            JsonNode excluded = JSON.readTree(record);
            reasons.put(
                    Evidence.place(
                            excluded.path("topic").asText(),
                            excluded.path("partition").asInt(),
                            excluded.path("offset").asLong(),
                            excluded.path("index").asInt()),
                    excluded.path("reason").asText());
        }
        Set<String> ids = new HashSet<>();
        long repeated = 0;
        List<String> notified = read(notificationsTopic(), "read_committed");
        for (String record : notified) {
            repeated += ids.add(JSON.readTree(record).path("id").asText()) ? 0 : 1;
        }
        return new Evidence(
                1,
                new Evidence.Input(
                        entries,
                        entries,
                        distinct.size(),
                        latePlaces.size(),
                        latePlaces,
                        Map.of(),
                        0,
                        0,
                        0),
                new Evidence.Verified(
                        verified.entries(),
                        verified.compared(),
                        verified.lost(),
                        verified.duplicated(),
                        verified.mismatched(),
                        verified.ledgerOffBy(),
                        verified.isGood(),
                        verified.lines()),
                new Evidence.Excluded(reasons),
                faults,
                List.of(),
                new Evidence.Job(faults.size(), 1, 0, Map.of()),
                new Evidence.Clients(frames.get(), List.of(), 0),
                new Evidence.Notifications(notifications, notified.size(), repeated),
                List.of());
    }

    private List<String> read(String topic, String isolation) {
        List<String> values = new ArrayList<>();
        TopicPartition partition = new TopicPartition(topic, 0);
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrapServers(),
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                isolation),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<String, String> record :
                        consumer.poll(Duration.ofMillis(100))) {
                    values.add(record.value());
                }
            }
        }
        return values;
    }

    void execute(String statement) throws SQLException {
        try (Connection connection = database().connect();
                Statement open = connection.createStatement()) {
            assertThat(open.executeUpdate(statement)).as(statement).isPositive();
        }
    }

    private long number(String query) throws SQLException {
        try (Connection connection = database().connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public void close() throws Exception {
        FaultySource.waitNowhere();
        if (client != null) {
            client.abort();
        }
        producer.close();
        flink.closeAsync().get();
        relay.close();
    }
}
