package io.dexklines.job.source.trades;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dexklines.job.KlineJob;
import io.dexklines.job.KlinePipeline;
import io.dexklines.job.Sinks;
import io.dexklines.job.Sources;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.sink.JobSink;
import io.dexklines.job.sink.Results;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.trade.ExcludedTrade;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.CommonTestUtils;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job that does not read its topic from the first trade on computes no kline of which it has
 * missed trades.
 */
class StartInHistoryITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int SUBTASKS = 2;
    private static final long NOON = 1_704_456_000L;

    @RegisterExtension
    private static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(SUBTASKS)
                            .build());

    @TempDir private static Path folder;

    private static EmbeddedKafka kafka;

    /** The emitted klines, by interval and open time, with their number of trades. */
    private static final Map<String, Integer> KLINES = new ConcurrentSkipListMap<>();

    /** The reason and detail of each excluded trade. */
    private static final Set<String> EXCLUDED = new ConcurrentSkipListSet<>();

    @BeforeAll
    static void startTheBroker() {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
    }

    @AfterAll
    static void stopTheBroker() {
        kafka.close();
    }

    /** The job that was started last; its slots are needed by the next one. */
    private static JobClient running;

    @BeforeEach
    void forget() {
        KLINES.clear();
        EXCLUDED.clear();
    }

    @AfterEach
    void cancel() throws Exception {
        if (!running.getJobStatus().get().isGloballyTerminalState()) {
            running.cancel().get(30, TimeUnit.SECONDS);
            await().atMost(PATIENCE)
                    .until(() -> running.getJobStatus().get().isGloballyTerminalState());
        }
    }

    @Test
    void aStartAtTheFirstRecordOfACompleteTopicCountsEverything() throws Exception {
        createTopic("complete");
        publish("complete", NOON + 10, NOON + 30, NOON + 90, NOON + 3_600);

        start("complete", "first", null);
        await().atMost(PATIENCE).until(() -> KLINES.containsKey(kline("1h", NOON + 3_600)));

        assertThat(KLINES)
                .isEqualTo(
                        Map.of(
                                kline("1m", NOON), 2,
                                kline("1m", NOON + 60), 1,
                                kline("1h", NOON), 3,
                                kline("1m", NOON + 3_600), 1,
                                kline("1h", NOON + 3_600), 1));
        assertThat(EXCLUDED).isEmpty();
    }

    @Test
    void klinesBeginAfterWhatRetentionHasRemoved() throws Exception {
        createTopic("removed");
        // the first record is in another segment than the others, which are of another week
        publish("removed", NOON - 8 * 86_400, NOON + 30, NOON + 90, NOON + 120, NOON + 3_600);
        deleteBefore("removed", 1);

        for (String startOffset : List.of("first", "committed", "2024-01-05T11:00:00Z")) {
            forget();
            start("removed", startOffset, null);
            await().atMost(PATIENCE).until(() -> KLINES.containsKey(kline("1h", NOON + 3_600)));

            // the record that was removed may have held trades up to a minute after the next one
            assertThat(KLINES)
                    .as(startOffset)
                    .isEqualTo(
                            Map.of(
                                    kline("1m", NOON + 120), 1,
                                    kline("1m", NOON + 3_600), 1,
                                    kline("1h", NOON + 3_600), 1));
            assertThat(EXCLUDED).containsExactly(lateBefore((NOON + 120) * 1000));
            cancel();
        }
    }

    @Test
    void aStartAtTheLastRecordBeginsWithTheNextKlines() throws Exception {
        createTopic("last");
        long now = NOON + 30;
        publish("last", now);

        start("last", "last", null, Clock.fixed(Instant.ofEpochSecond(now), ZoneOffset.UTC));
        // the record of the last minute is read, because it might hold a trade of the next one
        await().atMost(PATIENCE).until(() -> !EXCLUDED.isEmpty());
        String detail = EXCLUDED.iterator().next();
        long begin = Long.parseLong(detail.replaceAll("[^0-9]", "")) / 1000;
        assertThat(begin).isEqualTo(NOON + 60);
        // the last second of the minute under way, and the first of the next one
        publish("last", begin - 1, begin);
        await().atMost(PATIENCE).until(() -> !KLINES.isEmpty());

        assertThat(KLINES).isEqualTo(Map.of(kline("1m", begin), 1));
        assertThat(EXCLUDED).containsExactly(lateBefore(begin * 1000));
    }

    @Test
    void aJobWhoseUnreadTradesAreGoneFailsForGoodAndSaysWhatToDo(
            @InjectMiniCluster MiniCluster flink) throws Exception {
        createTopic("gone");
        publish("gone", NOON);
        JobClient first = start("gone", "first", null);
        await().atMost(PATIENCE).until(() -> KLINES.containsKey(kline("1h", NOON)));
        CommonTestUtils.waitForAllTaskRunning(flink, first.getJobID(), false);
        String savepoint =
                first.stopWithSavepoint(
                                false,
                                folder.resolve("savepoints").toUri().toString(),
                                SavepointFormatType.CANONICAL)
                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        publish("gone", NOON + 1, NOON + 2);
        deleteBefore("gone", 2);
        forget();

        JobClient resumed = start("gone", "first", savepoint);

        assertThatThrownBy(
                        () ->
                                resumed.getJobExecutionResult()
                                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .hasStackTraceContaining("unread trades are gone: ")
                .hasStackTraceContaining("{gone-0=1}")
                .hasStackTraceContaining("kafka.start-offset=first");
        assertThat(resumed.getJobStatus().get()).isEqualTo(JobStatus.FAILED);
        assertThat(KLINES).isEmpty();
    }

    private static String kline(String interval, long openTime) {
        return interval + "@" + openTime;
    }

    private static String lateBefore(long timeMs) {
        return "late: the job's klines begin at " + timeMs + " ms";
    }

    private static void createTopic(String topic) {
        // the times of the records are made, and must not make them old
        kafka.createTopics(
                List.of(new NewTopic(topic, 1, (short) 1).configs(Map.of("retention.ms", "-1"))));
    }

    /** Writes each trade as a record of its own time. */
    private static void publish(String topic, long... blockTimes) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            for (long blockTime : blockTimes) {
                String trade =
                        ValidTrade.tradeAt(blockTime)
                                .replace("0x0bb5e0dc", "0x" + Long.toHexString(blockTime));
                producer.send(
                                new ProducerRecord<>(
                                        topic,
                                        0,
                                        blockTime * 1000,
                                        null,
                                        ValidTrade.utf8("[" + trade + "]")))
                        .get(30, TimeUnit.SECONDS);
            }
        }
    }

    /** Removes records as retention does. */
    private static void deleteBefore(String topic, long offset) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.deleteRecords(
                            Map.of(
                                    new TopicPartition(topic, 0),
                                    RecordsToDelete.beforeOffset(offset)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    /**
     * @param savepoint to resume from; null for none
     */
    private static JobClient start(String topic, String startOffset, String savepoint)
            throws Exception {
        return start(topic, startOffset, savepoint, Clock.systemUTC());
    }

    private static JobClient start(String topic, String startOffset, String savepoint, Clock clock)
            throws Exception {
        KlineJobSettings settings =
                KlineJobSettings.load(
                        "--kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                        "--kafka.group-id=klines-" + topic,
                        "--kafka.start-offset=" + startOffset,
                        "--ingest.topics=" + topic + "=56",
                        "--klines.intervals=1m 1h",
                        "--smart-money.enabled=false");
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        if (savepoint != null) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment env = KlineJob.environment();
        env.configure(configuration);
        env.setParallelism(SUBTASKS);
        KlinePipeline.define(
                env,
                KlineJob.pipeline(settings),
                Sources.kafka(settings, clock),
                new Sinks(
                        StartInHistoryITCase::noteKlines,
                        JobSink.none(),
                        JobSink.none(),
                        JobSink.none(),
                        StartInHistoryITCase::noteExcluded,
                        JobSink.none()));
        running = env.executeAsync();
        return running;
    }

    private static void noteKlines(Results results) {
        results.klines()
                .map(StartInHistoryITCase::note)
                .returns(Types.INT)
                .uid("klines-noted")
                .sinkTo(new DiscardingSink<>())
                .uid("klines-discarded");
    }

    private static int note(KlineUpdates updates) {
        for (Kline kline : updates.klines()) {
            KLINES.merge(
                    kline(kline.interval().code(), kline.openTimeMs() / 1000),
                    (int) kline.trades(),
                    Math::max);
        }
        return 0;
    }

    private static void noteExcluded(Results results) {
        results.excluded()
                .map(StartInHistoryITCase::note)
                .returns(Types.INT)
                .uid("excluded-noted")
                .sinkTo(new DiscardingSink<>())
                .uid("excluded-discarded");
    }

    private static int note(ExcludedTrade trade) {
        EXCLUDED.add(trade.reason().text() + ": " + trade.detail());
        return 0;
    }
}
