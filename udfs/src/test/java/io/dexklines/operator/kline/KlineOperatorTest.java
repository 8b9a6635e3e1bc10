package io.dexklines.operator.kline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.dexklines.clock.ChainTime;
import io.dexklines.kline.Interval;
import io.dexklines.kline.KlineRules;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.kline.SwapBuilder;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.ExclusionReason;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairSwaps;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.watermark.LongWatermark;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs with state on the heap here, and on RocksDB in subclasses. */
class KlineOperatorTest {

    private static final long NOON = 1_772_193_600L;
    private static final long NOON_MS = NOON * 1000;
    private static final long ONE_MINUTE_MS = 60_000;
    private static final long LATENESS_MS = 60_000;
    private static final long LIVE_MS = 500;
    private static final long START_MS = 10_000;

    /** When the five minutes from noon on can no longer change. */
    private static final long END_MS = NOON_MS + 5 * ONE_MINUTE_MS - 1 + LATENESS_MS;

    private static final Pair PAIR = new Pair("56", "0xab");
    private static final Pair OTHER = new Pair("100000", "Ab\"\u0001");

    private static final KlineRules RULES =
            KlineRules.of(List.of(Interval.ONE_MINUTE, Interval.FIVE_MINUTES), LATENESS_MS);

    @TempDir private Path temporary;
    private HarnessEngine engine;
    private long offset;

    @BeforeEach
    void starts() throws Exception {
        engine = engine(RULES);
        engine.start(null, 1, START_MS);
    }

    @AfterEach
    void stops() {
        engine.close();
    }

    @Test
    void aChangeIsEmittedAfterTheLiveIntervalTogetherWithAllOthersOfThePair() throws Exception {
        engine.trades(batch(PAIR, SwapBuilder.at(NOON)));
        engine.processingTime(START_MS + LIVE_MS - 1);
        engine.trades(batch(PAIR, SwapBuilder.at(NOON + 60), SwapBuilder.at(NOON + 61)));
        assertThat(emitted()).isEmpty();

        engine.processingTime(START_MS + LIVE_MS);

        assertThat(emitted())
                .containsExactly("56:0xab 1m@0 n=1 open, 1m@60 n=2 open, 5m@0 n=3 open");
    }

    @Test
    void nothingIsEmittedWhileNothingChanges() throws Exception {
        engine.trades(batch(PAIR, SwapBuilder.at(NOON)));
        engine.processingTime(START_MS + LIVE_MS);
        emitted();

        engine.processingTime(START_MS + 100 * LIVE_MS);
        engine.watermark(NOON_MS + 1);

        assertThat(emitted()).isEmpty();
    }

    @Test
    void aClosedKlineIsEmittedAtOnceWithTheOtherChangesOfThePair() throws Exception {
        engine.trades(batch(PAIR, SwapBuilder.at(NOON)));

        engine.watermark(NOON_MS + ONE_MINUTE_MS - 1);

        assertThat(emitted()).containsExactly("56:0xab 1m@0 n=1 closed, 5m@0 n=1 open");
        engine.processingTime(START_MS + LIVE_MS);
        assertThat(emitted()).isEmpty();
    }

    @Test
    void aCorrectionIsEmittedWithinTheLiveInterval() throws Exception {
        engine.trades(batch(PAIR, SwapBuilder.at(NOON)));
        engine.watermark(NOON_MS + ONE_MINUTE_MS);
        emitted();

        engine.trades(batch(PAIR, SwapBuilder.at(NOON + 1)));
        assertThat(emitted()).isEmpty();
        engine.processingTime(START_MS + LIVE_MS);

        assertThat(emitted()).containsExactly("56:0xab 1m@0 n=2 closed, 5m@0 n=2 open");
    }

    @Test
    void changesAreEmittedBeforeTheBarrier() throws Exception {
        engine.trades(batch(PAIR, SwapBuilder.at(NOON)));

        engine.snapshot(1);

        assertThat(emitted()).containsExactly("56:0xab 1m@0 n=1 open, 5m@0 n=1 open");
        engine.processingTime(START_MS + LIVE_MS);
        assertThat(emitted()).isEmpty();
    }

    @Test
    void nothingIsOverdueAfterARestore() throws Exception {
        engine.trades(batch(PAIR, SwapBuilder.at(NOON)));
        Engine.Snapshot snapshot = engine.snapshot(1);
        emitted();

        engine.start(snapshot, 1, START_MS + 3_600_000);
        engine.processingTime(START_MS + 7_200_000);

        assertThat(emitted()).isEmpty();
    }

    @Test
    void lateAndDuplicateTradesAreReportedWithTheirPosition() throws Exception {
        engine.trades(batch(OTHER, SwapBuilder.at(NOON).price(1e-18).volume(2.5, 1e18)));
        engine.trades(
                batch(
                        OTHER,
                        SwapBuilder.at(NOON + 3).place(NOON, 0, 0, 0).identity(1),
                        SwapBuilder.at(NOON).place(7, 8, 9, 1).identity(NOON).price(0.5).clamp()));
        engine.watermark(NOON_MS + ONE_MINUTE_MS - 1 + LATENESS_MS);
        engine.trades(batch(OTHER, SwapBuilder.at(NOON + 59).place(7, 8, 9, 4).sell().mcap(3)));

        assertThat(engine.takeExcluded())
                .containsExactly(
                        new ExcludedTrade(
                                ExclusionReason.DUPLICATE,
                                "its identity was counted already",
                                "trades",
                                5,
                                1,
                                1,
                                "{\"chain_id\":\"100000\",\"pair_addr\":\"Ab\\u0022\\u0001\",\"type\":\"buy\","
                                        + "\"block_time\":1772193600,\"block_num\":7,"
                                        + "\"transaction_index\":8,\"log_index\":9,"
                                        + "\"token_price_usd\":0.5,\"mcap\":0,\"total_usd\":1,"
                                        + "\"token_amount\":1,\"clamp\":true}"),
                        new ExcludedTrade(
                                ExclusionReason.LATE,
                                "the clock of chain 100000 was at 1772193719999 ms",
                                "trades",
                                5,
                                2,
                                4,
                                "{\"chain_id\":\"100000\",\"pair_addr\":\"Ab\\u0022\\u0001\",\"type\":\"sell\","
                                        + "\"block_time\":1772193659,\"block_num\":7,"
                                        + "\"transaction_index\":8,\"log_index\":9,"
                                        + "\"token_price_usd\":1,\"mcap\":3,\"total_usd\":1,"
                                        + "\"token_amount\":1,\"clamp\":false}"));
    }

    @Test
    void tradesThatWereLateBeforeACrashAreLateAfterIt() throws Exception {
        engine.trades(batch(PAIR, SwapBuilder.at(NOON)));
        engine.watermark(NOON_MS + ONE_MINUTE_MS - 1 + LATENESS_MS);
        Engine.Snapshot snapshot = engine.snapshot(1);
        emitted();

        for (int parallelism : new int[] {1, 4}) {
            engine.start(snapshot, parallelism, START_MS);
            engine.trades(batch(PAIR, SwapBuilder.at(NOON), SwapBuilder.at(NOON + 1)));

            assertThat(engine.takeExcluded())
                    .extracting(ExcludedTrade::reason)
                    .containsExactly(ExclusionReason.LATE, ExclusionReason.LATE);
        }
    }

    @Test
    void aDuplicateIsRecognizedAfterARestoreAtAnotherParallelism() throws Exception {
        engine.trades(batch(PAIR, SwapBuilder.at(NOON)));
        Engine.Snapshot snapshot = engine.snapshot(1);
        emitted();

        engine.start(snapshot, 3, START_MS);
        engine.trades(batch(PAIR, SwapBuilder.at(NOON)));

        assertThat(engine.takeExcluded())
                .extracting(ExcludedTrade::reason)
                .containsExactly(ExclusionReason.DUPLICATE);
        engine.watermark(NOON_MS + ONE_MINUTE_MS);
        assertThat(emitted()).containsExactly("56:0xab 1m@0 n=1 closed");
    }

    @Test
    void whatIsWrittenAfterACheckpointIsForgottenInACrash() throws Exception {
        engine.trades(batch(PAIR, SwapBuilder.at(NOON)));
        Engine.Snapshot snapshot = engine.snapshot(1);
        engine.trades(batch(PAIR, SwapBuilder.at(NOON + 1)));
        // writes all pairs, as before the barrier of a checkpoint that fails
        assertThat(engine.stateEntriesAndTimers()).isEqualTo(2);
        emitted();

        engine.start(snapshot, 1, START_MS);
        engine.trades(batch(PAIR, SwapBuilder.at(NOON), SwapBuilder.at(NOON + 1)));
        engine.processingTime(START_MS + LIVE_MS);

        assertThat(details()).containsExactly("its identity was counted already");
        assertThat(emitted()).containsExactly("56:0xab 1m@0 n=2 open, 5m@0 n=2 open");
    }

    @Test
    void aKlineThatWasClosedBeforeACrashStaysClosedAfterIt() throws Exception {
        engine.trades(batch(PAIR, SwapBuilder.at(NOON)));
        engine.watermark(NOON_MS + ONE_MINUTE_MS);
        Engine.Snapshot snapshot = engine.snapshot(1);
        emitted();

        engine.start(snapshot, 2, START_MS);
        engine.watermark(NOON_MS);
        engine.trades(batch(PAIR, SwapBuilder.at(NOON + 1)));
        engine.processingTime(START_MS + LIVE_MS);

        assertThat(emitted()).containsExactly("56:0xab 1m@0 n=2 closed, 5m@0 n=2 open");
    }

    @Test
    void aPairHasOneTimerAndOneEntryOfStateUntilItsKlinesEnd() throws Exception {
        engine.trades(
                batch(
                        PAIR,
                        SwapBuilder.at(NOON),
                        SwapBuilder.at(NOON + 60),
                        SwapBuilder.at(NOON + 9)));
        engine.trades(batch(PAIR, SwapBuilder.at(NOON - 60), SwapBuilder.at(NOON + 240)));
        assertThat(engine.stateEntriesAndTimers()).isEqualTo(2);
        engine.trades(batch(OTHER, SwapBuilder.at(NOON)));
        assertThat(engine.stateEntriesAndTimers()).isEqualTo(4);

        // the last minute and the last five minutes both end at 12:05
        long ends = NOON_MS + 5 * ONE_MINUTE_MS - 1 + LATENESS_MS;
        engine.watermark(ends - 1);
        assertThat(engine.stateEntriesAndTimers()).isEqualTo(4);
        engine.watermark(ends);

        assertThat(engine.stateEntriesAndTimers()).isZero();
    }

    @Test
    void anEndWaitsForACloseThatFollowsSoonAndNoTradeNoticesIt() throws Exception {
        try (HarnessEngine operator = engine("1m 5m 4h")) {
            operator.start(null, 1, START_MS);
            operator.trades(batch(PAIR, SwapBuilder.at(NOON).identity(7)));
            operator.watermark(NOON_MS + ONE_MINUTE_MS - 1 + LATENESS_MS);
            operator.processingTime(START_MS + LIVE_MS);
            operator.trades(batch(PAIR, SwapBuilder.at(NOON + 59)));
            // the minute of this identity has ended, so it is not a duplicate
            operator.trades(batch(PAIR, SwapBuilder.at(NOON + 120).identity(7)));
            operator.processingTime(START_MS + 2 * LIVE_MS);

            assertThat(operator.takeExcluded())
                    .extracting(ExcludedTrade::reason)
                    .containsExactly(ExclusionReason.LATE);
            assertThat(emittedBy(operator))
                    .containsExactly(
                            "56:0xab 1m@0 n=1 closed, 5m@0 n=1 open, 4h@0 n=1 open",
                            "56:0xab 1m@120 n=1 open, 5m@0 n=2 open, 4h@0 n=2 open");
            operator.watermark(NOON_MS + 4 * 3_600_000 - 2 + LATENESS_MS);
            assertThat(operator.stateEntriesAndTimers()).isEqualTo(2);
            operator.watermark(NOON_MS + 4 * 3_600_000 - 1 + LATENESS_MS);
            assertThat(operator.stateEntriesAndTimers()).isZero();
        }
    }

    @Test
    void aChangeIsEmittedAlthoughItsKlineEndsBeforeTheNextFlush() throws Exception {
        engine.trades(batch(PAIR, SwapBuilder.at(NOON)));
        engine.watermark(NOON_MS + ONE_MINUTE_MS - 1);
        engine.trades(batch(PAIR, SwapBuilder.at(NOON + 1)));
        emitted();

        engine.watermark(NOON_MS + ONE_MINUTE_MS - 1 + LATENESS_MS);
        engine.trades(batch(PAIR, SwapBuilder.at(NOON + 120)));
        engine.processingTime(START_MS + LIVE_MS);

        assertThat(emitted())
                .containsExactly("56:0xab 1m@0 n=2 closed, 1m@120 n=1 open, 5m@0 n=3 open");
    }

    @Test
    void aLateTradeLeavesNoState() throws Exception {
        engine.watermark(NOON_MS + 10 * ONE_MINUTE_MS);

        engine.trades(batch(PAIR, SwapBuilder.at(NOON)));

        assertThat(engine.takeExcluded()).hasSize(1);
        assertThat(engine.stateEntriesAndTimers()).isZero();
    }

    @Test
    void theEndOfTheInputEmitsWhatChangedAndClosesNothing() throws Exception {
        engine.trades(batch(PAIR, SwapBuilder.at(NOON)));

        engine.watermark(Long.MAX_VALUE);
        assertThat(emitted()).isEmpty();
        engine.endInput();

        assertThat(emitted()).containsExactly("56:0xab 1m@0 n=1 open, 5m@0 n=1 open");
        assertThat(engine.stateEntriesAndTimers()).isEqualTo(2);
    }

    @Test
    void theEndOfTheInputIsForwarded() throws Exception {
        engine.watermark(NOON_MS);
        engine.watermark(Long.MAX_VALUE);

        assertThat(engine.takeWatermarks()).containsExactly(NOON_MS, Long.MAX_VALUE);
    }

    @Test
    void aJobThatIsResumedAfterADrainGoesOnAsAfterAPlainStop() throws Exception {
        engine.trades(batch(PAIR, SwapBuilder.at(NOON)));
        engine.watermark(NOON_MS);
        engine.watermark(Long.MAX_VALUE);
        engine.endInput();
        Engine.Snapshot snapshot = engine.snapshot(1);
        assertThat(emitted()).containsExactly("56:0xab 1m@0 n=1 open, 5m@0 n=1 open");

        for (int parallelism : new int[] {1, 3}) {
            engine.start(snapshot, parallelism, START_MS);
            engine.trades(batch(PAIR, SwapBuilder.at(NOON), SwapBuilder.at(NOON + 1)));
            engine.processingTime(START_MS + LIVE_MS);
            assertThat(engine.takeExcluded())
                    .extracting(ExcludedTrade::reason)
                    .containsExactly(ExclusionReason.DUPLICATE);
            assertThat(emitted()).containsExactly("56:0xab 1m@0 n=2 open, 5m@0 n=2 open");

            engine.watermark(NOON_MS + ONE_MINUTE_MS - 2);
            assertThat(emitted()).isEmpty();
            engine.watermark(NOON_MS + ONE_MINUTE_MS - 1);
            assertThat(emitted()).containsExactly("56:0xab 1m@0 n=2 closed");
            engine.watermark(NOON_MS + 5 * ONE_MINUTE_MS - 1 + LATENESS_MS);
            assertThat(emitted()).containsExactly("56:0xab 5m@0 n=2 closed");
            assertThat(engine.stateEntriesAndTimers()).isZero();
        }
    }

    @Test
    void whatWasLateBeforeADrainIsLateAfterIt() throws Exception {
        engine.watermark(NOON_MS + ONE_MINUTE_MS - 1 + LATENESS_MS);
        engine.watermark(Long.MAX_VALUE);
        engine.endInput();
        Engine.Snapshot snapshot = engine.snapshot(1);

        engine.start(snapshot, 1, START_MS);
        engine.trades(batch(PAIR, SwapBuilder.at(NOON + 59), SwapBuilder.at(NOON + 60)));
        engine.snapshot(2);

        assertThat(engine.takeExcluded())
                .extracting(ExcludedTrade::reason)
                .containsExactly(ExclusionReason.LATE);
        assertThat(emitted()).containsExactly("56:0xab 1m@60 n=1 closed, 5m@0 n=1 open");
    }

    @Test
    void anAddedIntervalBeginsWithTheFirstKlineThatIsWholeForAllPairs() throws Exception {
        // when the job stops, the state of one pair has ended and that of the other has not
        engine.trades(batch(PAIR, SwapBuilder.at(NOON)));
        engine.watermark(NOON_MS + 5 * ONE_MINUTE_MS + LATENESS_MS);
        engine.trades(batch(OTHER, SwapBuilder.at(NOON + 360)));
        Engine.Snapshot snapshot = engine.snapshot(1);

        try (HarnessEngine more = engine("1m 5m 15m")) {
            more.start(snapshot, 3, START_MS);
            more.trades(batch(PAIR, SwapBuilder.at(NOON + 899)));
            more.trades(batch(OTHER, SwapBuilder.at(NOON + 899)));
            more.trades(batch(PAIR, SwapBuilder.at(NOON + 900)));
            Engine.Snapshot later = more.snapshot(2);

            assertThat(emittedBy(more))
                    .containsExactlyInAnyOrder(
                            "56:0xab 1m@840 n=1 open, 1m@900 n=1 open, 5m@600 n=1 open,"
                                    + " 5m@900 n=1 open, 15m@900 n=1 open",
                            "100000:Ab\"\u0001 1m@840 n=1 open, 5m@600 n=1 open");
            more.start(later, 2, START_MS);
            more.trades(batch(OTHER, SwapBuilder.at(NOON + 898)));
            more.trades(batch(OTHER, SwapBuilder.at(NOON + 901)));
            more.snapshot(3);
            assertThat(emittedBy(more))
                    .containsExactly(
                            "100000:Ab\"\u0001 1m@840 n=2 open, 1m@900 n=1 open, 5m@600 n=2 open,"
                                    + " 5m@900 n=1 open, 15m@900 n=1 open");
        }
    }

    @Test
    void lateTradesStayLateWhenTheSmallestIntervalIsRemovedAndTheLatenessGrows() throws Exception {
        engine.trades(batch(PAIR, SwapBuilder.at(NOON), SwapBuilder.at(NOON + 60)));
        engine.watermark(NOON_MS + ONE_MINUTE_MS - 1 + LATENESS_MS);
        Engine.Snapshot snapshot = engine.snapshot(1);
        emitted();

        try (HarnessEngine other =
                engine(KlineRules.of(List.of(Interval.FIVE_MINUTES), 10 * LATENESS_MS))) {
            other.start(snapshot, 2, START_MS);
            // its identity has been dropped, so it is late, not a duplicate
            other.trades(batch(PAIR, SwapBuilder.at(NOON)));
            other.trades(batch(PAIR, SwapBuilder.at(NOON + 60), SwapBuilder.at(NOON + 61)));
            other.snapshot(2);

            assertThat(other.takeExcluded())
                    .extracting(ExcludedTrade::reason, ExcludedTrade::detail)
                    .containsExactly(
                            tuple(
                                    ExclusionReason.LATE,
                                    "the job's klines begin at " + (NOON_MS + 60_000) + " ms"),
                            tuple(ExclusionReason.DUPLICATE, "its identity was counted already"));
            assertThat(emittedBy(other)).containsExactly("56:0xab 5m@0 n=3 open");
        }
    }

    @Test
    void tradesBeforeTheFirstWholeKlineOfOtherIntervalsAreLate() throws Exception {
        engine.trades(batch(PAIR, SwapBuilder.at(NOON + 60)));
        Engine.Snapshot snapshot = engine.snapshot(1);

        try (HarnessEngine other = engine("3m 15m")) {
            other.start(snapshot, 1, START_MS);
            other.trades(batch(PAIR, SwapBuilder.at(NOON + 179), SwapBuilder.at(NOON + 180)));
            other.snapshot(2);

            assertThat(other.takeExcluded())
                    .extracting(ExcludedTrade::detail)
                    .containsExactly("the job's klines begin at " + (NOON_MS + 180_000) + " ms");
            assertThat(emittedBy(other)).containsExactly("56:0xab 3m@180 n=1 open");
        }
    }

    @Test
    void aJobWithAStartTimeHasOnlyWholeKlines() throws Exception {
        try (HarnessEngine delayed = engine(RULES.beginningAt(NOON_MS + ONE_MINUTE_MS))) {
            delayed.start(null, 1, START_MS);
            delayed.trades(
                    batch(
                            PAIR,
                            SwapBuilder.at(NOON + 59),
                            SwapBuilder.at(NOON + 60),
                            SwapBuilder.at(NOON + 300)));
            delayed.snapshot(1);

            assertThat(delayed.takeExcluded())
                    .extracting(ExcludedTrade::reason)
                    .containsExactly(ExclusionReason.LATE);
            assertThat(emittedBy(delayed))
                    .containsExactly("56:0xab 1m@60 n=1 open, 1m@300 n=1 open, 5m@300 n=1 open");
        }
    }

    @Test
    void theSourceSaysWhenTheKlinesOfAJobWithoutStateBegin() throws Exception {
        engine.tell(beginAt(NOON_MS + 1));
        engine.trades(
                batch(
                        PAIR,
                        SwapBuilder.at(NOON + 59),
                        SwapBuilder.at(NOON + 60),
                        SwapBuilder.at(NOON + 300)));
        Engine.Snapshot snapshot = engine.snapshot(1);

        assertThat(details())
                .containsExactly("the job's klines begin at " + (NOON_MS + ONE_MINUTE_MS) + " ms");
        assertThat(emitted())
                .containsExactly("56:0xab 1m@60 n=1 open, 1m@300 n=1 open, 5m@300 n=1 open");

        // a job that has counted trades has begun
        engine.start(snapshot, 2, START_MS);
        engine.tell(beginAt(NOON_MS + 600_000));
        engine.trades(batch(PAIR, SwapBuilder.at(NOON + 59), SwapBuilder.at(NOON + 61)));
        engine.snapshot(2);
        assertThat(details()).hasSize(1);
        assertThat(emitted()).containsExactly("56:0xab 1m@60 n=2 open");
    }

    @Test
    void aJobThatHasCountedNothingIsToldItsBeginningAgain() throws Exception {
        engine.tell(beginAt(NOON_MS));
        Engine.Snapshot snapshot = engine.snapshot(1);

        engine.start(snapshot, 1, START_MS);
        engine.trades(batch(PAIR, SwapBuilder.at(NOON - 1)));
        engine.tell(beginAt(NOON_MS + ONE_MINUTE_MS));
        engine.trades(batch(PAIR, SwapBuilder.at(NOON), SwapBuilder.at(NOON + 60)));
        engine.snapshot(2);

        assertThat(details())
                .containsExactly(
                        "the job's klines begin at " + NOON_MS + " ms",
                        "the job's klines begin at " + (NOON_MS + ONE_MINUTE_MS) + " ms");
        assertThat(emitted()).containsExactly("56:0xab 1m@60 n=1 open");
    }

    @Test
    void anotherChainsClockChangesNothing() throws Exception {
        engine.trades(batch(PAIR, SwapBuilder.at(NOON)));
        engine.trades(batch(OTHER, SwapBuilder.at(NOON)));
        engine.processingTime(START_MS + LIVE_MS);
        emitted();

        engine.clock("100000", bothAt(END_MS));

        assertThat(emitted()).containsExactly("100000:Ab\"\u0001 1m@0 n=1 closed, 5m@0 n=1 closed");
        assertThat(engine.stateEntriesAndTimers()).isEqualTo(2);
        engine.trades(batch(PAIR, SwapBuilder.at(NOON), SwapBuilder.at(NOON + 1)));
        engine.trades(batch(OTHER, SwapBuilder.at(NOON)));
        engine.processingTime(START_MS + 2 * LIVE_MS);
        assertThat(emitted()).containsExactly("56:0xab 1m@0 n=2 open, 5m@0 n=2 open");
        assertThat(details())
                .containsExactly(
                        "its identity was counted already",
                        "the clock of chain 100000 was at " + END_MS + " ms");
    }

    @Test
    void closingAheadOfTheClockClosesAndCorrectsAndEndsNothing() throws Exception {
        engine.trades(batch(PAIR, SwapBuilder.at(NOON), SwapBuilder.at(NOON + 60)));
        engine.clock("56", new ChainTime(NOON_MS, NOON_MS + ONE_MINUTE_MS - 1));
        assertThat(emitted())
                .containsExactly("56:0xab 1m@0 n=1 closed, 1m@60 n=1 open, 5m@0 n=2 open");
        assertThat(engine.stateEntriesAndTimers()).isEqualTo(2);

        engine.clock("56", new ChainTime(NOON_MS, END_MS));
        assertThat(emitted()).containsExactly("56:0xab 1m@60 n=1 closed, 5m@0 n=2 closed");
        engine.trades(batch(PAIR, SwapBuilder.at(NOON), SwapBuilder.at(NOON + 1)));
        engine.processingTime(START_MS + LIVE_MS);
        assertThat(emitted()).containsExactly("56:0xab 1m@0 n=2 closed, 5m@0 n=3 closed");
        assertThat(details()).containsExactly("its identity was counted already");

        // the clock comes along, before the last correction is emitted
        engine.trades(batch(PAIR, SwapBuilder.at(NOON + 2)));
        engine.clock("56", bothAt(NOON_MS + ONE_MINUTE_MS - 1 + LATENESS_MS));
        engine.processingTime(START_MS + 2 * LIVE_MS);
        assertThat(emitted()).containsExactly("56:0xab 1m@0 n=3 closed, 5m@0 n=4 closed");
        assertThat(engine.stateEntriesAndTimers()).isEqualTo(4);
        engine.clock("56", bothAt(END_MS - 1));
        assertThat(engine.stateEntriesAndTimers()).isEqualTo(3);
        engine.clock("56", bothAt(END_MS));
        assertThat(emitted()).isEmpty();
        assertThat(engine.stateEntriesAndTimers()).isZero();
    }

    /**
     * While the clock is held for hours, a pair's klines grow in number. Those that are closed past
     * their end are kept apart, or every trade would read and write them all.
     */
    @Test
    void klinesThatAreClosedPastTheirEndAreKeptApart() throws Exception {
        for (int minute = 0; minute < 100; minute++) {
            engine.trades(batch(PAIR, SwapBuilder.at(NOON + 60 * minute)));
            engine.clock(
                    "56",
                    new ChainTime(ChainTime.NOT_STARTED, NOON_MS + minute * ONE_MINUTE_MS - 5000));
        }

        // what can change, what is kept apart, the next close, and the ends of 97 minutes
        assertThat(engine.stateEntriesAndTimers()).isEqualTo(1 + 1 + 1 + 97);

        engine.clock("56", bothAt(NOON_MS + 110 * ONE_MINUTE_MS));
        assertThat(engine.stateEntriesAndTimers()).isZero();
    }

    @Test
    void aDuplicateOfAKlineThatIsKeptApartIsFoundAfterTheSmallestIntervalIsRemoved()
            throws Exception {
        try (HarnessEngine before = engine("1s 1m 5m");
                HarnessEngine after = engine("1m 5m")) {
            before.start(null, 1, START_MS);
            before.trades(batch(PAIR, SwapBuilder.at(NOON)));
            before.clock("56", new ChainTime(NOON_MS, END_MS));
            Engine.Snapshot snapshot = before.snapshot(1);

            after.start(snapshot, 2, START_MS);
            after.trades(batch(PAIR, SwapBuilder.at(NOON)));

            assertThat(after.takeExcluded())
                    .extracting(ExcludedTrade::reason)
                    .containsExactly(ExclusionReason.DUPLICATE);
            after.processingTime(START_MS + LIVE_MS);
            after.clock("56", bothAt(END_MS));
            assertThat(emittedBy(after)).isEmpty();
            assertThat(after.stateEntriesAndTimers()).isZero();
        }
    }

    @Test
    void whileTheClockIsHeldTradesBehindTheClosingAreCountedAndLeaveWithTheClock()
            throws Exception {
        engine.clock("56", new ChainTime(ChainTime.NOT_STARTED, END_MS));

        engine.trades(batch(PAIR, SwapBuilder.at(NOON + 240), SwapBuilder.at(NOON)));
        engine.trades(batch(PAIR, SwapBuilder.at(NOON + 420)));

        engine.processingTime(START_MS + LIVE_MS);
        assertThat(emitted())
                .containsExactly(
                        "56:0xab 1m@0 n=1 closed, 1m@240 n=1 closed, 1m@420 n=1 open,"
                                + " 5m@0 n=2 closed, 5m@300 n=1 open");
        // what can change, what is kept apart, the next close, and the ends at two times
        assertThat(engine.stateEntriesAndTimers()).isEqualTo(5);
        engine.clock("56", bothAt(END_MS));
        assertThat(engine.stateEntriesAndTimers()).isEqualTo(2);
        engine.clock("56", bothAt(END_MS + 5 * ONE_MINUTE_MS));
        assertThat(emitted()).containsExactly("56:0xab 1m@420 n=1 closed, 5m@300 n=1 closed");
        assertThat(engine.stateEntriesAndTimers()).isZero();
    }

    @Test
    void aClockThatFallsIsKept() throws Exception {
        long ends = NOON_MS + ONE_MINUTE_MS - 1 + LATENESS_MS;
        engine.clock("56", new ChainTime(ends, END_MS));

        engine.clock("56", bothAt(NOON_MS));
        engine.clock("56", new ChainTime(NOON_MS, NOON_MS + 1));
        engine.watermark(NOON_MS);

        engine.trades(batch(PAIR, SwapBuilder.at(NOON), SwapBuilder.at(NOON + 60)));
        engine.processingTime(START_MS + LIVE_MS);
        assertThat(details()).containsExactly("the clock of chain 56 was at " + ends + " ms");
        assertThat(emitted()).containsExactly("56:0xab 1m@60 n=1 closed, 5m@0 n=1 closed");
    }

    @Test
    void aDrainEndsNothingOfAChainThatIsClosedAheadOfItsClock() throws Exception {
        engine.trades(batch(PAIR, SwapBuilder.at(NOON)));
        engine.clock("56", new ChainTime(NOON_MS, END_MS));
        engine.watermark(Long.MAX_VALUE);
        engine.endInput();
        assertThat(emitted()).containsExactly("56:0xab 1m@0 n=1 closed, 5m@0 n=1 closed");
        Engine.Snapshot snapshot = engine.snapshot(1);

        engine.start(snapshot, 3, START_MS);
        engine.trades(batch(PAIR, SwapBuilder.at(NOON), SwapBuilder.at(NOON + 1)));
        engine.processingTime(START_MS + LIVE_MS);

        assertThat(details()).containsExactly("its identity was counted already");
        assertThat(emitted()).containsExactly("56:0xab 1m@0 n=2 closed, 5m@0 n=2 closed");
        engine.clock("56", bothAt(END_MS));
        assertThat(engine.stateEntriesAndTimers()).isZero();
    }

    @Test
    void aWatermarkSpeaksForEveryChainAlsoForOneThatComesLater() throws Exception {
        engine.trades(batch(PAIR, SwapBuilder.at(NOON)));

        engine.watermark(END_MS);

        engine.trades(batch(PAIR, SwapBuilder.at(NOON)));
        engine.trades(batch(OTHER, SwapBuilder.at(NOON)));
        assertThat(engine.stateEntriesAndTimers()).isZero();
        assertThat(details())
                .containsExactly(
                        "the clock of chain 56 was at " + END_MS + " ms",
                        "the clock of chain 100000 was at " + END_MS + " ms");
    }

    @Test
    void aChainThatLagsIsNotLateByAnothersClockAfterARestart() throws Exception {
        engine.clock("56", new ChainTime(END_MS, END_MS + ONE_MINUTE_MS));
        engine.clock("100000", bothAt(NOON_MS));
        engine.trades(batch(PAIR, SwapBuilder.at(NOON + 300)));
        engine.trades(batch(OTHER, SwapBuilder.at(NOON)));
        Engine.Snapshot snapshot = engine.snapshot(1);
        emitted();

        for (int parallelism : new int[] {1, 4}) {
            engine.start(snapshot, parallelism, START_MS);
            // the clocks start anew
            engine.clock("56", bothAt(NOON_MS - 1));
            engine.clock("100000", bothAt(NOON_MS - 1));
            engine.trades(batch(PAIR, SwapBuilder.at(NOON + 299), SwapBuilder.at(NOON + 300)));
            engine.trades(batch(PAIR, SwapBuilder.at(NOON + 301)));
            engine.trades(batch(OTHER, SwapBuilder.at(NOON), SwapBuilder.at(NOON - 60)));
            engine.trades(batch(OTHER, SwapBuilder.at(NOON - 121)));
            engine.processingTime(START_MS + LIVE_MS);

            assertThat(details())
                    .containsExactlyInAnyOrder(
                            "the clock of chain 56 was at " + END_MS + " ms",
                            "its identity was counted already",
                            "its identity was counted already",
                            "the clock of chain 100000 was at " + NOON_MS + " ms");
            assertThat(emitted())
                    .containsExactlyInAnyOrder(
                            "56:0xab 1m@300 n=2 closed, 5m@300 n=2 open",
                            "100000:Ab\"\u0001 1m@-60 n=1 closed, 5m@-300 n=1 closed");
            engine.clock("56", bothAt(END_MS + 5 * ONE_MINUTE_MS));
            engine.clock("100000", bothAt(END_MS));
            assertThat(engine.stateEntriesAndTimers()).isZero();
        }
    }

    @Test
    void chainTimesAreNotForwardedAndOtherEventsAre() throws Exception {
        LongWatermark other = new LongWatermark(1, "of-another-operator");

        engine.clock("56", new ChainTime(NOON_MS, END_MS));
        engine.tell(other);

        assertThat(engine.takeEvents()).containsExactly(other);
    }

    @Test
    void stateOfTheVersionWithOneWatermarkGoesOn() throws Exception {
        Engine.Snapshot snapshot;
        try (HarnessEngine former = FormerKlineOperator.engine(RULES, rocks(temporary))) {
            former.start(null, 2, START_MS);
            former.trades(batch(PAIR, SwapBuilder.at(NOON)));
            former.trades(batch(OTHER, SwapBuilder.at(NOON + 60)));
            former.watermark(NOON_MS + ONE_MINUTE_MS);
            snapshot = former.snapshot(1);
        }

        try (HarnessEngine restored = engine(RULES)) {
            for (int parallelism : new int[] {1, 3}) {
                restored.start(snapshot, parallelism, START_MS);
                assertThat(restored.stateEntriesAndTimers()).isEqualTo(4);
                Engine.Snapshot again = restored.snapshot(2);
                restored.start(again, 2, START_MS);

                // the watermark was every chain's
                restored.trades(batch(PAIR, SwapBuilder.at(NOON - 61)));
                restored.trades(batch(OTHER, SwapBuilder.at(NOON - 61)));
                assertThat(restored.takeExcluded())
                        .extracting(ExcludedTrade::reason)
                        .containsExactly(ExclusionReason.LATE, ExclusionReason.LATE);
                // neither pair has another trade
                restored.clock("100000", bothAt(NOON_MS + 2 * ONE_MINUTE_MS - 1));
                assertThat(emittedBy(restored))
                        .containsExactly("100000:Ab\"\u0001 1m@60 n=1 closed");
                restored.clock("56", bothAt(END_MS - LATENESS_MS));
                assertThat(emittedBy(restored)).containsExactly("56:0xab 5m@0 n=1 closed");
                restored.clock("100000", bothAt(END_MS));
                restored.clock("56", bothAt(END_MS));
                assertThat(restored.stateEntriesAndTimers()).isZero();
            }
        }
    }

    private static ChainTime bothAt(long ms) {
        return new ChainTime(ms, ms);
    }

    /** Returns why trades were excluded since the last call. */
    private static LongWatermark beginAt(long timeMs) {
        return ChainWatermarks.begin().newWatermark(timeMs);
    }

    private List<String> details() {
        return engine.takeExcluded().stream().map(ExcludedTrade::detail).toList();
    }

    private HarnessEngine engine(String intervals) {
        return engine(
                KlineRules.of(
                        Arrays.stream(intervals.split(" ")).map(Interval::ofCode).toList(),
                        LATENESS_MS));
    }

    private HarnessEngine engine(KlineRules rules) {
        return new HarnessEngine(rules, LIVE_MS, rocks(temporary), maxHotPairs());
    }

    /** Returns the folder for RocksDB, or null to keep state on the heap. */
    Path rocks(Path folder) {
        return null;
    }

    /** Returns the most pairs that are kept decoded in front of RocksDB. */
    int maxHotPairs() {
        return KlineOperator.MAX_HOT_PAIRS;
    }

    private PairSwaps batch(Pair pair, SwapBuilder... builder) {
        return new PairSwaps(
                pair,
                Scenario.labels(pair),
                "trades",
                5,
                offset++,
                Arrays.stream(builder).map(SwapBuilder::swap).toList());
    }

    private List<String> emitted() {
        return emittedBy(engine);
    }

    private static List<String> emittedBy(HarnessEngine engine) {
        return engine.takeUpdates().stream().map(KlineOperatorTest::text).toList();
    }

    private static String text(KlineUpdates updates) {
        return updates.pair().text()
                + updates.klines().stream()
                        .map(
                                kline ->
                                        String.format(
                                                " %s@%d n=%d %s",
                                                kline.interval().code(),
                                                kline.openTimeMs() / 1000 - NOON,
                                                kline.trades(),
                                                kline.closed() ? "closed" : "open"))
                        .reduce((a, b) -> a + "," + b)
                        .orElse("");
    }
}
