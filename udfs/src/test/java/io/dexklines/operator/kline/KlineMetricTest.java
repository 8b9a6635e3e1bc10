package io.dexklines.operator.kline;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.kline.Interval;
import io.dexklines.kline.KlineRules;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.kline.SwapBuilder;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairSwaps;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.JobID;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.clusterframework.types.ResourceID;
import org.apache.flink.runtime.event.WatermarkEvent;
import org.apache.flink.runtime.executiongraph.ExecutionGraphTestUtils;
import org.apache.flink.runtime.metrics.groups.AbstractMetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskManagerMetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks the metrics of the kline operator. */
class KlineMetricTest {

    private static final long NOON = 1_772_193_600L;
    private static final long NOON_MS = NOON * 1000;
    private static final long LIVE_MS = 500;

    private static final Pair PAIR = new Pair("56", "0xab");

    private static final KlineRules RULES =
            KlineRules.of(List.of(Interval.ONE_MINUTE, Interval.FIVE_MINUTES), 60_000);

    /**
     * The registered metrics by name. A prefix of variables distinguishes metrics of the same name.
     */
    private final Map<String, Metric> metrics = new TreeMap<>();

    private KeyedOneInputStreamOperatorTestHarness<Pair, PairSwaps, KlineUpdates> operator;

    @BeforeEach
    void starts() throws Exception {
        operator =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new KlineOperator(RULES, LIVE_MS, 0),
                        PairSwaps::pair,
                        CodecTypeInfo.PAIR,
                        new MockEnvironmentBuilder()
                                .setManagedMemorySize(3 * 1024 * 1024)
                                .setMaxParallelism(16)
                                .setMetricGroup(rememberingGroup())
                                .build());
        operator.setup(CodecTypeInfo.KLINE_UPDATES.createSerializer(null));
        operator.setProcessingTime(NOON_MS);
        operator.open();
    }

    @AfterEach
    void stops() throws Exception {
        operator.close();
    }

    @Test
    void everyTradeAndEveryKlineIsCounted() throws Exception {
        publishedAt(NOON_MS, SwapBuilder.at(NOON), SwapBuilder.at(NOON + 61));
        operator.setProcessingTime(NOON_MS + LIVE_MS);
        operator.processWatermark(new Watermark(NOON_MS + 10 * 60_000));
        publishedAt(NOON_MS, SwapBuilder.at(NOON + 1));

        assertThat(count("tradesCounted")).isEqualTo(2);
        assertThat(count("reason=late tradesExcluded")).isEqualTo(1);
        assertThat(count("reason=duplicate tradesExcluded")).isZero();
        assertThat(count("kind=open klinesOut")).isEqualTo(3);
        assertThat(count("kind=closed klinesOut")).isEqualTo(3);
    }

    @Test
    void aRedeliveredTradeIsADuplicate() throws Exception {
        PairSwaps batch = batch(SwapBuilder.at(NOON));
        operator.processElement(new StreamRecord<>(batch));
        operator.processElement(new StreamRecord<>(batch));

        assertThat(count("tradesCounted")).isEqualTo(1);
        assertThat(count("reason=duplicate tradesExcluded")).isEqualTo(1);
    }

    @Test
    void theLagOfAChainsClockIsTheDistanceToTheWallClock() throws Exception {
        assertThat(metrics).doesNotContainKeys("chain=56 clockLagMs", "chain=100000 clockLagMs");
        operator.processElement(new StreamRecord<>(batch(SwapBuilder.at(NOON))));
        assertThat(clockLagMs("56")).isEqualTo(-1);

        clock("56", NOON_MS - 5_001);
        clock("100000", NOON_MS - 9_001);
        assertThat(clockLagMs("56")).isEqualTo(5_001);
        assertThat(clockLagMs("100000")).isEqualTo(9_001);

        operator.setProcessingTime(NOON_MS + 1_000);
        assertThat(clockLagMs("56")).isEqualTo(6_001);

        // the end of the input is not a time
        operator.processWatermark(Watermark.MAX_WATERMARK);
        assertThat(clockLagMs("56")).isEqualTo(6_001);
    }

    @Test
    void aClockThatIsAheadOfTheWallClockHasNoLag() throws Exception {
        clock("56", NOON_MS + 1_000);

        assertThat(clockLagMs("56")).isZero();
    }

    @Test
    void theLatencyIsThatOfTheOldestRecordInAFlush() throws Exception {
        publishedAt(NOON_MS - 30, SwapBuilder.at(NOON));
        publishedAt(NOON_MS - 70, SwapBuilder.at(NOON + 1));
        publishedAt(NOON_MS - 10, SwapBuilder.at(NOON + 2));
        assertThat(latency().getCount()).isZero();

        operator.setProcessingTime(NOON_MS + LIVE_MS);

        assertThat(latency().getCount()).isEqualTo(1);
        assertThat(latency().getStatistics().getMax()).isEqualTo(570);

        publishedAt(NOON_MS + LIVE_MS, SwapBuilder.at(NOON + 3));
        operator.setProcessingTime(NOON_MS + 2 * LIVE_MS);

        assertThat(latency().getCount()).isEqualTo(2);
        assertThat(latency().getStatistics().getMin()).isEqualTo(500);
    }

    @Test
    void aRecordWithoutAPublicationTimeHasNoLatency() throws Exception {
        operator.processElement(new StreamRecord<>(batch(SwapBuilder.at(NOON))));
        publishedAt(-1, SwapBuilder.at(NOON + 1));
        publishedAt(Long.MIN_VALUE, SwapBuilder.at(NOON + 2));
        operator.setProcessingTime(NOON_MS + LIVE_MS);

        assertThat(count("kind=open klinesOut")).isEqualTo(2);
        assertThat(latency().getCount()).isZero();
    }

    private void publishedAt(long publishedMs, SwapBuilder... builder) throws Exception {
        operator.processElement(new StreamRecord<>(batch(builder), publishedMs));
    }

    private static PairSwaps batch(SwapBuilder... builder) {
        return new PairSwaps(
                PAIR,
                Scenario.labels(PAIR),
                "trades",
                0,
                0,
                Arrays.stream(builder).map(SwapBuilder::swap).toList());
    }

    private long count(String counter) {
        return ((Counter) metrics.get(counter)).getCount();
    }

    private void clock(String chainId, long ms) throws Exception {
        operator.getOneInputOperator()
                .processWatermark(
                        new WatermarkEvent(ChainWatermarks.clock(chainId).newWatermark(ms), false));
    }

    private long clockLagMs(String chainId) {
        return (Long) ((Gauge<?>) metrics.get("chain=" + chainId + " clockLagMs")).getValue();
    }

    private Histogram latency() {
        return (Histogram) metrics.get("klineLatencyMs");
    }

    /** Returns the metric group of a task whose metrics are kept in {@link #metrics}. */
    private TaskMetricGroup rememberingGroup() {
        return TaskManagerMetricGroup.createTaskManagerMetricGroup(
                        TestingMetricRegistry.builder().setRegisterConsumer(this::remember).build(),
                        "localhost",
                        ResourceID.generate())
                .addJob(new JobID(), "job")
                .addTask(ExecutionGraphTestUtils.createExecutionAttemptId(), "klines");
    }

    private void remember(Metric metric, String name, AbstractMetricGroup<?> group) {
        StringBuilder qualified = new StringBuilder();
        for (String key : List.of(KlineMetric.REASON, KlineMetric.KIND, KlineMetric.CHAIN)) {
            String value = group.getAllVariables().get("<" + key + ">");
            if (value != null) {
                qualified.append(key).append('=').append(value).append(' ');
            }
        }
        metrics.put(qualified + name, metric);
    }
}
