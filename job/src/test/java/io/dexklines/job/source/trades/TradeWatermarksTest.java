package io.dexklines.job.source.trades;

import static io.dexklines.job.source.trades.ValidTrade.BLOCK_TIME;
import static io.dexklines.job.source.trades.ValidTrade.tradeAt;
import static io.dexklines.job.source.trades.ValidTrade.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.decode.JsonTradeDecoder;
import io.dexklines.job.config.IngestSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.eventtime.TimestampAssigner;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkOutputMultiplexer;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.InstantiationUtil;
import org.apache.flink.util.clock.RelativeClock;
import org.junit.jupiter.api.Test;

class TradeWatermarksTest {

    /** It decides nothing. */
    private static final long PUBLISHED_MS = 123_456;

    private static final Duration EMIT_INTERVAL = Duration.ofMillis(200);
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);
    private static final IngestSettings SETTINGS =
            new IngestSettings(
                    Map.of("bsc-trades", Set.of("56")),
                    0,
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(5),
                    IDLE_TIMEOUT,
                    "trades-excluded");

    private final ManualClock clock = new ManualClock(BLOCK_TIME * 1000);
    private final TradeWatermarks strategy = new TradeWatermarks(SETTINGS, clock);
    private final JsonTradeDecoder decoder =
            new JsonTradeDecoder(SETTINGS.chainsByTopic(), SETTINGS.maxFuture(), clock);

    private final Recording output = new Recording();
    private final WatermarkGenerator<DecodedRecord> partition = generator();

    private WatermarkGenerator<DecodedRecord> generator() {
        return strategy.createWatermarkGenerator(
                new WatermarkGeneratorSupplier.Context() {
                    @Override
                    public MetricGroup getMetricGroup() {
                        return new UnregisteredMetricsGroup();
                    }

                    @Override
                    public RelativeClock getInputActivityClock() {
                        return clock;
                    }
                });
    }

    private DecodedRecord tradedAt(long... blockTimes) {
        List<String> trades = new ArrayList<>();
        for (long blockTime : blockTimes) {
            trades.add(tradeAt(blockTime));
        }
        return decoder.decode(utf8("[" + String.join(",", trades) + "]"), "bsc-trades", 0, 0);
    }

    private DecodedRecord garbage() {
        return decoder.decode(utf8("[{\"type\":\"gift\"},7]"), "bsc-trades", 0, 0);
    }

    private void arrives(DecodedRecord record) {
        arrives(partition, record, output);
    }

    private void arrives(
            WatermarkGenerator<DecodedRecord> generator,
            DecodedRecord record,
            WatermarkOutput output) {
        generator.onEvent(record, PUBLISHED_MS, output);
    }

    private void passEmitting(Duration time) {
        for (Duration passed = Duration.ZERO;
                passed.compareTo(time) < 0;
                passed = passed.plus(EMIT_INTERVAL)) {
            clock.pass(EMIT_INTERVAL);
            partition.onPeriodicEmit(output);
        }
    }

    @Test
    void theTimeOfARecordIsThatOfItsLatestValidTrade() {
        assertThat(tradedAt(100, 300, 200).latestTimeMs()).isEqualTo(300_000);
        assertThat(tradedAt(100, 9_999_999_999L).latestTimeMs()).isEqualTo(100_000);
        assertThat(garbage().latestTimeMs()).isEqualTo(TimestampAssigner.NO_TIMESTAMP);
        assertThat(tradedAt().latestTimeMs()).isEqualTo(TimestampAssigner.NO_TIMESTAMP);
    }

    @Test
    void aRecordCarriesTheTimeAtWhichItWasPublished() {
        assertThat(
                        strategy.createTimestampAssigner(UnregisteredMetricsGroup::new)
                                .extractTimestamp(tradedAt(100), PUBLISHED_MS))
                .isEqualTo(PUBLISHED_MS);
    }

    @Test
    void theWatermarkFollowsTheLatestTradeAtTheDistanceOfTheDisorder() {
        arrives(tradedAt(BLOCK_TIME - 10));
        partition.onPeriodicEmit(output);
        arrives(tradedAt(BLOCK_TIME - 110));
        partition.onPeriodicEmit(output);
        arrives(tradedAt(BLOCK_TIME - 8));
        arrives(tradedAt(BLOCK_TIME - 9));
        partition.onPeriodicEmit(output);

        assertThat(output.said)
                .containsExactly(
                        (BLOCK_TIME - 15) * 1000 - 1 + "",
                        (BLOCK_TIME - 15) * 1000 - 1 + "",
                        (BLOCK_TIME - 13) * 1000 - 1 + "");
    }

    @Test
    void aProducerWhoseClockIsAheadMovesTheWatermarkNoFurtherThanTheWallClock() {
        arrives(tradedAt(BLOCK_TIME + 59));
        partition.onPeriodicEmit(output);
        clock.pass(Duration.ofSeconds(10));
        partition.onPeriodicEmit(output);
        arrives(tradedAt(BLOCK_TIME + 10));
        clock.pass(Duration.ofMinutes(2));
        partition.onPeriodicEmit(output);

        assertThat(output.said)
                .containsExactly(
                        (BLOCK_TIME - 5) * 1000 - 1 + "",
                        (BLOCK_TIME + 5) * 1000 - 1 + "",
                        (BLOCK_TIME + 54) * 1000 - 1 + "");
    }

    @Test
    void noWatermarkIsEmittedBeforeTheFirstTrade() {
        partition.onPeriodicEmit(output);
        arrives(garbage());
        passEmitting(Duration.ofSeconds(10));

        assertThat(output.said).isEmpty();
    }

    @Test
    void tradesFromTheFutureDoNotMoveTheWatermark() {
        arrives(tradedAt(BLOCK_TIME, BLOCK_TIME + 61, BLOCK_TIME * 1000));
        partition.onPeriodicEmit(output);

        assertThat(output.said).containsExactly((BLOCK_TIME - 5) * 1000 - 1 + "");
    }

    @Test
    void aTimestampFromTheFutureThatTheDecoderAcceptedDoesNotMoveTheWatermark() {
        DecodedRecord accepted = tradedAt(BLOCK_TIME + 60);
        clock.setNowMs(BLOCK_TIME * 1000 - 1);

        arrives(accepted);
        passEmitting(IDLE_TIMEOUT.plusSeconds(1));

        assertThat(output.said).containsExactly("idle");
    }

    @Test
    void aPartitionIsIdleOnceItHasBeenSilentForLongerThanTheTimeout() {
        arrives(tradedAt(BLOCK_TIME));
        passEmitting(IDLE_TIMEOUT);
        assertThat(output.said).doesNotContain("idle");

        passEmitting(Duration.ofSeconds(1));
        assertThat(output.said).endsWith("idle");

        passEmitting(IDLE_TIMEOUT);
        assertThat(output.said).containsOnlyOnce("idle").endsWith("idle");
    }

    @Test
    void aPartitionOrSubtaskThatNeverDeliversIsIdle() {
        passEmitting(IDLE_TIMEOUT.plusSeconds(1));

        assertThat(output.said).containsExactly("idle");
    }

    @Test
    void aPartitionThatDeliversOnlyGarbageIsIdle() {
        arrives(tradedAt(BLOCK_TIME));
        for (int second = 0; second < 31; second++) {
            arrives(garbage());
            arrives(tradedAt(BLOCK_TIME + 100_000));
            passEmitting(Duration.ofSeconds(1));
        }

        assertThat(output.said).endsWith("idle");
    }

    @Test
    void oldTradesKeepAPartitionFromBeingIdle() {
        arrives(tradedAt(BLOCK_TIME));
        for (int second = 0; second < 100; second++) {
            arrives(tradedAt(BLOCK_TIME - 1000));
            passEmitting(Duration.ofSeconds(1));
        }

        assertThat(output.said).containsOnly((BLOCK_TIME - 5) * 1000 - 1 + "");
    }

    @Test
    void backPressureIsNotIdleness() {
        arrives(tradedAt(BLOCK_TIME));
        for (int second = 0; second < 100; second++) {
            clock.passHeldUp(Duration.ofSeconds(1));
            partition.onPeriodicEmit(output);
        }

        assertThat(output.said).doesNotContain("idle");
    }

    @Test
    void theFirstTradeAfterIdlenessEmitsAWatermarkAtOnce() {
        passEmitting(IDLE_TIMEOUT.plusSeconds(1));
        arrives(garbage());
        arrives(tradedAt(BLOCK_TIME));
        arrives(tradedAt(BLOCK_TIME + 1));

        assertThat(output.said).containsExactly("idle", (BLOCK_TIME - 5) * 1000 - 1 + "");

        passEmitting(IDLE_TIMEOUT.plusSeconds(1));
        assertThat(output.said)
                .contains((BLOCK_TIME - 4) * 1000 - 1 + "")
                .endsWith("idle")
                .filteredOn("idle"::equals)
                .hasSize(2);
    }

    @Test
    void aSilentPartitionHoldsTheOthersBackOnlyUntilItIsIdle() {
        WatermarkOutputMultiplexer partitions = new WatermarkOutputMultiplexer(output);
        WatermarkGenerator<DecodedRecord> silent = generator();
        partitions.registerNewOutput("busy");
        partitions.registerNewOutput("silent");
        arrives(silent, tradedAt(BLOCK_TIME - 3600), partitions.getImmediateOutput("silent"));

        for (int second = 0; second < 33; second++) {
            arrives(
                    partition,
                    tradedAt(BLOCK_TIME + second),
                    partitions.getImmediateOutput("busy"));
            clock.pass(Duration.ofSeconds(1));
            partition.onPeriodicEmit(partitions.getDeferredOutput("busy"));
            silent.onPeriodicEmit(partitions.getDeferredOutput("silent"));
            partitions.onPeriodicEmit();
        }

        assertThat(output.said)
                .containsExactly(
                        (BLOCK_TIME - 3605) * 1000 - 1 + "", (BLOCK_TIME + 27) * 1000 - 1 + "");
    }

    @Test
    void travelsToTheTaskManagers() throws Exception {
        TradeWatermarks production = new TradeWatermarks(SETTINGS, Clock.systemUTC());

        assertThat(InstantiationUtil.clone(production)).isInstanceOf(TradeWatermarks.class);
    }

    /** What a generator said, in its order. */
    private static final class Recording implements WatermarkOutput {

        private final List<String> said = new ArrayList<>();

        @Override
        public void emitWatermark(Watermark watermark) {
            said.add(String.valueOf(watermark.getTimestamp()));
        }

        @Override
        public void markIdle() {
            said.add("idle");
        }

        @Override
        public void markActive() {
            said.add("active");
        }
    }
}
