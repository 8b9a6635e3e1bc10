package io.dexklines.job.source.trades;

import static io.dexklines.job.source.trades.ValidTrade.BLOCK_TIME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.clock.ChainTime;
import io.dexklines.clock.Partition;
import io.dexklines.job.config.IngestSettings;
import io.dexklines.job.source.trades.StartCheck.Start;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TradeEnumeratorTest {

    private static final long BLOCK_MS = BLOCK_TIME * 1000;
    private static final Partition PARTITION = new Partition("bsc-trades", 0);
    private static final IngestSettings SETTINGS =
            new IngestSettings(
                    Map.of("bsc-trades", Set.of("56")),
                    0,
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    Set.of(),
                    "trades-excluded");

    private final List<String> calls = new ArrayList<>();
    private final FakeEnumeratorContext context = new FakeEnumeratorContext();

    /** The events that the readers had been sent when Kafka's enumerator could assign. */
    private final List<Map<Integer, List<SourceEvent>>> toldBefore = new ArrayList<>();

    private final FakeOffsets brokers = new FakeOffsets();
    private final TradeEnumerator enumerator = enumerator(new Start(Optional.empty(), 0));

    private TradeEnumerator enumerator(Start start) {
        return new TradeEnumerator(
                new FakeKafka(), context, Optional.of(() -> start), this::roundsOfTheFirstAttempt);
    }

    private ClockRounds roundsOfTheFirstAttempt() {
        calls.add("rounds");
        return new ClockRounds(
                context, brokers, SETTINGS, new ManualClock(BLOCK_MS + 60_000), false);
    }

    @BeforeEach
    void createTheTopic() {
        brokers.list(Set.of("bsc-trades"));
        brokers.createTopic("bsc-trades", 1);
        context.registerReader(0);
    }

    @Test
    void theRoundsBeginOnceKafkaHasStarted() {
        context.tick();
        assertThat(context.sent).isEqualTo(Map.of(0, List.of()));

        enumerator.start();
        context.tick();

        assertThat(calls).containsExactly("start", "rounds");
        assertThat(context.sent).isEqualTo(Map.of(0, List.of(new ClockTimes(Map.of()))));
    }

    @Test
    void everyReaderIsToldWhenKlinesBeginBeforeKafkaAssignsAPartition() {
        TradeEnumerator late = enumerator(new Start(Optional.empty(), 7));
        late.addReader(0);
        assertThat(context.sent.get(0)).isEmpty();

        late.start();
        context.registerReader(1);
        late.addReader(1);
        // reader 0 was reset, and registers again
        late.addSplitsBack(List.of(), 0);
        context.registerReader(0);
        late.addReader(0);

        assertThat(calls)
                .containsExactly(
                        "reader 0", "start", "rounds", "reader 1", "0 gives back []", "reader 0");
        assertThat(toldBefore)
                .containsExactly(
                        Map.of(0, List.of()),
                        Map.of(0, List.of(new KlinesBegin(7))),
                        Map.of(0, List.of(new KlinesBegin(7)), 1, List.of(new KlinesBegin(7))),
                        Map.of(0, List.of(new KlinesBegin(7)), 1, List.of(new KlinesBegin(7))));
    }

    @Test
    void anUnsafeStartIsRefusedForGood() {
        TradeEnumerator unsafe = enumerator(new Start(Optional.of("unsafe"), 0));

        assertThatThrownBy(unsafe::start)
                .isInstanceOf(SuppressRestartsException.class)
                .hasStackTraceContaining("unsafe");
        assertThat(calls).isEmpty();
    }

    @Test
    void brokersThatDoNotAnswerFailTheStartWithARestart() {
        TradeEnumerator cutOff =
                new TradeEnumerator(
                        new FakeKafka(),
                        context,
                        Optional.of(
                                () -> {
                                    throw new TimeoutException();
                                }),
                        this::roundsOfTheFirstAttempt);

        assertThatThrownBy(cutOff::start)
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasCauseInstanceOf(TimeoutException.class);
        assertThat(calls).isEmpty();
    }

    @Test
    void reportsAreForTheClocksAndOtherEventsForKafka() {
        enumerator.start();
        context.tick();

        enumerator.handleSourceEvent(0, report(0));
        enumerator.handleSourceEvent(0, new ClockTimes(Map.of()));
        context.tick();
        context.tick();

        assertThat(calls).containsExactly("start", "rounds", "event of 0");
        assertThat(last()).isEqualTo(times(BLOCK_MS - 5_001, BLOCK_MS - 5_001));
    }

    @Test
    void theClocksBeginAnewWhenAReaderIsResetEvenWithoutPartitions() throws Exception {
        enumerator.start();
        context.tick();
        enumerator.handleSourceEvent(0, report(0));
        context.tick();
        context.tick();
        brokers.append(PARTITION);

        enumerator.addSplitsBack(List.of(), 0);
        context.tick();
        enumerator.handleSourceEvent(0, report(0));
        context.tick();
        context.tick();

        // what the former attempt counted is read again: klines close, and nothing is late
        assertThat(last()).isEqualTo(times(ChainTime.NOT_STARTED, BLOCK_MS - 5_001));
        assertThat(calls).containsExactly("start", "rounds", "0 gives back []");
        enumerator.close();
        assertThat(calls).endsWith("close");
    }

    private static ReadReport report(long position) {
        return new ReadReport(
                List.of(new ReadReport.Progress(PARTITION, position, Map.of("56", BLOCK_MS))));
    }

    private SourceEvent last() {
        List<SourceEvent> sent = context.sent.get(0);
        return sent.get(sent.size() - 1);
    }

    private static ClockTimes times(long lateMs, long closingMs) {
        return new ClockTimes(Map.of("56", new ChainTime(lateMs, closingMs)));
    }

    /** Kafka's enumerator, which notes what it is told. */
    private final class FakeKafka
            implements SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> {

        @Override
        public void start() {
            calls.add("start");
            noteSent();
        }

        private void noteSent() {
            Map<Integer, List<SourceEvent>> sent = new HashMap<>();
            context.sent.forEach((reader, events) -> sent.put(reader, List.copyOf(events)));
            toldBefore.add(sent);
        }

        @Override
        public void handleSplitRequest(int subtask, String hostname) {
            calls.add("request of " + subtask);
        }

        @Override
        public void addSplitsBack(List<KafkaPartitionSplit> splits, int subtask) {
            calls.add(subtask + " gives back " + splits);
        }

        @Override
        public void addReader(int subtask) {
            calls.add("reader " + subtask);
            noteSent();
        }

        @Override
        public void handleSourceEvent(int subtask, SourceEvent event) {
            calls.add("event of " + subtask);
        }

        @Override
        public KafkaSourceEnumState snapshotState(long checkpointId) {
            return new KafkaSourceEnumState(Set.of(), true);
        }

        @Override
        public void close() {
            calls.add("close");
        }
    }
}
