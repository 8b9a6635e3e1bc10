package io.dexklines.operator.smartmoney;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.operator.kline.ChainWatermarks;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.SmartMoneyRules;
import io.dexklines.smartmoney.TradeBuilder;
import io.dexklines.smartmoney.Wallet;
import io.dexklines.smartmoney.WalletTrade;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.event.WatermarkEvent;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The prefilter beside the filter of the same subtask. */
class WalletPrefilterOperatorTest {

    private static final long NOON = 1_772_193_600L;
    private static final long START_MS = NOON * 1000;

    private static final Wallet WHALE = new Wallet("56", "0xaa");
    private static final Wallet NOBODY = new Wallet("56", "0xbb");

    private static final SmartMoneyRules RULES =
            new SmartMoneyRules(0.001, 1000, 4, 100, 1000, 1000, 3, 1000, 0);

    private TwoInputStreamOperatorTestHarness<TradeBatch, ListChange, WalletTrade> filter;
    private OneInputStreamOperatorTestHarness<TradeBatch, TradeBatch> prefilter;

    @BeforeEach
    void starts() throws Exception {
        filter = new TwoInputStreamOperatorTestHarness<>(new WalletFilterOperator(RULES), 16, 1, 0);
        filter.setup(CodecTypeInfo.WALLET_TRADE.createSerializer(null));
        filter.setProcessingTime(START_MS);
        filter.open();
        prefilter = opened(jobOfTheFilter(), 0);
    }

    @AfterEach
    void stops() throws Exception {
        prefilter.close();
        filter.close();
    }

    @Test
    void nothingPassesWhileTheListsAreEmpty() throws Exception {
        progress(-1);
        trades(trade(NOBODY, 1), trade(WHALE, 2));
        trades(trade(NOBODY, 3));
        progress(0);
        time(100);
        trades(trade(NOBODY, 4));
        progress(100);
        time(100 + WalletPrefilterOperator.DECIDE_EVERY_MS);

        assertThat(passed()).isEmpty();
        prefilter.prepareSnapshotPreBarrier(1);
        assertThat(passed()).as("all are decided").isEmpty();
        assertThat(prefilter.snapshot(1, 1).hasState()).isFalse();
    }

    @Test
    void aTradeOfAKnownWalletPassesAtOnceWithoutTheOthersOfItsRecord() throws Exception {
        filter.processElement2(new StreamRecord<>(ListChange.listed(WHALE, "whale")));

        trades(trade(NOBODY, 1), trade(WHALE, 2), trade(NOBODY, 3), trade(WHALE, 4));

        assertThat(passed()).containsExactly("2 4");
    }

    @Test
    void aTradeOfAWalletThatWasListedJustBeforePassesWhenTheListsAreKnownAsOfItsArrival()
            throws Exception {
        trades(trade(NOBODY, 1), trade(WHALE, 2));
        filter.processElement2(new StreamRecord<>(ListChange.listed(WHALE, "whale")));
        time(WalletPrefilterOperator.DECIDE_EVERY_MS);
        assertThat(passed()).isEmpty();

        progress(0);
        time(2 * WalletPrefilterOperator.DECIDE_EVERY_MS);

        assertThat(passed()).containsExactly("2");
    }

    @Test
    void aTradeAfterAWatermarkAheadOfTheClockWaitsForALaterOne() throws Exception {
        progress(500);
        trades(trade(WHALE, 1));
        filter.processElement2(new StreamRecord<>(ListChange.listed(WHALE, "whale")));
        time(100);
        assertThat(passed()).isEmpty();

        progress(501);
        time(200);
        assertThat(passed()).containsExactly("1");
    }

    @Test
    void whatIsHeldPassesBeforeACheckpointAndAtTheEnd() throws Exception {
        trades(trade(NOBODY, 1), trade(NOBODY, 2));
        prefilter.prepareSnapshotPreBarrier(1);
        assertThat(passed()).containsExactly("1 2");

        trades(trade(NOBODY, 3));
        prefilter.endInput();
        assertThat(passed()).containsExactly("3");
    }

    /** Four trades may wait, wherever that is. */
    @Test
    void theOldestPassWhenTooManyWaitHereAndInTheFilter() throws Exception {
        trades(trade(NOBODY, 1), trade(NOBODY, 2));
        trades(trade(NOBODY, 3), trade(NOBODY, 4));
        assertThat(passed()).isEmpty();

        trades(trade(NOBODY, 5));
        assertThat(passed()).containsExactly("1 2");

        filter.processElement1(new StreamRecord<>(batch(trade(NOBODY, 1), trade(NOBODY, 2))));
        trades(trade(NOBODY, 6));
        assertThat(passed()).containsExactly("3 4");

        filter.processElement1(new StreamRecord<>(batch(trade(NOBODY, 3), trade(NOBODY, 4))));
        trades(trade(NOBODY, 7));
        assertThat(passed()).as("the filter is full").containsExactly("5", "6", "7");

        progress(0);
        time(1);
        trades(trade(NOBODY, 8));
        assertThat(passed()).as("the filter is empty again").isEmpty();
    }

    @Test
    void everythingPassesWithoutTheFilterOfTheSubtask() throws Exception {
        for (var other : List.of(opened(new JobID(), 0), opened(jobOfTheFilter(), 1))) {
            try (other) {
                other.processElement(new StreamRecord<>(batch(trade(NOBODY, 1), trade(WHALE, 2))));
                assertThat(passed(other)).containsExactly("1 2");
            }
        }
    }

    @Test
    void everythingPassesAfterTheFilterHasEnded() throws Exception {
        trades(trade(NOBODY, 1));
        filter.close();
        time(1000);
        assertThat(passed()).isEmpty();

        trades(trade(NOBODY, 2));

        assertThat(passed()).containsExactly("1", "2");
        time(2000);
        assertThat(passed()).isEmpty();
    }

    @Test
    void noTimeOfTheTradesIsForwarded() throws Exception {
        prefilter.processWatermark(new Watermark(START_MS + 5));
        ((WalletPrefilterOperator) prefilter.getOperator())
                .processWatermark(
                        new WatermarkEvent(
                                ChainWatermarks.clock("56").newWatermark(START_MS + 5), false));
        prefilter.processWatermarkStatus(WatermarkStatus.IDLE);

        assertThat(prefilter.getOutput()).isEmpty();
    }

    private JobID jobOfTheFilter() {
        return ((WalletFilterOperator) filter.getOperator())
                .getRuntimeContext()
                .getJobInfo()
                .getJobId();
    }

    private static OneInputStreamOperatorTestHarness<TradeBatch, TradeBatch> opened(
            JobID job, int subtask) throws Exception {
        MockEnvironment environment =
                new MockEnvironmentBuilder()
                        .setTaskName("prefilter")
                        .setManagedMemorySize(3 * 1024 * 1024)
                        .setJobID(job)
                        .setMaxParallelism(16)
                        .setParallelism(2)
                        .setSubtaskIndex(subtask)
                        .build();
        var harness =
                new OneInputStreamOperatorTestHarness<>(
                        new WalletPrefilterOperator(RULES), environment);
        harness.setup(CodecTypeInfo.TRADE_BATCH.createSerializer(null));
        harness.setProcessingTime(START_MS);
        harness.open();
        return harness;
    }

    private static TradeBuilder trade(Wallet wallet, long identity) {
        return TradeBuilder.of(wallet, NOON).identity(identity);
    }

    private static TradeBatch batch(TradeBuilder... trades) {
        return new TradeBatch(
                "trades", 0, 0, Arrays.stream(trades).map(TradeBuilder::trade).toList());
    }

    private void trades(TradeBuilder... trades) throws Exception {
        prefilter.processElement(new StreamRecord<>(batch(trades)));
    }

    private void progress(long afterStartMs) throws Exception {
        filter.processWatermark2(new Watermark(START_MS + afterStartMs));
    }

    private void time(long afterStartMs) throws Exception {
        prefilter.setProcessingTime(START_MS + afterStartMs);
    }

    private List<String> passed() {
        return passed(prefilter);
    }

    /** Returns the identities of the trades of each batch that has passed since the last call. */
    private static List<String> passed(
            OneInputStreamOperatorTestHarness<TradeBatch, TradeBatch> harness) {
        List<String> passed = new ArrayList<>();
        for (Object next; (next = harness.getOutput().poll()) != null; ) {
            TradeBatch batch = (TradeBatch) ((StreamRecord<?>) next).getValue();
            List<String> identities = new ArrayList<>();
            for (Trade trade : batch.trades()) {
                identities.add(String.valueOf(trade.identity().low()));
            }
            passed.add(String.join(" ", identities));
        }
        return passed;
    }
}
