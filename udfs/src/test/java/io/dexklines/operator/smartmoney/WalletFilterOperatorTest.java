package io.dexklines.operator.smartmoney;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.operator.kline.ChainWatermarks;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.SmartMoneyRules;
import io.dexklines.smartmoney.TradeBuilder;
import io.dexklines.smartmoney.Wallet;
import io.dexklines.smartmoney.WalletTrade;
import io.dexklines.trade.TradeBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.event.WatermarkEvent;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WalletFilterOperatorTest {

    private static final long NOON = 1_772_193_600L;
    private static final long START_MS = NOON * 1000;

    private static final Wallet WHALE = new Wallet("56", "0xaa");
    private static final Wallet NOBODY = new Wallet("56", "0xbb");

    private static final SmartMoneyRules RULES =
            new SmartMoneyRules(0.001, 1000, 3, 4, 1000, 1000, 3, 1000, 0);

    private TwoInputStreamOperatorTestHarness<TradeBatch, ListChange, WalletTrade> filter;

    @BeforeEach
    void starts() throws Exception {
        filter = started(null, 1, 0, START_MS);
    }

    @AfterEach
    void stops() throws Exception {
        filter.close();
    }

    @Test
    void aTradeOfAKnownWalletPassesAtOnceWithTheTimeOfItsArrival() throws Exception {
        list(ListChange.listed(WHALE, "whale"));

        trades(TradeBuilder.of(WHALE, NOON).identity(1), TradeBuilder.of(WHALE, NOON).identity(2));

        assertThat(sent()).containsExactly("1 at 0", "2 at 0");
    }

    @Test
    void aTradeOfAnUnknownWalletWaitsUntilTheListsReachItsArrival() throws Exception {
        trades(TradeBuilder.of(NOBODY, NOON).identity(1), TradeBuilder.of(WHALE, NOON).identity(2));
        progress(-1);
        assertThat(sent()).containsExactly("progress -1");

        list(ListChange.listed(WHALE, "whale"));
        progress(0);

        assertThat(sent()).containsExactly("2 at 0", "progress 0");
        progress(1000);
        assertThat(sent()).containsExactly("progress 1000");
    }

    @Test
    void watermarksAndIdlenessOfTheTradesAreNotForwarded() throws Exception {
        filter.processWatermark1(new Watermark(START_MS + 5));
        ((WalletFilterOperator) filter.getOperator())
                .processWatermark1(
                        new WatermarkEvent(
                                ChainWatermarks.clock("56").newWatermark(START_MS + 5), false));
        filter.processWatermarkStatus1(WatermarkStatus.IDLE);
        progress(7);
        filter.processWatermarkStatus2(WatermarkStatus.IDLE);
        filter.processWatermarkStatus1(WatermarkStatus.ACTIVE);

        assertThat(sent()).containsExactly("progress 7");
    }

    @Test
    void tradesAfterAWatermarkAheadOfTheClockArriveAfterTheWatermark() throws Exception {
        progress(500);
        list(ListChange.listed(WHALE, "whale"));
        trades(TradeBuilder.of(WHALE, NOON).identity(1), TradeBuilder.of(NOBODY, NOON).identity(2));
        list(ListChange.listed(NOBODY, "somebody"));
        progress(501);

        assertThat(sent()).containsExactly("progress 500", "1 at 501", "2 at 501", "progress 501");
    }

    @Test
    void theOldestTradesPassUnfilteredWhenTooManyWait() throws Exception {
        trades(
                TradeBuilder.of(NOBODY, NOON).identity(1),
                TradeBuilder.of(NOBODY, NOON).identity(2),
                TradeBuilder.of(NOBODY, NOON).identity(3));
        assertThat(sent()).isEmpty();

        filter.setProcessingTime(START_MS + 10);
        trades(
                TradeBuilder.of(NOBODY, NOON).identity(4),
                TradeBuilder.of(NOBODY, NOON).identity(5));

        assertThat(sent()).containsExactly("1 at 0", "2 at 0");
        progress(10);
        assertThat(sent()).containsExactly("progress 10");
    }

    /** Three trades may wait in the filter and four behind it, two of them of unknown wallets. */
    @Test
    void tradesAreLetGoWhereTooManyWaitBehindTheFilter() throws Exception {
        list(ListChange.listed(WHALE, "whale"));
        tradesOf(NOBODY, 1, 2, 3, 4, 5);
        assertThat(sent()).containsExactly("1 at 0", "2 at 0");

        tradesOf(NOBODY, 6);
        assertThat(sent()).as("the third of an unknown wallet").isEmpty();
        tradesOf(WHALE, 7, 8);
        assertThat(sent()).as("of a known wallet").containsExactly("7 at 0", "8 at 0");
        tradesOf(WHALE, 9);
        assertThat(sent()).isEmpty();

        progress(0);
        assertThat(sent()).as("none of those in the filter").containsExactly("progress 0");
        filter.setProcessingTime(START_MS + 5000);
        tradesOf(WHALE, 10, 11, 12, 13, 14);
        assertThat(sent())
                .as("the lists have reached those behind the filter")
                .containsExactly("10 at 5000", "11 at 5000", "12 at 5000", "13 at 5000");
    }

    @Test
    void tradesOfAWalletThatIsListedMeanwhileCountAsKnown() throws Exception {
        tradesOf(NOBODY, 1, 2, 3, 4, 5);
        tradesOf(WHALE, 6);
        assertThat(sent()).containsExactly("1 at 0", "2 at 0");

        list(ListChange.listed(WHALE, "whale"));
        tradesOf(NOBODY, 7, 8, 9);

        assertThat(sent()).as("without 4 and 5").containsExactly("6 at 0");
    }

    @Test
    void tradesBehindTheFilterCountAfterACrashUntilTheListsHaveReachedThem() throws Exception {
        tradesOf(NOBODY, 1, 2, 3, 4, 5);
        assertThat(sent()).hasSize(2);

        restart(filter.snapshot(1, 1), 1, 0, 2000);
        tradesOf(NOBODY, 6);
        assertThat(sent()).isEmpty();

        progress(1);
        assertThat(sent()).containsExactly("progress 1");
        tradesOf(NOBODY, 7);
        assertThat(sent()).containsExactly("4 at 2000");
    }

    @Test
    void waitingTradesArriveAnewAndAreDistributedAfterACrash() throws Exception {
        trades(
                TradeBuilder.of(WHALE, NOON).identity(1),
                TradeBuilder.of(WHALE, NOON).identity(2),
                TradeBuilder.of(NOBODY, NOON).identity(3));
        OperatorSubtaskState state = filter.snapshot(1, 1);

        List<String> sent = new ArrayList<>();
        for (int subtask = 0; subtask < 2; subtask++) {
            restart(state, 2, subtask, 60_000);
            list(ListChange.listed(WHALE, "whale"));
            progress(59_999);
            progress(60_000);
            sent.addAll(sent());
        }

        assertThat(sent)
                .containsExactlyInAnyOrder(
                        "progress 59999",
                        "1 at 60000",
                        "progress 60000",
                        "progress 59999",
                        "2 at 60000",
                        "progress 60000");
    }

    @Test
    void everySubtaskKnowsTheListsAfterARestore() throws Exception {
        list(ListChange.listed(WHALE, "whale"));
        OperatorSubtaskState state = filter.snapshot(1, 1);

        for (int subtask = 0; subtask < 3; subtask++) {
            restart(state, 3, subtask, 1);
            trades(TradeBuilder.of(WHALE, NOON));
            assertThat(sent()).containsExactly(NOON + " at 1");
        }
    }

    @Test
    void aCheckpointWithoutChangesKeepsTheFilterOfThePreviousOne() throws Exception {
        list(ListChange.listed(WHALE, "whale"));
        filter.snapshot(1, 1);
        OperatorSubtaskState state = filter.snapshot(2, 2);

        restart(state, 1, 0, 0);
        trades(TradeBuilder.of(WHALE, NOON));

        assertThat(sent()).hasSize(1);
    }

    @Test
    void theEndOfTheInputsDecidesNothingAndSendsNothing() throws Exception {
        list(ListChange.listed(WHALE, "whale"));
        progress(-1);
        trades(TradeBuilder.of(WHALE, NOON).identity(1), TradeBuilder.of(NOBODY, NOON).identity(2));
        assertThat(sent()).containsExactly("progress -1", "1 at 0");

        endLists();
        // the trades may end later than the lists
        trades(TradeBuilder.of(WHALE, NOON).identity(3), TradeBuilder.of(NOBODY, NOON).identity(4));
        assertThat(sent()).containsExactly("3 at 0");
        endTrades();

        assertThat(sent()).isEmpty();
    }

    @Test
    void tradesThatWaitAtADrainAreDecidedByTheListsOfTheResumedJob() throws Exception {
        progress(-1);
        trades(TradeBuilder.of(WHALE, NOON).identity(1), TradeBuilder.of(NOBODY, NOON).identity(2));
        endTrades();
        endLists();
        assertThat(sent()).containsExactly("progress -1");
        OperatorSubtaskState savepoint = filter.snapshot(1, 1);

        restart(savepoint, 1, 0, 60_000);
        // listed before the trade was read, but after the lists were read last
        list(ListChange.listed(WHALE, "whale"));
        progress(59_999);
        assertThat(sent()).containsExactly("progress 59999");
        progress(60_000);

        assertThat(sent()).containsExactly("1 at 60000", "progress 60000");
    }

    @Test
    void damagedStateFailsTheJobAndSaysWhy() throws Exception {
        list(ListChange.listed(WHALE, "whale"));
        OperatorSubtaskState state = filter.snapshot(1, 1);
        byte[] bytes =
                ((ByteStreamStateHandle)
                                state.getManagedOperatorState()
                                        .iterator()
                                        .next()
                                        .getDelegateStateHandle())
                        .getData();
        bytes[bytes.length / 2] ^= 1;

        assertThatThrownBy(() -> started(state, 1, 0, START_MS))
                .hasStackTraceContaining("is damaged: wrong checksum");
    }

    private static TwoInputStreamOperatorTestHarness<TradeBatch, ListChange, WalletTrade> started(
            OperatorSubtaskState from, int parallelism, int subtask, long nowMs) throws Exception {
        var harness =
                new TwoInputStreamOperatorTestHarness<>(
                        new WalletFilterOperator(RULES), 16, parallelism, subtask);
        harness.setup(CodecTypeInfo.WALLET_TRADE.createSerializer(null));
        if (from != null) {
            harness.initializeState(
                    AbstractStreamOperatorTestHarness.repartitionOperatorState(
                            from, 16, 1, parallelism, subtask));
        }
        harness.setProcessingTime(nowMs);
        harness.open();
        return harness;
    }

    private void restart(OperatorSubtaskState from, int parallelism, int subtask, long afterStartMs)
            throws Exception {
        filter.close();
        filter = started(from, parallelism, subtask, START_MS + afterStartMs);
    }

    private void tradesOf(Wallet wallet, long... identities) throws Exception {
        for (long identity : identities) {
            trades(TradeBuilder.of(wallet, NOON).identity(identity));
        }
    }

    private void trades(TradeBuilder... builder) throws Exception {
        filter.processElement1(new StreamRecord<>(batch(builder)));
    }

    private static TradeBatch batch(TradeBuilder... builder) {
        return new TradeBatch(
                "trades", 0, 0, Arrays.stream(builder).map(TradeBuilder::trade).toList());
    }

    private void list(ListChange change) throws Exception {
        filter.processElement2(new StreamRecord<>(change));
    }

    private void progress(long afterStartMs) throws Exception {
        filter.processWatermark2(new Watermark(START_MS + afterStartMs));
    }

    private void endTrades() throws Exception {
        filter.processWatermark1(Watermark.MAX_WATERMARK);
        filter.endInput1();
    }

    private void endLists() throws Exception {
        filter.processWatermark2(Watermark.MAX_WATERMARK);
        filter.endInput2();
    }

    /** Returns the output since the last call, with times in milliseconds after the start. */
    private List<String> sent() {
        List<String> sent = new ArrayList<>();
        for (Object next; (next = filter.getOutput().poll()) != null; ) {
            if (next instanceof Watermark mark) {
                sent.add("progress " + (mark.getTimestamp() - START_MS));
            } else if (next instanceof StreamRecord<?> record) {
                WalletTrade passed = (WalletTrade) record.getValue();
                assertThat(record.getTimestamp()).isEqualTo(passed.arrivalMs());
                sent.add(
                        passed.trade().identity().low() + " at " + (passed.arrivalMs() - START_MS));
            } else {
                sent.add(next.toString());
            }
        }
        return sent;
    }
}
