package io.dexklines.job.source.trades;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dexklines.job.KlineJob;
import io.dexklines.job.KlinePipeline;
import io.dexklines.job.Sinks;
import io.dexklines.job.Sources;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.exactness.KlineTable;
import io.dexklines.job.sink.JobSink;
import io.dexklines.local.stack.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job that was cancelled is run again without its state. Its klines under way would overwrite
 * complete rows, so it must not start and no row may change; with its state, or from the first
 * record, it must.
 */
class UnsafeStartITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String TOPIC = "bsc-trades";
    private static final String GROUP = "klines";
    private static final String TRADE = ValidTrade.tradeAt(ValidTrade.BLOCK_TIME);

    @RegisterExtension
    private static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(1)
                            .build());

    @TempDir private static Path folder;

    private static EmbeddedKafka kafka;
    private static KlineTable table;

    @BeforeAll
    static void startTheBroker() {
        table = KlineTable.create("unsafe-start");
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        kafka.createTopics(List.of(new NewTopic(TOPIC, 2, (short) 1)));
    }

    @AfterAll
    static void stopTheBroker() {
        kafka.close();
        table.close();
    }

    @Test
    void aCancelledJobResumesFromItsStateOrFromTheFirstRecordAndElseIsRefusedForGood()
            throws Exception {
        publish(TRADE);
        JobClient first = start("committed", null);
        await("the first checkpoint commits the offsets").atMost(PATIENCE).until(this::isCommitted);
        await().atMost(PATIENCE).until(() -> table.trades("1d") == 1);
        String savepoint =
                first.stopWithSavepoint(
                                false,
                                folder.resolve("savepoints").toUri().toString(),
                                SavepointFormatType.CANONICAL)
                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        Map<String, String> written = table.rows();
        // alone, it makes rows of one trade that a table without versions would take
        publish(TRADE.replace("0x0bb5e0dc", "0xanother"));
        int updates = table.updates();

        // the restart strategy would try for ever: only a refusal for good ends the job
        JobClient refused = start("committed", null);
        assertThatThrownBy(
                        () ->
                                refused.getJobExecutionResult()
                                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .hasStackTraceContaining("unsafe start refused: ")
                .hasStackTraceContaining(
                        "the consumer group klines has committed offsets (bsc-trades-0@1")
                .hasStackTraceContaining("flink run -s");
        assertThat(refused.getJobStatus().get()).isEqualTo(JobStatus.FAILED);
        assertThat(table.updates()).isEqualTo(updates);
        assertThat(table.rows()).isEqualTo(written);

        runs(start("committed", savepoint));
        assertThat(table.trades("1d")).isEqualTo(2);
        runs(start("first", null));
        assertThat(table.trades("1d")).isEqualTo(2);
    }

    private static void runs(JobClient job) throws Exception {
        try {
            int updates = table.updates();
            await().atMost(PATIENCE).until(() -> table.updates() > updates);
            await("a savepoint, which needs every task and the enumerator")
                    .atMost(PATIENCE)
                    .until(() -> isSavepointTaken(job));
        } finally {
            job.cancel().get(30, TimeUnit.SECONDS);
        }
    }

    private static boolean isSavepointTaken(JobClient job) throws Exception {
        assertThat(job.getJobStatus().get().isTerminalState()).isFalse();
        try {
            job.triggerSavepoint(
                            folder.resolve("savepoints").toUri().toString(),
                            SavepointFormatType.CANONICAL)
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException e) {
            // not all tasks run yet
            return false;
        }
    }

    private boolean isCommitted() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            return admin.listConsumerGroupOffsets(GROUP)
                    .partitionsToOffsetAndMetadata()
                    .get(30, TimeUnit.SECONDS)
                    .containsKey(new TopicPartition(TOPIC, 0));
        }
    }

    private static void publish(String trade) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(TOPIC, 0, null, ValidTrade.utf8("[" + trade + "]")))
                    .get(30, TimeUnit.SECONDS);
        }
    }

    /**
     * @param savepoint to resume from; null for none
     */
    private static JobClient start(String startOffset, String savepoint) throws Exception {
        KlineJobSettings settings =
                KlineJobSettings.load(
                        "--kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                        "--kafka.group-id=" + GROUP,
                        "--kafka.start-offset=" + startOffset,
                        "--ingest.topics=" + TOPIC + "=56",
                        "--smart-money.enabled=false");
        Configuration configuration = new Configuration();
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(100));
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        if (savepoint != null) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment env = KlineJob.environment();
        env.configure(configuration);
        env.setParallelism(1);
        KlinePipeline.define(
                env,
                KlineJob.pipeline(settings),
                Sources.kafka(settings, Clock.systemUTC()),
                new Sinks(
                        table.sink(),
                        JobSink.none(),
                        JobSink.none(),
                        JobSink.none(),
                        results ->
                                results.excluded().sinkTo(new DiscardingSink<>()).uid("excluded"),
                        JobSink.none()));
        return env.executeAsync();
    }
}
