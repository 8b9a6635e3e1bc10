package io.dexklines.clock;

import static io.dexklines.clock.ChainTime.NOT_STARTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.clock.ChainClocks.Question;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The clocks of two chains in stories. The disorder is 5 s, the idle timeout 30 s. Times are
 * seconds after {@link #START_MS}, of blocks as of the wall clock.
 */
class ChainClocksTest {

    private static final long START_MS = 1_704_067_200_000L;
    private static final String BSC = "56";
    private static final String ETHEREUM = "1";
    private static final Partition B0 = new Partition("bsc-trades", 0);
    private static final Partition B1 = new Partition("bsc-trades", 1);
    private static final Partition B2 = new Partition("bsc-trades", 2);
    private static final Partition E0 = new Partition("evm-trades", 0);

    private final Map<Partition, Set<String>> partitions =
            new TreeMap<>(Map.of(B0, Set.of(BSC), B1, Set.of(BSC), E0, Set.of(ETHEREUM)));

    private long nowMs = START_MS + 1_000_000;
    private ChainClocks clocks = clocks(false);

    @Test
    void aPartitionLetsGoOnlyWhenReadToAnEndAskedForAfterTheNewerTrade() {
        read(B1, 10);
        Question before = ask();
        read(B0, 1, BSC, 100);

        clocks.ended(before, B0, 1, nowMs);
        clocks.ended(before, B1, 10, nowMs);
        assertThat(lateMs(BSC)).isEqualTo(NOT_STARTED);

        Question after = list();
        clocks.ended(after, B0, 1, nowMs);
        clocks.ended(after, B1, 12, nowMs);
        assertThat(lateMs(BSC)).isEqualTo(NOT_STARTED);

        read(B1, 11);
        assertThat(lateMs(BSC)).isEqualTo(NOT_STARTED);

        read(B1, 12);
        assertThat(lateMs(BSC)).isEqualTo(atClock(100));
    }

    @Test
    void anOpenTransactionHoldsTheClockHoweverLongItTakes() {
        bothChainsRun(100);
        read(B0, 50, BSC, 700);

        for (int seconds = 0; seconds < 600; seconds++) {
            pass(1);
            answer(Map.of(B0, 50L, B1, 4L, E0, 1L));
            clocks.stable(B1, 1);
        }

        assertThat(lateMs(BSC)).isEqualTo(atClock(100));
        assertThat(closingMs(BSC)).isEqualTo(atClock(100));
        assertThat(clocks.holds(nowMs))
                .containsExactly(new Hold(BSC, B1, Hold.Reason.OPEN_TRANSACTION, 3));
    }

    @Test
    void aPartitionWithoutLeaderHoldsItsChainAndNoOther() {
        bothChainsRun(100);
        read(B0, 2, BSC, 200);
        read(E0, 2, ETHEREUM, 200);

        Question question = list();
        clocks.ended(question, B0, 2, nowMs);
        clocks.unreadable(B1);
        clocks.ended(question, E0, 2, nowMs);

        assertThat(lateMs(BSC)).isEqualTo(atClock(100));
        assertThat(lateMs(ETHEREUM)).isEqualTo(atClock(200));
        pass(6);
        read(B0, 3, BSC, 206);
        assertThat(clocks.holds(nowMs))
                .containsExactly(new Hold(BSC, B1, Hold.Reason.NO_LEADER, 0));
    }

    @Test
    void aPartitionThatCouldNotBeReadHoldsForTheIdleTimeoutMore() {
        bothChainsRun(100);
        read(B0, 2, BSC, 200);
        Question beforeTheOutage = ask();
        clocks.unreadable(B1);
        clocks.ended(beforeTheOutage, B1, 1, nowMs);
        assertThat(lateMs(BSC)).isEqualTo(atClock(100));

        pass(29);
        Question withinTheHold = ask();
        pass(1);
        assertThat(clocks.holds(nowMs))
                .containsExactly(new Hold(BSC, B1, Hold.Reason.RECOVERING, 0));
        clocks.ended(withinTheHold, B1, 1, nowMs);
        assertThat(lateMs(BSC)).isEqualTo(atClock(100));

        answer(Map.of(B0, 2L, B1, 2L));
        assertThat(lateMs(BSC)).isEqualTo(atClock(100));
        read(B1, 2, BSC, 101);
        assertThat(lateMs(BSC)).isEqualTo(atClock(200));
    }

    @Test
    void aPartitionThatMakesNoProgressForTheIdleTimeoutCouldNotBeRead() {
        bothChainsRun(100);
        read(B0, 2, BSC, 200);
        answer(Map.of(B0, 2L, B1, 2L));
        pass(30);
        answer(Map.of(B0, 2L, B1, 2L));

        read(B1, 2, BSC, 102);
        answer(Map.of(B0, 2L, B1, 2L));

        assertThat(lateMs(BSC)).isEqualTo(atClock(102));
        pass(30);
        answer(Map.of(B0, 2L, B1, 2L));
        assertThat(lateMs(BSC)).isEqualTo(atClock(200));
    }

    @Test
    void unequalBacklogsMoveTheClockByWhatThePartitionThatIsBehindHasShown() {
        read(B0, 1, BSC, 500);
        read(B1, 1, BSC, 100);
        answer(Map.of(B0, 1000L, B1, 1000L));
        assertThat(lateMs(BSC)).isEqualTo(atClock(100));

        read(B1, 2, BSC, 160);

        assertThat(times().get(BSC)).isEqualTo(new ChainTime(atClock(160), atClock(160)));
        assertThat(clocks.holds(nowMs)).containsExactly(new Hold(BSC, B1, Hold.Reason.LAG, 998));
    }

    @Test
    void aChainWaitsForTheEndOfAPartitionThatHasNotShownIt() {
        partitions.put(E0, Set.of(ETHEREUM, "10"));
        read(E0, 500, "10", 300);
        answer(Map.of(E0, 1000L));
        read(B0, 1, BSC, 500);
        read(B1, 0);
        answer(Map.of(B0, 1L, B1, 0L, E0, 1000L));

        assertThat(lateMs("10")).isEqualTo(atClock(300));
        assertThat(lateMs(ETHEREUM)).isEqualTo(NOT_STARTED);

        read(E0, 999, ETHEREUM, 200);
        assertThat(lateMs(ETHEREUM)).isEqualTo(NOT_STARTED);
        answer(Map.of(E0, 1000L));
        assertThat(lateMs(ETHEREUM)).isEqualTo(atClock(200));
    }

    @Test
    void aNewPartitionHoldsWhatWasKnownWhenItDidNotExist() {
        bothChainsRun(100);
        read(B0, 2, BSC, 200);
        answer(Map.of(B0, 2L, B1, 1L));
        assertThat(lateMs(BSC)).isEqualTo(atClock(200));
        read(B0, 3, BSC, 300);

        partitions.put(B2, Set.of(BSC));
        answer(Map.of(B0, 3L, B1, 1L, B2, 7L));

        assertThat(lateMs(BSC)).isEqualTo(atClock(200));
        assertThat(clocks.holds(nowMs))
                .containsExactly(new Hold(BSC, B2, Hold.Reason.NOT_ASSIGNED, -1));
        clocks.report(B2, -1, Map.of(), nowMs);
        assertThat(clocks.withoutPosition()).containsExactly(B2);
        read(B2, 7, BSC, 202);
        assertThat(clocks.withoutPosition()).isEmpty();
        assertThat(lateMs(BSC)).isEqualTo(atClock(300));
    }

    @Test
    void anEmptyPartitionHoldsNothingThoughNobodyReadsIt() {
        bothChainsRun(100);
        partitions.put(B2, Set.of(BSC));
        read(B0, 2, BSC, 200);

        answer(Map.of(B0, 2L, B1, 1L, B2, 0L));

        assertThat(lateMs(BSC)).isEqualTo(atClock(200));
    }

    @Test
    void noClockPassesWhatWasKnownWhenThePartitionsWereLastListed() {
        bothChainsRun(100);

        read(B0, 2, BSC, 200);
        read(B1, 2, BSC, 200);

        assertThat(lateMs(BSC)).isEqualTo(atClock(100));
        list();
        assertThat(lateMs(BSC)).isEqualTo(atClock(200));
    }

    @Test
    void aQuietChainIsClosedByTheWallClockWhichEndsNothing() {
        bothChainsRun(100);
        pass(29);
        answer(Map.of(B0, 1L, B1, 1L, E0, 1L));
        assertThat(closingMs(BSC)).isEqualTo(atClock(100));

        pass(1);
        assertThat(times().get(BSC)).isEqualTo(new ChainTime(atClock(100), nowMs - 30_001));

        pass(5);
        read(B0, 2, BSC, 101);
        answer(Map.of(B0, 2L, B1, 1L, E0, 1L));
        assertThat(times().get(BSC)).isEqualTo(new ChainTime(atClock(101), nowMs - 35_001));
    }

    @Test
    void aChainIsNotQuietWhileAPartitionMayHoldTrades() {
        bothChainsRun(100);
        pass(30);

        answer(Map.of(B0, 1L, B1, 2L));
        assertThat(closingMs(BSC)).isEqualTo(atClock(100));

        answer(Map.of(B0, 1L, B1, 2L));
        pass(6);
        assertThat(closingMs(ETHEREUM)).as("no answer for 36 s").isEqualTo(atClock(100));
    }

    @Test
    void aClockNeverPassesTheWallClock() {
        long aheadSeconds = (nowMs - START_MS) / 1000 + 59;

        bothChainsRun(aheadSeconds);

        assertThat(times().get(BSC)).isEqualTo(new ChainTime(nowMs - 5001, nowMs - 5001));
    }

    @Test
    void aClockNeverGoesBack() {
        bothChainsRun(300);
        ChainTime before = times().get(BSC);

        read(B0, 2, BSC, 200);
        answer(Map.of(B0, 2L, B1, 9L, E0, 1L));
        nowMs -= 900_000;

        assertThat(times().get(BSC)).isEqualTo(before);
    }

    @Test
    void afterARestartNothingIsLateUntilTheEndsAreReadAndClosingGoesOn() {
        clocks = clocks(true);
        read(B0, 50, BSC, 400);
        read(B1, 7, BSC, 300);
        read(E0, 0);
        answer(Map.of(B0, 50L, B1, 10L, E0, 0L));
        assertThat(times().get(BSC)).isEqualTo(new ChainTime(NOT_STARTED, atClock(300)));
        assertThat(clocks.holds(nowMs))
                .containsExactly(
                        new Hold(ETHEREUM, E0, Hold.Reason.REPLAY, 0),
                        new Hold(BSC, B1, Hold.Reason.LAG, 3));

        read(B1, 10, BSC, 310);
        read(B0, 90, BSC, 480);
        answer(Map.of(B0, 90L, B1, 10L, E0, 0L));
        assertThat(times().get(BSC)).isEqualTo(new ChainTime(NOT_STARTED, atClock(480)));
        assertThat(clocks.holds(nowMs)).extracting(Hold::reason).containsOnly(Hold.Reason.REPLAY);

        pass(30);
        answer(Map.of(B0, 90L, B1, 12L, E0, 0L));
        assertThat(lateMs(BSC)).isEqualTo(NOT_STARTED);
        read(B1, 12, BSC, 470);
        assertThat(times().get(BSC)).isEqualTo(new ChainTime(atClock(480), atClock(480)));
        assertThat(lateMs(ETHEREUM)).as("no trade since").isEqualTo(NOT_STARTED);
        assertThat(clocks.holds(nowMs)).isEmpty();
    }

    @Test
    void afterARestartNothingIsLateBeforeThePartitionsAreListed() {
        clocks = clocks(true);
        read(B0, 50, BSC, 400);

        assertThat(lateMs(BSC)).isEqualTo(NOT_STARTED);
        assertThat(clocks.holds(nowMs)).isEmpty();
    }

    @Test
    void anAnswerToAQuestionBeforeTheRestartCountsForNothing() {
        read(B0, 0);
        Question before = ask();
        clocks = clocks(true);
        read(B0, 0);
        read(B1, 0);

        clocks.listed(before, partitions);
        clocks.ended(before, B0, 0, nowMs);

        assertThat(times()).isEmpty();
        answer(Map.of(B0, 9L, B1, 0L, E0, 0L));
        assertThat(clocks.holds(nowMs)).contains(new Hold(BSC, B0, Hold.Reason.REPLAY, 9));
    }

    @Test
    void aChainThatIsSilentSinceARestartIsClosedByTheWallClock() {
        clocks = clocks(true);
        read(B0, 50);
        read(B1, 10);
        pass(30);
        answer(Map.of(B0, 50L, B1, 10L));

        assertThat(times().get(BSC)).isEqualTo(new ChainTime(NOT_STARTED, nowMs - 30_001));
    }

    @Test
    void aReleasedPartitionHoldsNoClock() {
        clocks = new ChainClocks(5_000, 30_000, List.of(B1), true, nowMs);
        read(B0, 1, BSC, 100);
        answer(Map.of(B0, 1L));
        clocks.unreadable(B1);
        pass(30);
        answer(Map.of(B0, 1L));

        assertThat(lateMs(BSC)).isEqualTo(atClock(100));
        assertThat(clocks.holds(nowMs)).extracting(Hold::chainId).doesNotContain(BSC);
    }

    private ChainClocks clocks(boolean restarted) {
        return new ChainClocks(5_000, 30_000, List.of(), restarted, nowMs);
    }

    /** Lets each chain have a trade of this time, and be read to its end. */
    private void bothChainsRun(long seconds) {
        read(B0, 1, BSC, seconds);
        read(B1, 1, BSC, seconds);
        read(E0, 1, ETHEREUM, seconds);
        answer(Map.of(B0, 1L, B1, 1L, E0, 1L));
    }

    private void read(Partition partition, long position) {
        clocks.report(partition, position, Map.of(), nowMs);
    }

    private void read(Partition partition, long position, String chainId, long seconds) {
        clocks.report(partition, position, Map.of(chainId, START_MS + seconds * 1000), nowMs);
    }

    private Question list() {
        Question question = ask();
        clocks.listed(question, partitions);
        return question;
    }

    private Question ask() {
        return clocks.ask(nowMs);
    }

    /** Lists the partitions, and asks for the ends of some. */
    private void answer(Map<Partition, Long> ends) {
        Question question = list();
        ends.forEach((partition, end) -> clocks.ended(question, partition, end, nowMs));
    }

    private void pass(long seconds) {
        nowMs += seconds * 1000;
    }

    private Map<String, ChainTime> times() {
        return clocks.times(nowMs);
    }

    private long lateMs(String chainId) {
        return times().get(chainId).lateMs();
    }

    private long closingMs(String chainId) {
        return times().get(chainId).closingMs();
    }

    /** Returns a clock's time where the latest trade is of the given time. */
    private static long atClock(long seconds) {
        return START_MS + seconds * 1000 - 5_001;
    }
}
