package io.dexklines.job.source.trades;

import static io.dexklines.job.source.trades.ValidTrade.BLOCK_TIME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.clock.ChainTime;
import io.dexklines.clock.Partition;
import io.dexklines.decode.JsonTradeDecoder;
import io.dexklines.job.config.IngestSettings;
import io.dexklines.operator.kline.ChainWatermarks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.watermark.Watermark;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TradeReaderTest {

    private static final long BLOCK_MS = BLOCK_TIME * 1000;
    private static final TopicPartition KAFKA_PARTITION = new TopicPartition("bsc-trades", 3);
    private static final Partition PARTITION = new Partition("bsc-trades", 3);
    private static final ClockTimes NO_TIMES = new ClockTimes(Map.of());

    private static final IngestSettings SETTINGS =
            new IngestSettings(
                    Map.of("bsc-trades", Set.of("56", "1")),
                    0,
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    Set.of(),
                    "trades-excluded");

    private final ManualClock clock = new ManualClock(BLOCK_MS);
    private final JsonTradeDecoder decoder =
            new JsonTradeDecoder(SETTINGS.chainsByTopic(), Duration.ofDays(1), clock);
    private final FakeReader kafka = new FakeReader();
    private final FakeReaderContext context = new FakeReaderContext();
    private final ConsumerPositions positions = new ConsumerPositions();
    private final ConsumerPositions.Interceptor consumer = consumerOf(positions);
    private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
    private final TradeReader reader =
            new TradeReader(
                    kafka, positions, new StopOffsets(committed::putAll), context, SETTINGS, clock);

    private final List<Object> output = new ArrayList<>();

    @BeforeEach
    void watermarksAndRecordsGoToOneOutput() {
        context.output = output;
    }

    @Test
    void aReportSaysWhatWasEmittedSinceTheReportBefore() throws Exception {
        assign(5);
        emit(7, trade("56", BLOCK_TIME) + "," + trade("1", BLOCK_TIME + 1));
        emit(8, trade("56", BLOCK_TIME - 9));
        reader.handleSourceEvents(NO_TIMES);
        emit(9, trade("1", BLOCK_TIME));
        reader.handleSourceEvents(NO_TIMES);
        reader.handleSourceEvents(NO_TIMES);

        assertThat(context.reports)
                .containsExactly(
                        report(9, Map.of("56", BLOCK_MS, "1", BLOCK_MS + 1_000)),
                        report(10, Map.of("1", BLOCK_MS)),
                        report(10, Map.of()));
    }

    @Test
    void aStopCommitsTheOffsetsOfItsSavepoint() throws Exception {
        TopicPartition read = new TopicPartition("bsc-trades", 3);
        TopicPartition notRead = new TopicPartition("bsc-trades", 4);
        kafka.snapshot(
                new KafkaPartitionSplit(read, 7),
                new KafkaPartitionSplit(notRead, KafkaPartitionSplit.EARLIEST_OFFSET));
        reader.pollNext(new FakeOutput(output));
        reader.snapshotState(11);
        reader.notifyCheckpointComplete(11);

        reader.close();

        assertThat(committed).isEqualTo(Map.of(read, new OffsetAndMetadata(7)));
    }

    @Test
    void aReaderThatWasReadingOrWhoseCheckpointDidNotCompleteCommitsNothing() throws Exception {
        kafka.snapshot(new KafkaPartitionSplit(new TopicPartition("bsc-trades", 3), 7));
        reader.snapshotState(11);
        reader.notifyCheckpointComplete(11);
        reader.pollNext(new FakeOutput(output));
        reader.snapshotState(12);
        reader.notifyCheckpointComplete(11);
        reader.close();
        assertThat(committed).isEmpty();

        reader.notifyCheckpointComplete(12);
        reader.pollNext(new FakeOutput(output));
        reader.close();
        assertThat(committed).isEmpty();
    }

    @Test
    void aRecordWithoutTradesIsReadToo() throws Exception {
        assign(5);
        emit(5, "7");
        kafka.emit(decoder.decode(null, "bsc-trades", 3, 6));
        reader.pollNext(new FakeOutput(output));
        reader.handleSourceEvents(NO_TIMES);

        assertThat(context.reports).containsExactly(report(7, Map.of()));
    }

    @Test
    void aTradeOfTheFutureIsNotATime() throws Exception {
        assign(5);
        emit(5, trade("56", BLOCK_TIME + 60) + "," + trade("56", BLOCK_TIME + 61));
        reader.handleSourceEvents(NO_TIMES);
        clock.pass(Duration.ofSeconds(1));
        emit(6, trade("56", BLOCK_TIME + 61));
        reader.handleSourceEvents(NO_TIMES);

        assertThat(context.reports)
                .containsExactly(
                        report(6, Map.of("56", BLOCK_MS + 60_000)),
                        report(7, Map.of("56", BLOCK_MS + 61_000)));
    }

    @Test
    void anAssignedPartitionIsWhereItStartsUntilSomethingIsEmitted() throws Exception {
        assign(42);
        reader.pollNext(new FakeOutput(output));
        reader.handleSourceEvents(NO_TIMES);

        assertThat(context.reports).containsExactly(report(42, Map.of()));
    }

    @Test
    void thePositionOfAPartitionThatStartsAtItsBeginningIsNotKnown() throws Exception {
        assign(KafkaPartitionSplit.EARLIEST_OFFSET);
        reader.pollNext(new FakeOutput(output));
        reader.handleSourceEvents(NO_TIMES);

        assertThat(context.reports).containsExactly(report(-1, Map.of()));
    }

    @Test
    void whatTheConsumerPassesOverIsReadOnceAllBeforeItIsEmitted() throws Exception {
        assign(0);
        // records 0 and 1, then an aborted transaction up to 9
        deliver(10, 0, 1);
        emit(0, trade("56", BLOCK_TIME));
        reader.handleSourceEvents(NO_TIMES);
        emit(1, trade("56", BLOCK_TIME));
        reader.handleSourceEvents(NO_TIMES);
        // more is passed over without a record, and then a record follows
        deliver(20);
        reader.handleSourceEvents(NO_TIMES);
        deliver(31, 30);
        reader.handleSourceEvents(NO_TIMES);

        assertThat(context.reports.stream().map(each -> each.partitions().get(0).position()))
                .containsExactly(1L, 10L, 20L, 20L);
    }

    @Test
    void anAbortedTransactionInAnOtherwiseEmptyPartitionIsRead() throws Exception {
        assign(KafkaPartitionSplit.EARLIEST_OFFSET);
        reader.pollNext(new FakeOutput(output));
        deliver(4);
        reader.handleSourceEvents(NO_TIMES);

        assertThat(context.reports).containsExactly(report(4, Map.of()));
    }

    @Test
    void theConsumersOfAnotherReaderChangeNothing() throws Exception {
        ConsumerPositions former = new ConsumerPositions();
        ConsumerPositions.Interceptor before = consumerOf(former);
        former.close();
        ConsumerPositions.Interceptor after = consumerOf(former);
        assign(0);
        reader.pollNext(new FakeOutput(output));

        before.onConsume(delivered(9));
        after.onConsume(delivered(9));
        reader.handleSourceEvents(NO_TIMES);

        assertThat(context.reports).containsExactly(report(0, Map.of()));
    }

    @Test
    void onlyAClockThatAdvancedIsEmittedAndAClosingTimeOnlyWhereItIsAhead() throws Exception {
        reader.pollNext(new FakeOutput(output));
        clocks(ChainTime.NOT_STARTED, ChainTime.NOT_STARTED);
        clocks(ChainTime.NOT_STARTED, 10);
        clocks(20, 20);
        clocks(20, 20);
        clocks(20, 30);
        clocks(25, 30);
        clocks(25, 40);

        assertThat(output)
                .containsExactly(closing(10), clock(20), closing(30), clock(25), closing(40));
    }

    @Test
    void aClockIsEmittedBehindTheRecordsThatTheNextReportNames() throws Exception {
        assign(0);
        emit(0, trade("56", BLOCK_TIME));
        clocks(7, 7);
        emit(1, trade("56", BLOCK_TIME));

        assertThat(output).containsExactly(0L, clock(7), 1L);
        assertThat(context.reports).containsExactly(report(1, Map.of("56", BLOCK_MS)));
    }

    @Test
    void aReaderWithoutPartitionsEmitsTheClocksAndReportsNothing() throws Exception {
        reader.pollNext(new FakeOutput(output));
        clocks(7, 9);

        assertThat(output).containsExactly(clock(7), closing(9));
        assertThat(context.reports).containsExactly(new ReadReport(List.of()));
    }

    @Test
    void nothingIsEmittedOrReportedWhileTheTaskIsRestored() {
        assign(5);

        clocks(7, 9);

        assertThat(output).isEmpty();
        assertThat(context.reports).isEmpty();
    }

    @Test
    void whenKlinesBeginIsEmittedBeforeTheFirstRecord() throws Exception {
        reader.handleSourceEvents(new KlinesBegin(7));
        assign(5);
        emit(5, trade("56", BLOCK_TIME));

        assertThat(output).containsExactly(ChainWatermarks.begin().newWatermark(7), 5L);
    }

    @Test
    void offsetsThatAreGoneFailTheJobForGood() {
        kafka.fail(
                new RuntimeException(
                        "One or more fetchers have encountered exception",
                        new OffsetOutOfRangeException(Map.of(KAFKA_PARTITION, 5L))));

        assertThatThrownBy(() -> reader.pollNext(new FakeOutput(output)))
                .isInstanceOf(SuppressRestartsException.class)
                .hasStackTraceContaining("unread trades are gone: ")
                .hasStackTraceContaining("{bsc-trades-3=5}");
    }

    @Test
    void anotherFailureIsPassedOn() {
        RuntimeException failure = new RuntimeException("a failure");
        kafka.fail(failure);

        assertThatThrownBy(() -> reader.pollNext(new FakeOutput(output))).isSameAs(failure);
    }

    @Test
    void aReaderThatHasEndedReportsWhereItEnded() throws Exception {
        assign(5);
        emit(5, trade("56", BLOCK_TIME));
        kafka.end();
        reader.pollNext(new FakeOutput(output));
        clocks(7, 9);

        assertThat(output).containsExactly(5L);
        assertThat(context.reports).containsExactly(report(6, Map.of("56", BLOCK_MS)));
    }

    private void assign(long startingOffset) {
        reader.addSplits(List.of(new KafkaPartitionSplit(KAFKA_PARTITION, startingOffset)));
    }

    private void emit(long offset, String elements) throws Exception {
        kafka.emit(decoder.decode(ValidTrade.utf8("[" + elements + "]"), "bsc-trades", 3, offset));
        reader.pollNext(new FakeOutput(output));
    }

    private void clocks(long lateMs, long closingMs) {
        reader.handleSourceEvents(new ClockTimes(Map.of("56", new ChainTime(lateMs, closingMs))));
    }

    /** The consumer returns records, and its position is behind them. */
    private void deliver(long nextOffset, long... offsets) {
        consumer.onConsume(delivered(nextOffset, offsets));
    }

    private static ConsumerRecords<byte[], byte[]> delivered(long nextOffset, long... offsets) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (long offset : offsets) {
            records.add(new ConsumerRecord<>("bsc-trades", 3, offset, null, null));
        }
        return new ConsumerRecords<>(
                records.isEmpty() ? Map.of() : Map.of(KAFKA_PARTITION, records),
                Map.of(KAFKA_PARTITION, new OffsetAndMetadata(nextOffset)));
    }

    private static ConsumerPositions.Interceptor consumerOf(ConsumerPositions positions) {
        Map<String, Object> configuration = new HashMap<>();
        positions
                .consumerProperties()
                .forEach((key, value) -> configuration.put((String) key, value));
        ConsumerPositions.Interceptor interceptor = new ConsumerPositions.Interceptor();
        interceptor.configure(configuration);
        return interceptor;
    }

    private static String trade(String chainId, long blockTime) {
        return ValidTrade.tradeAt(blockTime).replace("\"56\"", "\"" + chainId + "\"");
    }

    private static ReadReport report(long position, Map<String, Long> latestMs) {
        return new ReadReport(List.of(new ReadReport.Progress(PARTITION, position, latestMs)));
    }

    private static Watermark clock(long timeMs) {
        return ChainWatermarks.clock("56").newWatermark(timeMs);
    }

    private static Watermark closing(long timeMs) {
        return ChainWatermarks.closing("56").newWatermark(timeMs);
    }
}
