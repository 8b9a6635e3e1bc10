package io.dexklines.job.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.job.KlineJob;
import io.dexklines.job.KlinePipeline;
import io.dexklines.job.Sinks;
import io.dexklines.job.Sources;
import io.dexklines.job.config.KlineJobOptions;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.deployment.RepositoryFiles;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.stack.EmbeddedRelay;
import io.dexklines.local.stack.Ports;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the production graph on a cluster with the configuration of {@code flink-conf} and scrapes
 * it as Prometheus does. Every metric that dashboard, rules and documentation name must be there.
 */
class RegisteredMetricsITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int REPORTER_PORT = Ports.free();
    private static final int SUBTASKS = 2;
    private static final String OPERATOR = "flink_taskmanager_job_task_operator_";

    private static final String TOPIC = "bsc-trades";
    private static final int INTERVALS =
            KlineJobOptions.KLINES_INTERVALS.defaultValue().split(" ").length;
    private static final long NOW = Instant.now().getEpochSecond();

    /** One trade that is counted and four entries that are excluded, each for another reason. */
    private static final String RECORD =
            "["
                    + String.join(
                            ",",
                            trade("56", "buy", NOW),
                            trade("56", "add_position", NOW),
                            trade("1", "buy", NOW),
                            trade("56", "buy", NOW * 1000),
                            "7")
                    + "]";

    @TempDir private static Path folder;

    @RegisterExtension
    private static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    () ->
                            new MiniClusterResourceConfiguration.Builder()
                                    .setConfiguration(configuration())
                                    .setNumberTaskManagers(1)
                                    .setNumberSlotsPerTaskManager(SUBTASKS)
                                    .build());

    private static EmbeddedKafka kafka;
    private static EmbeddedRelay relay;
    private static JobClient job;

    /** A producer whose transaction on partition 1 stays open, which holds the clock. */
    private static KafkaProducer<byte[], byte[]> hung;

    private static Configuration configuration() {
        Configuration configuration =
                GlobalConfiguration.loadConfiguration(
                        RepositoryFiles.root().resolve("flink-conf").toString());
        configuration.setString("metrics.reporter.prom.port", Integer.toString(REPORTER_PORT));
        return configuration;
    }

    @BeforeEach
    void startTheJobOnce() throws Exception {
        if (job == null) {
            kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
            relay = EmbeddedRelay.start(folder.resolve("relay"), 0);
            for (String topic :
                    List.of(
                            "trades-excluded",
                            "klines-refused",
                            "smart-money-wallets",
                            "smart-money-follows",
                            "smart-money-notifications",
                            "smart-money-clusters")) {
                kafka.createTopic(topic, 1);
            }
            kafka.createTopic(TOPIC, 2);
            hung = openTransaction();
            job = start();
            publish("garbage");
            publish(RECORD);
            publish(RECORD);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        job.cancel().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        hung.close();
        relay.close();
        kafka.close();
    }

    @Test
    void metricsHaveTheExpectedValues() {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> {
                            ScrapedMetrics now = scrapeFlink();
                            assertThat(now.sum(OPERATOR + "topic_tradesDecoded", "topic", TOPIC))
                                    .isEqualTo(2);
                            assertThat(now.sumsBy(OPERATOR + "reason_tradesExcluded", "reason"))
                                    .isEqualTo(
                                            Map.of(
                                                    "malformed", 1.0,
                                                    "unsupported_type", 2.0,
                                                    "invalid", 2.0,
                                                    "unknown_chain", 2.0,
                                                    "future", 2.0,
                                                    "duplicate", 1.0,
                                                    "late", 0.0));
                            assertThat(now.sum(OPERATOR + "tradesCounted")).isEqualTo(1);
                            assertThat(now.sumsBy(OPERATOR + "chain_clockLagMs", "chain"))
                                    .isEqualTo(Map.of("56", -1.0));
                            assertThat(
                                            now.sumsBy(
                                                    JobMetrics.ENUMERATOR
                                                            + "chain_topic_partition_reason_heldBy",
                                                    "reason"))
                                    .containsEntry("open_transaction", 1.0);
                            assertThat(now.sumsBy(OPERATOR + "kind_klinesOut", "kind"))
                                    .isEqualTo(Map.of("open", (double) INTERVALS, "closed", 0.0));
                            assertThat(now.sum(OPERATOR + "klineLatencyMs_count")).isEqualTo(1);
                            assertThat(now.sum(OPERATOR + "relayKlinesSent")).isEqualTo(INTERVALS);
                            assertThat(now.sum(OPERATOR + "relayTradesSent")).isEqualTo(1);
                            assertThat(now.sum(OPERATOR + "mysqlDownSeconds")).isPositive();
                            assertThat(now.sum(OPERATOR + "mysqlRetries")).isPositive();
                            assertThat(now.sum(OPERATOR + "redisDownSeconds")).isPositive();
                        });
    }

    @Test
    void everyMetricOfTheCodeIsExported() {
        assertThat(everything().missing(JobMetrics.prometheusNames())).isEmpty();
    }

    @Test
    void everyMetricInRulesAndDashboardIsExported() {
        ScrapedMetrics scraped = everything();
        for (String expression : MonitoringTextsTest.everyExpression()) {
            Set<String> asked = MonitoringTexts.metricsOf(expression);
            asked.removeAll(JobMetrics.OF_PROMETHEUS);
            assertThat(scraped.missing(asked)).as(expression).isEmpty();
            MonitoringTexts.selectorsOf(expression)
                    .forEach(
                            (metric, label) ->
                                    assertThat(
                                                    JobMetrics.OF_PROMETHEUS.contains(metric)
                                                            || scraped.has(metric, label))
                                            .as(expression)
                                            .isTrue());
        }
    }

    @Test
    void everyDocumentedMetricIsExportedAndEveryRelayMetricIsDocumented() {
        assertThat(everything().missing(MonitoringTexts.explained())).isEmpty();
        assertThat(MonitoringTexts.explained()).containsAll(scrapeRelay().names());
    }

    @Test
    void anUnknownMetricIsReportedAsMissing() {
        ScrapedMetrics scraped = everything();

        assertThat(
                        scraped.missing(
                                Set.of(OPERATOR + "mysqlDownMinutes", OPERATOR + "mysqlRetries")))
                .containsExactly(OPERATOR + "mysqlDownMinutes");
        assertThat(scraped.has(OPERATOR + "reason_tradesExcluded", "reason=\"late\"")).isTrue();
        assertThat(scraped.has(OPERATOR + "reason_tradesExcluded", "reason=\"later\"")).isFalse();
    }

    /** Scrapes job and relay after the first record, with which operators register some metrics. */
    private static ScrapedMetrics everything() {
        await().atMost(PATIENCE)
                .until(() -> scrapeFlink().sum(OPERATOR + "klineLatencyMs_count") > 0);
        return scrapeFlink().and(scrapeRelay());
    }

    private static ScrapedMetrics scrapeFlink() {
        return ScrapedMetrics.of("http://" + Ports.HOST + ":" + REPORTER_PORT + "/metrics");
    }

    private static ScrapedMetrics scrapeRelay() {
        return ScrapedMetrics.of(relay.adminUrl() + "/metrics");
    }

    private static JobClient start() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "none");
        KlineJobSettings settings =
                KlineJobSettings.load(
                        "--kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                        "--kafka.start-offset=first",
                        "--ingest.topics=" + TOPIC + "=56",
                        // unreachable: nothing listens on this port
                        "--mysql.url=jdbc:mysql://127.0.0.1:" + Ports.free() + "/klines",
                        "--mysql.username=klines",
                        "--mysql.password=file:" + password,
                        "--redis.uri=redis://127.0.0.1:" + Ports.free(),
                        "--relay.urls=" + relay.publishUrl(),
                        "--relay.token=file:" + relay.tokenFile(),
                        "--relay.tape-trades=20",
                        "--check.relay-urls=" + relay.url());
        Configuration checkpoints = new Configuration();
        checkpoints.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                folder.resolve("checkpoints").toUri().toString());
        StreamExecutionEnvironment env = KlineJob.environment();
        env.configure(checkpoints);
        env.setParallelism(SUBTASKS);
        Clock clock = Clock.systemUTC();
        KlinePipeline.define(
                env,
                KlineJob.pipeline(settings),
                Sources.kafka(settings, clock),
                Sinks.production(settings, clock));
        return env.executeAsync(KlineJob.NAME);
    }

    private static KafkaProducer<byte[], byte[]> openTransaction() throws Exception {
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                kafka.bootstrapServers(),
                                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                                "hung",
                                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                                Math.toIntExact(PATIENCE.multipliedBy(2).toMillis())),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(TOPIC, 1, null, RECORD.getBytes(StandardCharsets.UTF_8)))
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return producer;
    }

    private static void publish(String value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            producer.send(new ProducerRecord<>(TOPIC, 0, null, bytes))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static String trade(String chain, String type, long blockTime) {
        return """
               {"chain_id":"%s","pair_addr":"0xab","tx_hash":"0x1","maker":"0xa","type":"%s","token_amount":"1",\
               "base_token_amount":"2","total_usd":"3","token_price_usd":"3","block_num":1,"block_time":%d}"""
                .formatted(chain, type, blockTime);
    }
}
