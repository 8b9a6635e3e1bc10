package io.dexklines.job.source.trades;

import static io.dexklines.job.source.trades.ValidTrade.BLOCK_TIME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.job.KlineJob;
import io.dexklines.job.Sources;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.operator.kline.ChainWatermarks;
import io.dexklines.trade.PairSwaps;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Map.Entry;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.watermark.LongWatermark;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.event.WatermarkEvent;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The source of trades on a real broker, with two subtasks and an operator of two behind it. What
 * is tested is what the operator receives as the clock of the chain.
 */
class ChainClocksITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String TOPIC = "bsc-trades";
    private static final String CLOCK = ChainWatermarks.clock("56").getIdentifier();
    private static final String CLOSING = ChainWatermarks.closing("56").getIdentifier();
    private static final int SUBTASKS = 2;

    private static final InMemoryReporter METRICS = InMemoryReporter.create();

    @RegisterExtension
    private static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    () ->
                            new MiniClusterResourceConfiguration.Builder()
                                    .setConfiguration(
                                            METRICS.addToConfiguration(new Configuration()))
                                    .setNumberTaskManagers(1)
                                    .setNumberSlotsPerTaskManager(SUBTASKS)
                                    .build());

    @TempDir private static Path folder;

    private static EmbeddedKafka kafka;

    /** What each subtask of the operator received last, by the identifier of the watermark. */
    private static final Map<String, Map<Integer, Long>> RECEIVED = new ConcurrentHashMap<>();

    private static final AtomicBoolean FAIL = new AtomicBoolean();

    @BeforeAll
    static void startTheBroker() {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
    }

    @AfterAll
    static void stopTheBroker() {
        kafka.close();
    }

    @Test
    void onlyWhatMayStillBeReadHoldsTheClock() throws Exception {
        kafka.createTopic(TOPIC, 3);
        try (KafkaProducer<byte[], byte[]> plain = producer(Map.of());
                KafkaProducer<byte[], byte[]> transactional =
                        producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "producer"))) {
            transactional.initTransactions();
            send(plain, 0, BLOCK_TIME);
            // partition 1 ends with an aborted transaction, and partition 2 is empty
            transactional.beginTransaction();
            send(transactional, 1, BLOCK_TIME - 3_600);
            transactional.abortTransaction();
            JobClient job = start();

            await().atMost(PATIENCE).until(() -> everySubtaskHas(CLOCK, BLOCK_TIME));

            // an open transaction hides an older trade
            transactional.beginTransaction();
            send(transactional, 1, BLOCK_TIME + 1);
            send(plain, 0, BLOCK_TIME + 60);
            await().atMost(PATIENCE).until(() -> heldBy(1, "open_transaction") == 1);
            assertThat(everySubtaskHas(CLOCK, BLOCK_TIME)).isTrue();

            transactional.commitTransaction();
            await().atMost(PATIENCE).until(() -> everySubtaskHas(CLOCK, BLOCK_TIME + 60));
            assertThat(heldBy(1, "open_transaction")).isZero();

            // the chain is quiet: its klines are closed by the wall clock, and none becomes late
            await().atMost(PATIENCE)
                    .until(() -> leastReceived(CLOSING) > (BLOCK_TIME + 3_600) * 1000);
            assertThat(everySubtaskHas(CLOCK, BLOCK_TIME + 60)).isTrue();

            // after a failure, the readers begin anew, and so do the clocks
            RECEIVED.clear();
            FAIL.set(true);
            send(plain, 2, BLOCK_TIME + 120);
            await().atMost(PATIENCE).until(() -> everySubtaskHas(CLOCK, BLOCK_TIME + 120));
            assertThat(FAIL).isFalse();
            job.cancel().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** Returns whether the clock of every subtask is the given time less the bounded disorder. */
    private static boolean everySubtaskHas(String identifier, long blockTime) {
        Map<Integer, Long> expected = new HashMap<>();
        for (int subtask = 0; subtask < SUBTASKS; subtask++) {
            expected.put(subtask, blockTime * 1000 - 5_001);
        }
        return expected.equals(RECEIVED.get(identifier));
    }

    private static long leastReceived(String identifier) {
        Map<Integer, Long> received = RECEIVED.getOrDefault(identifier, Map.of());
        return received.size() < SUBTASKS
                ? Long.MIN_VALUE
                : received.values().stream().mapToLong(Long::longValue).min().orElseThrow();
    }

    /** Returns the value of the gauge; -1 if it is not registered. */
    private static int heldBy(int partition, String reason) {
        for (Entry<MetricGroup, Map<String, Metric>> group :
                METRICS.getMetricsByGroup().entrySet()) {
            Metric heldBy = group.getValue().get(ClockMetric.HELD_BY.metricName());
            Map<String, String> labels = group.getKey().getAllVariables();
            if (heldBy != null
                    && Integer.toString(partition).equals(labels.get("<partition>"))
                    && reason.equals(labels.get("<reason>"))) {
                return (Integer) ((Gauge<?>) heldBy).getValue();
            }
        }
        return -1;
    }

    private static JobClient start() throws Exception {
        KlineJobSettings settings =
                KlineJobSettings.load(
                        "--kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                        "--ingest.topics=" + TOPIC + "=56",
                        "--ingest.idle-timeout=2 s",
                        "--smart-money.enabled=false");
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
        StreamExecutionEnvironment env = KlineJob.environment();
        env.configure(configuration);
        env.setParallelism(SUBTASKS);
        TradeIngest.attach(env, Sources.trades(settings, Clock.systemUTC()), SUBTASKS)
                .swaps()
                .keyBy(swaps -> swaps.topic())
                .transform("Clocks", Types.LONG, new Clocks())
                .uid("clocks")
                .sinkTo(new DiscardingSink<>())
                .uid("discarded");
        return env.executeAsync();
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, int partition, long blockTime)
            throws Exception {
        byte[] record = ValidTrade.utf8("[" + ValidTrade.tradeAt(blockTime) + "]");
        producer.send(new ProducerRecord<>(TOPIC, partition, null, record))
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
        return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Notes the watermarks that arrive, and fails when it is told to. */
    private static final class Clocks extends AbstractStreamOperator<Long>
            implements OneInputStreamOperator<PairSwaps, Long> {

        private static final long serialVersionUID = 1L;

        @Override
        public void processElement(StreamRecord<PairSwaps> swaps) {
            if (FAIL.compareAndSet(true, false)) {
                throw new IllegalStateException("a failure that the test asked for");
            }
        }

        @Override
        public void processWatermark(WatermarkEvent event) throws Exception {
            LongWatermark watermark = (LongWatermark) event.getWatermark();
            RECEIVED.computeIfAbsent(watermark.getIdentifier(), id -> new ConcurrentHashMap<>())
                    .put(
                            getRuntimeContext().getTaskInfo().getIndexOfThisSubtask(),
                            watermark.getValue());
            super.processWatermark(event);
        }
    }
}
