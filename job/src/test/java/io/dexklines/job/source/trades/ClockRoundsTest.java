package io.dexklines.job.source.trades;

import static io.dexklines.job.source.trades.ValidTrade.BLOCK_TIME;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.clock.ChainTime;
import io.dexklines.clock.Partition;
import io.dexklines.job.config.IngestSettings;
import io.dexklines.job.source.trades.PartitionOffsets.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.connector.source.SourceEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One chain on two partitions: the first has the trades, the second is empty at first. */
class ClockRoundsTest {

    private static final long BLOCK_MS = BLOCK_TIME * 1000;
    private static final long WALL_MS = BLOCK_MS + 600_000;
    private static final String CHAIN = "56";
    private static final Partition FIRST = new Partition("bsc-trades", 0);
    private static final Partition SECOND = new Partition("bsc-trades", 1);

    private static final IngestSettings SETTINGS =
            new IngestSettings(
                    Map.of("bsc-trades", Set.of(CHAIN)),
                    0,
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    Set.of(),
                    "trades-excluded");

    private final ManualClock clock = new ManualClock(WALL_MS);
    private final FakeEnumeratorContext context = new FakeEnumeratorContext();
    private final FakeOffsets brokers = new FakeOffsets();
    private final ClockRounds rounds = new ClockRounds(context, brokers, SETTINGS, clock, false);

    @BeforeEach
    void createTheTopic() {
        brokers.list(Set.of("bsc-trades"));
        brokers.createTopic("bsc-trades", 2);
        context.registerReader(0);
    }

    @Test
    void theClockIsSentOnceEveryPartitionIsReadToItsEnd() {
        context.registerReader(1);
        brokers.append(FIRST);

        rounds.run();
        report(FIRST, 1, BLOCK_MS);
        report(SECOND, 0);
        rounds.run();
        rounds.run();

        List<SourceEvent> expected =
                List.of(
                        new ClockTimes(Map.of()),
                        times(ChainTime.NOT_STARTED, ChainTime.NOT_STARTED),
                        times(BLOCK_MS - 5_001, BLOCK_MS - 5_001));
        assertThat(context.sent).isEqualTo(Map.of(0, expected, 1, expected));
    }

    @Test
    void onlyRegisteredReadersAreSentTheClock() {
        context.registerReader(1);
        context.unregisterReader(0);

        rounds.run();

        assertThat(context.sent).isEqualTo(Map.of(1, List.of(new ClockTimes(Map.of()))));
    }

    @Test
    void theUnknownPositionOfAnAssignedPartitionIsItsBeginning() {
        bothPartitionsRead();
        brokers.append(SECOND);
        brokers.deleteBefore(SECOND, 1);
        rounds.restart();

        rounds.run();
        report(FIRST, 1, BLOCK_MS);
        report(SECOND, -1);
        rounds.run();
        rounds.run();

        assertThat(brokers.asked.get(Kind.BEGINNING)).first().isEqualTo(Set.of(SECOND));
        assertThat(last()).isEqualTo(times(ChainTime.NOT_STARTED, BLOCK_MS - 5_001));
    }

    @Test
    void recordsThatWereDeletedBeforeTheyWereReadHoldNoClock() {
        bothPartitionsRead();
        brokers.append(SECOND);
        brokers.append(SECOND);
        rounds.run();
        brokers.append(FIRST);
        report(FIRST, 2, BLOCK_MS + 60_000);
        rounds.run();
        rounds.run();
        assertThat(last()).isEqualTo(times(BLOCK_MS - 5_001, BLOCK_MS - 5_001));

        brokers.deleteBefore(SECOND, 2);
        rounds.run();
        rounds.run();
        rounds.run();

        assertThat(last()).isEqualTo(times(BLOCK_MS + 54_999, BLOCK_MS + 54_999));
    }

    @Test
    void aPartitionWithoutLeaderIsAskedOnceAndStopsNoOther() {
        bothPartitionsRead();
        brokers.asked.clear();
        brokers.loseLeader(SECOND);

        rounds.run();
        rounds.run();

        assertThat(brokers.asked.get(Kind.END))
                .containsExactly(Set.of(FIRST, SECOND), Set.of(FIRST));
    }

    @Test
    void aPartitionThatWasUnreadableForLongHoldsTheClockUntilItsProducersHaveRetried() {
        bothPartitionsRead();
        brokers.loseLeader(SECOND);
        brokers.append(FIRST);
        report(FIRST, 2, BLOCK_MS + 60_000);
        rounds.run();
        clock.pass(Duration.ofMillis(4_000));
        rounds.run();
        brokers.electLeader(SECOND);
        rounds.run();
        rounds.run();
        assertThat(last()).isEqualTo(times(BLOCK_MS - 5_001, BLOCK_MS - 5_001));

        for (int second = 0; second < 29; second++) {
            clock.pass(Duration.ofSeconds(1));
            rounds.run();
        }
        clock.pass(Duration.ofMillis(999));
        rounds.run();
        rounds.run();
        assertThat(last()).isEqualTo(times(BLOCK_MS - 5_001, BLOCK_MS - 5_001));

        clock.pass(Duration.ofMillis(1));
        rounds.run();
        rounds.run();
        // no trade for 34 s: klines are closed by the wall clock less the idle timeout
        assertThat(last()).isEqualTo(times(BLOCK_MS + 54_999, WALL_MS + 34_000 - 30_001));
    }

    @Test
    void aShortOutageIsHarmless() {
        bothPartitionsRead();
        brokers.loseLeader(SECOND);
        brokers.append(FIRST);
        report(FIRST, 2, BLOCK_MS + 60_000);
        rounds.run();
        clock.pass(Duration.ofMillis(3_999));
        rounds.run();
        brokers.electLeader(SECOND);
        rounds.run();
        rounds.run();

        assertThat(last()).isEqualTo(times(BLOCK_MS + 54_999, BLOCK_MS + 54_999));
    }

    @Test
    void theClockStandsStillWhileNoBrokerListsThePartitions() {
        bothPartitionsRead();
        brokers.asked.clear();
        brokers.setDown(true);
        brokers.append(FIRST);
        report(FIRST, 2, BLOCK_MS + 60_000);
        rounds.run();
        rounds.run();

        assertThat(brokers.asked).doesNotContainKey(Kind.END);
        assertThat(last()).isEqualTo(times(BLOCK_MS - 5_001, BLOCK_MS - 5_001));

        brokers.setDown(false);
        rounds.run();
        rounds.run();
        assertThat(last()).isEqualTo(times(BLOCK_MS + 54_999, BLOCK_MS + 54_999));
    }

    @Test
    void afterARestartNothingIsLateUntilWhatProducersRetriedIsReadToo() {
        bothPartitionsRead();
        brokers.append(SECOND);
        rounds.restart();
        rounds.run();
        assertThat(last()).isEqualTo(new ClockTimes(Map.of()));

        report(FIRST, 1, BLOCK_MS);
        report(SECOND, 0);
        rounds.run();
        rounds.run();
        assertThat(last()).isEqualTo(times(ChainTime.NOT_STARTED, ChainTime.NOT_STARTED));

        report(SECOND, 1, BLOCK_MS + 2_000);
        rounds.run();
        rounds.run();
        assertThat(last()).isEqualTo(times(ChainTime.NOT_STARTED, BLOCK_MS - 3_001));

        for (int second = 0; second < 30; second++) {
            clock.pass(Duration.ofSeconds(1));
            rounds.run();
        }
        report(FIRST, 1, BLOCK_MS + 3_000);
        rounds.run();
        rounds.run();
        assertThat(last()).isEqualTo(times(BLOCK_MS - 2_001, WALL_MS - 1));
    }

    @Test
    void anAnswerToAQuestionFromBeforeARestartSaysNothing() {
        bothPartitionsRead();
        brokers.loseLeader(SECOND);
        rounds.run();
        rounds.restart();
        // answers the question of before, with the end of before
        brokers.electLeader(SECOND);
        brokers.append(SECOND);
        rounds.run();
        report(FIRST, 1, BLOCK_MS);
        report(SECOND, 0);
        rounds.run();
        rounds.run();

        assertThat(last()).isEqualTo(times(ChainTime.NOT_STARTED, ChainTime.NOT_STARTED));
    }

    @Test
    void anAnswerAfterTheEndIsIgnored() {
        bothPartitionsRead();
        brokers.loseLeader(SECOND);
        rounds.run();

        rounds.close();
        brokers.electLeader(SECOND);

        assertThat(last()).isEqualTo(times(BLOCK_MS - 5_001, BLOCK_MS - 5_001));
    }

    /** The first partition has one trade, and both are read to their ends. */
    private void bothPartitionsRead() {
        brokers.append(FIRST);
        rounds.run();
        report(FIRST, 1, BLOCK_MS);
        report(SECOND, 0);
        rounds.run();
        rounds.run();
        assertThat(last()).isEqualTo(times(BLOCK_MS - 5_001, BLOCK_MS - 5_001));
    }

    private void report(Partition partition, long position) {
        rounds.report(
                new ReadReport(List.of(new ReadReport.Progress(partition, position, Map.of()))));
    }

    private void report(Partition partition, long position, long latestMs) {
        rounds.report(
                new ReadReport(
                        List.of(
                                new ReadReport.Progress(
                                        partition, position, Map.of(CHAIN, latestMs)))));
    }

    private SourceEvent last() {
        List<SourceEvent> sent = context.sent.get(0);
        return sent.get(sent.size() - 1);
    }

    private static ClockTimes times(long lateMs, long closingMs) {
        return new ClockTimes(Map.of(CHAIN, new ChainTime(lateMs, closingMs)));
    }
}
