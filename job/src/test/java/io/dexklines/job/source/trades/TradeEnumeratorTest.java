package io.dexklines.job.source.trades;

import static io.dexklines.job.source.trades.ValidTrade.BLOCK_TIME;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.clock.ChainTime;
import io.dexklines.clock.Partition;
import io.dexklines.job.config.IngestSettings;
import io.dexklines.job.config.StartOffset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TradeEnumeratorTest {

    private static final long BLOCK_MS = BLOCK_TIME * 1000;
    private static final Partition PARTITION = new Partition("bsc-trades", 0);
    private static final StartCheck SAFE =
            new StartCheck(
                    new Properties(),
                    "klines",
                    Set.of("bsc-trades"),
                    new StartOffset(StartOffset.Kind.FIRST, 0));
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
    private final FakeOffsets brokers = new FakeOffsets();
    private final TradeEnumerator enumerator =
            new TradeEnumerator(
                    new FakeKafka(), context, Optional.of(SAFE), this::roundsOfTheFirstAttempt);

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
