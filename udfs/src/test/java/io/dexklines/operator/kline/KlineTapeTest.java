package io.dexklines.operator.kline;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.kline.Interval;
import io.dexklines.kline.KlineRules;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.kline.SwapBuilder;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import io.dexklines.trade.PairSwaps;
import io.dexklines.trade.PairTape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Checks the tape of the kline operator: the newest trades of each pair with every flush. */
class KlineTapeTest {

    private static final long NOON = 1_772_193_600L;
    private static final long NOON_MS = NOON * 1000;
    private static final long LIVE_MS = 500;

    private static final Pair PAIR = new Pair("56", "0xab");
    private static final Pair OTHER = new Pair("1", "0xcd");

    private KeyedOneInputStreamOperatorTestHarness<Pair, PairSwaps, KlineUpdates> operator;

    @AfterEach
    void stops() throws Exception {
        operator.close();
    }

    @Test
    void theTradesOfEachPairLeaveWithItsKlinesAfterTheLiveInterval() throws Exception {
        start(2);
        trades(PAIR, SwapBuilder.at(NOON), SwapBuilder.at(NOON + 1).sell());
        trades(OTHER, SwapBuilder.at(NOON));
        trades(PAIR, SwapBuilder.at(NOON + 2));
        assertThat(taken()).isEmpty();

        operator.setProcessingTime(NOON_MS + LIVE_MS);

        assertThat(taken())
                .containsExactly(
                        new PairTape(
                                PAIR,
                                1,
                                List.of(
                                        SwapBuilder.at(NOON + 1).sell().swap(),
                                        SwapBuilder.at(NOON + 2).swap())),
                        new PairTape(OTHER, 0, List.of(SwapBuilder.at(NOON).swap())));
    }

    @Test
    void everyFlushBeginsAnew() throws Exception {
        start(2);
        trades(PAIR, SwapBuilder.at(NOON));
        operator.setProcessingTime(NOON_MS + LIVE_MS);
        taken();

        trades(PAIR, SwapBuilder.at(NOON + 1));
        operator.setProcessingTime(NOON_MS + 2 * LIVE_MS);

        assertThat(taken())
                .containsExactly(new PairTape(PAIR, 0, List.of(SwapBuilder.at(NOON + 1).swap())));
        operator.setProcessingTime(NOON_MS + 9 * LIVE_MS);
        assertThat(taken()).isEmpty();
    }

    @Test
    void noTradeOfTheTapeIsLeftBehindABarrier() throws Exception {
        start(2);
        trades(PAIR, SwapBuilder.at(NOON));

        operator.getOperator().prepareSnapshotPreBarrier(1);

        assertThat(taken()).hasSize(1);
    }

    @Test
    void excludedTradesAreNotOnTheTape() throws Exception {
        start(2);
        trades(PAIR, SwapBuilder.at(NOON), SwapBuilder.at(NOON));
        operator.processWatermark(new Watermark(NOON_MS + 10 * 60_000));
        trades(PAIR, SwapBuilder.at(NOON + 1));

        operator.setProcessingTime(NOON_MS + LIVE_MS);

        assertThat(taken())
                .containsExactly(new PairTape(PAIR, 0, List.of(SwapBuilder.at(NOON).swap())));
    }

    @Test
    void withoutATapeNothingIsEmitted() throws Exception {
        start(0);
        trades(PAIR, SwapBuilder.at(NOON));

        operator.setProcessingTime(NOON_MS + LIVE_MS);

        assertThat(taken()).isEmpty();
        assertThat(operator.extractOutputValues()).hasSize(1);
    }

    private void start(int tapeTrades) throws Exception {
        operator =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new KlineOperator(
                                KlineRules.of(List.of(Interval.ONE_MINUTE), 60_000),
                                LIVE_MS,
                                tapeTrades),
                        PairSwaps::pair,
                        CodecTypeInfo.PAIR);
        operator.setup(CodecTypeInfo.KLINE_UPDATES.createSerializer(null));
        operator.setProcessingTime(NOON_MS);
        operator.open();
    }

    private void trades(Pair pair, SwapBuilder... trades) throws Exception {
        operator.processElement(
                new StreamRecord<>(
                        new PairSwaps(
                                pair,
                                PairLabels.UNKNOWN,
                                "bsc-trades",
                                0,
                                0,
                                Arrays.stream(trades).map(SwapBuilder::swap).toList())));
    }

    /** Removes and returns what the tape has emitted. */
    private List<PairTape> taken() {
        Queue<StreamRecord<PairTape>> emitted = operator.getSideOutput(KlineOperator.TAPE);
        List<PairTape> all = new ArrayList<>();
        while (emitted != null && !emitted.isEmpty()) {
            all.add(emitted.remove().getValue());
        }
        return all;
    }
}
