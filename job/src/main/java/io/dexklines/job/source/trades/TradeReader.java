package io.dexklines.job.source.trades;

import io.dexklines.clock.ChainTime;
import io.dexklines.decode.DecodedRecord;
import io.dexklines.job.config.IngestSettings;
import io.dexklines.operator.kline.ChainWatermarks;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;

/**
 * The reader of trades: Kafka's reader, which also emits the clocks of all chains and reports how
 * far it has emitted its partitions.
 *
 * <p>The enumerator computes the clocks. When they arrive, the reader emits them behind the records
 * that it has emitted, and then reports these records. So a clock never overtakes a record that it
 * covers. A reader without partitions emits the clocks, too, because the operator takes the least
 * of all readers.
 *
 * <p>All methods run on the task's thread.
 */
// close() throws what Kafka's reader throws, which may be an InterruptedException
@SuppressWarnings("try")
final class TradeReader implements SourceReader<DecodedRecord, KafkaPartitionSplit> {

    private final SourceReader<DecodedRecord, KafkaPartitionSplit> kafka;
    private final ConsumerPositions positions;
    private final StopOffsets stopOffsets;
    private final SourceReaderContext context;
    private final IngestSettings settings;
    private final Clock clock;

    private final Map<String, EmittedSplit> splits = new HashMap<>();
    private final Map<String, ChainTime> emittedTimes = new HashMap<>();

    private TradeOutput output;

    /** Whether the task has begun to read. Before, it may still restore records in flight. */
    private boolean reading;

    private boolean ended;

    /**
     * @param kafka the reader of Kafka's source
     * @param positions the positions of its consumers; closed with the reader
     * @param stopOffsets the offsets that are committed when the reader is closed
     * @param settings the chains of each topic, and how far in the future a trade may be
     */
    TradeReader(
            SourceReader<DecodedRecord, KafkaPartitionSplit> kafka,
            ConsumerPositions positions,
            StopOffsets stopOffsets,
            SourceReaderContext context,
            IngestSettings settings,
            Clock clock) {
        this.kafka = kafka;
        this.positions = positions;
        this.stopOffsets = stopOffsets;
        this.context = context;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public void start() {
        kafka.start();
    }

    @Override
    public InputStatus pollNext(ReaderOutput<DecodedRecord> records) throws Exception {
        reading = true;
        stopOffsets.read();
        if (output == null || output.records != records) {
            output = new TradeOutput(records);
        }
        InputStatus status = poll();
        ended = status == InputStatus.END_OF_INPUT;
        return status;
    }

    private InputStatus poll() throws Exception {
        try {
            return kafka.pollNext(output);
        } catch (Exception e) {
            OffsetOutOfRangeException gap =
                    ExceptionUtils.findThrowable(e, OffsetOutOfRangeException.class).orElse(null);
            if (gap == null) {
                throw e;
            }
            throw new SuppressRestartsException(
                    new IllegalStateException(
                            "unread trades are gone: the topics no longer hold the offsets "
                                    + gap.offsetOutOfRangePartitions()
                                    + ". Klines without them would be incomplete. Start the job"
                                    + " without its state and with kafka.start-offset=first, which"
                                    + " begins each interval with its first whole kline.",
                            e));
        }
    }

    @Override
    public void addSplits(List<KafkaPartitionSplit> added) {
        for (KafkaPartitionSplit split : added) {
            Set<String> chainIds =
                    settings.chainsByTopic().getOrDefault(split.getTopic(), Set.of());
            splits.put(
                    split.splitId(),
                    new EmittedSplit(split, chainIds, settings.maxFuture().toMillis(), clock));
        }
        kafka.addSplits(added);
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        if (event instanceof KlinesBegin begin) {
            // at once, although the task may not have begun to read: without state, nothing is in
            // flight, and a checkpoint must not come before it
            context.emitWatermark(ChainWatermarks.begin().newWatermark(begin.timeMs()));
            return;
        }
        if (!(event instanceof ClockTimes clocks)) {
            kafka.handleSourceEvents(event);
            return;
        }
        if (!reading) {
            return;
        }
        if (!ended) {
            clocks.times().forEach(this::emit);
        }
        List<ReadReport.Progress> progress = new ArrayList<>(splits.size());
        splits.values().forEach(split -> progress.add(split.report(positions)));
        context.sendSourceEventToCoordinator(new ReadReport(progress));
    }

    private void emit(String chainId, ChainTime time) {
        ChainTime before = emittedTimes.put(chainId, time);
        long lateMs = before == null ? ChainTime.NOT_STARTED : before.lateMs();
        long closingMs = before == null ? ChainTime.NOT_STARTED : before.closingMs();
        if (time.lateMs() > lateMs) {
            context.emitWatermark(ChainWatermarks.clock(chainId).newWatermark(time.lateMs()));
        }
        if (time.closingMs() > closingMs && time.closingMs() > time.lateMs()) {
            context.emitWatermark(ChainWatermarks.closing(chainId).newWatermark(time.closingMs()));
        }
    }

    @Override
    public List<KafkaPartitionSplit> snapshotState(long checkpointId) {
        List<KafkaPartitionSplit> snapshot = kafka.snapshotState(checkpointId);
        stopOffsets.snapshot(checkpointId, snapshot);
        return snapshot;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        return kafka.isAvailable();
    }

    @Override
    public void notifyNoMoreSplits() {
        kafka.notifyNoMoreSplits();
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        kafka.notifyCheckpointComplete(checkpointId);
        stopOffsets.completed(checkpointId);
    }

    @Override
    public void notifyCheckpointAborted(long checkpointId) throws Exception {
        kafka.notifyCheckpointAborted(checkpointId);
    }

    @Override
    public void pauseOrResumeSplits(Collection<String> toPause, Collection<String> toResume) {
        kafka.pauseOrResumeSplits(toPause, toResume);
    }

    @Override
    public void close() throws Exception {
        positions.close();
        kafka.close();
        stopOffsets.close();
    }

    /** An output that notes every record that passes. */
    private abstract static class NotingOutput<O extends SourceOutput<DecodedRecord>>
            implements SourceOutput<DecodedRecord> {

        final O records;

        NotingOutput(O records) {
            this.records = records;
        }

        abstract EmittedSplit split(DecodedRecord record);

        @Override
        public void collect(DecodedRecord record) {
            records.collect(record);
            split(record).emitted(record);
        }

        @Override
        public void collect(DecodedRecord record, long timestampMs) {
            records.collect(record, timestampMs);
            split(record).emitted(record);
        }

        @Override
        public void emitWatermark(Watermark watermark) {
            records.emitWatermark(watermark);
        }

        @Override
        public void markIdle() {
            records.markIdle();
        }

        @Override
        public void markActive() {
            records.markActive();
        }
    }

    /** The output of all partitions. */
    private final class TradeOutput extends NotingOutput<ReaderOutput<DecodedRecord>>
            implements ReaderOutput<DecodedRecord> {

        TradeOutput(ReaderOutput<DecodedRecord> records) {
            super(records);
        }

        @Override
        EmittedSplit split(DecodedRecord record) {
            return splits.get(record.topic() + "-" + record.partition());
        }

        @Override
        public SourceOutput<DecodedRecord> createOutputForSplit(String splitId) {
            return new SplitOutput(records.createOutputForSplit(splitId), splits.get(splitId));
        }

        @Override
        public void releaseOutputForSplit(String splitId) {
            records.releaseOutputForSplit(splitId);
        }
    }

    /** The output of one partition. */
    private static final class SplitOutput extends NotingOutput<SourceOutput<DecodedRecord>> {

        private final EmittedSplit split;

        SplitOutput(SourceOutput<DecodedRecord> records, EmittedSplit split) {
            super(records);
            this.split = split;
        }

        @Override
        EmittedSplit split(DecodedRecord record) {
            return split;
        }
    }
}
