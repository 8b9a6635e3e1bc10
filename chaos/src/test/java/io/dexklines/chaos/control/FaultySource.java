package io.dexklines.chaos.control;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.job.Sources;
import io.dexklines.operator.kline.ChainWatermarks;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.watermark.LongWatermark;
import org.apache.flink.api.common.watermark.WatermarkDeclaration;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.util.UserCodeClassLoader;

/**
 * The production source of trades, in which one thing is wrong, or nothing. A replay can be made to
 * wait at a trade ({@link #waitInReplay}). The job runs in this process.
 */
final class FaultySource<SplitT extends SourceSplit, StateT>
        implements Source<DecodedRecord, SplitT, StateT> {

    private static final long serialVersionUID = 1L;

    private final Source<DecodedRecord, SplitT, StateT> production;
    private final Fault fault;

    /** What is wrong. */
    enum Fault {
        NONE,
        /** Every trade has an identity of its own, so that no copy is recognised. */
        NO_IDENTITY,
        /** The time of any chain is taken for that of all chains. */
        ONE_CLOCK,
        /** Whatever is closed is late at once, also in the replay after a restart. */
        NO_HOLD
    }

    /** Where the next attempt waits; null if nowhere. */
    private static volatile Wait wait;

    /**
     * A place in a partition, and the time that the closing of klines has to reach before what
     * follows is read.
     */
    private record Wait(String topic, int partition, long offset, long closingMs) {}

    /**
     * Makes attempts that begin from now on read a record only when klines are closed up to a time.
     * Other partitions must have what advances the closing, at their beginning.
     *
     * @param offset the offset of the record
     * @param closingMs epoch milliseconds
     */
    static void waitInReplay(String topic, int partition, long offset, long closingMs) {
        wait = new Wait(topic, partition, offset, closingMs);
    }

    /** Makes no attempt wait that begins from now on. */
    static void waitNowhere() {
        wait = null;
    }

    /** Returns production sources whose source of trades has a fault. */
    static Sources in(Sources production, Fault fault) {
        return new Sources(new FaultySource<>(production.trades(), fault), production.lists());
    }

    private FaultySource(Source<DecodedRecord, SplitT, StateT> production, Fault fault) {
        this.production = production;
        this.fault = fault;
    }

    @Override
    public SourceReader<DecodedRecord, SplitT> createReader(SourceReaderContext context)
            throws Exception {
        Context faulty = new Context(context, fault);
        return new Reader<>(production.createReader(faulty), faulty, fault, wait);
    }

    @Override
    public Boundedness getBoundedness() {
        return production.getBoundedness();
    }

    @Override
    public Set<? extends WatermarkDeclaration> declareWatermarks() {
        return production.declareWatermarks();
    }

    @Override
    public SplitEnumerator<SplitT, StateT> createEnumerator(SplitEnumeratorContext<SplitT> context)
            throws Exception {
        return production.createEnumerator(context);
    }

    @Override
    public SplitEnumerator<SplitT, StateT> restoreEnumerator(
            SplitEnumeratorContext<SplitT> context, StateT state) throws Exception {
        return production.restoreEnumerator(context, state);
    }

    @Override
    public SimpleVersionedSerializer<SplitT> getSplitSerializer() {
        return production.getSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<StateT> getEnumeratorCheckpointSerializer() {
        return production.getEnumeratorCheckpointSerializer();
    }

    /** The context by which the reader emits the clocks. */
    private static final class Context implements SourceReaderContext {

        private static final String CLOCK =
                ChainWatermarks.clock("").newWatermark(0).getIdentifier();
        private static final String CLOSING =
                ChainWatermarks.closing("").newWatermark(0).getIdentifier();

        private final SourceReaderContext production;
        private final Fault fault;
        private long latestMs = Long.MIN_VALUE;
        private long closingMs = Long.MIN_VALUE;

        /** Complete whenever klines have been closed further. */
        private CompletableFuture<Void> closed = new CompletableFuture<>();

        Context(SourceReaderContext production, Fault fault) {
            this.production = production;
            this.fault = fault;
        }

        @Override
        public void emitWatermark(org.apache.flink.api.common.watermark.Watermark watermark) {
            String identifier = watermark.getIdentifier();
            if (fault == Fault.ONE_CLOCK && identifier.startsWith(CLOCK)) {
                latestMs = Math.max(latestMs, ((LongWatermark) watermark).getValue());
                for (String chainId : ControlledRun.CHAINS) {
                    production.emitWatermark(ChainWatermarks.clock(chainId).newWatermark(latestMs));
                }
                return;
            }
            if (fault == Fault.NO_HOLD && identifier.startsWith(CLOSING)) {
                production.emitWatermark(
                        ChainWatermarks.clock(identifier.substring(CLOSING.length()))
                                .newWatermark(((LongWatermark) watermark).getValue()));
            }
            production.emitWatermark(watermark);
            if (identifier.startsWith(CLOSING)) {
                closingMs = Math.max(closingMs, ((LongWatermark) watermark).getValue());
                closed.complete(null);
                closed = new CompletableFuture<>();
            }
        }

        @Override
        public SourceReaderMetricGroup metricGroup() {
            return production.metricGroup();
        }

        @Override
        public Configuration getConfiguration() {
            return production.getConfiguration();
        }

        @Override
        public String getLocalHostName() {
            return production.getLocalHostName();
        }

        @Override
        public int getIndexOfSubtask() {
            return production.getIndexOfSubtask();
        }

        @Override
        public void sendSplitRequest() {
            production.sendSplitRequest();
        }

        @Override
        public void sendSourceEventToCoordinator(SourceEvent event) {
            production.sendSourceEventToCoordinator(event);
        }

        @Override
        public UserCodeClassLoader getUserCodeClassLoader() {
            return production.getUserCodeClassLoader();
        }

        @Override
        public int currentParallelism() {
            return production.currentParallelism();
        }
    }

    /**
     * Gives each trade that passes an identity of its own, if that is the fault, and waits where it
     * has to.
     */
    @SuppressWarnings("try") // close() throws what the production reader throws
    private static final class Reader<SplitT extends SourceSplit>
            implements SourceReader<DecodedRecord, SplitT> {

        private final SourceReader<DecodedRecord, SplitT> production;
        private final Context context;
        private final Fault fault;
        private final Wait wait;
        private ReaderOutput<DecodedRecord> records;
        private Output output;

        /** Whether the next record of the partition is the one to wait for. */
        private boolean waits;

        Reader(
                SourceReader<DecodedRecord, SplitT> production,
                Context context,
                Fault fault,
                Wait wait) {
            this.production = production;
            this.context = context;
            this.fault = fault;
            this.wait = wait;
        }

        @Override
        public InputStatus pollNext(ReaderOutput<DecodedRecord> newRecords) throws Exception {
            if (waits && context.closingMs < wait.closingMs()) {
                return InputStatus.NOTHING_AVAILABLE;
            }
            waits = false;
            if (records != newRecords) {
                records = newRecords;
                output = new Output(newRecords, this::passed, fault == Fault.NO_IDENTITY);
            }
            return production.pollNext(output);
        }

        private void passed(DecodedRecord record) {
            waits |=
                    wait != null
                            && record.topic().equals(wait.topic())
                            && record.partition() == wait.partition()
                            && record.offset() == wait.offset() - 1;
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return waits && context.closingMs < wait.closingMs()
                    ? context.closed
                    : production.isAvailable();
        }

        @Override
        public void start() {
            production.start();
        }

        @Override
        public List<SplitT> snapshotState(long checkpointId) {
            return production.snapshotState(checkpointId);
        }

        @Override
        public void addSplits(List<SplitT> splits) {
            production.addSplits(splits);
        }

        @Override
        public void notifyNoMoreSplits() {
            production.notifyNoMoreSplits();
        }

        @Override
        public void handleSourceEvents(SourceEvent event) {
            production.handleSourceEvents(event);
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) throws Exception {
            production.notifyCheckpointComplete(checkpointId);
        }

        @Override
        public void notifyCheckpointAborted(long checkpointId) throws Exception {
            production.notifyCheckpointAborted(checkpointId);
        }

        @Override
        public void pauseOrResumeSplits(Collection<String> toPause, Collection<String> toResume) {
            production.pauseOrResumeSplits(toPause, toResume);
        }

        @Override
        public void close() throws Exception {
            production.close();
        }
    }

    /** An output that may give trades identities made of their places in the topics. */
    private static final class Output implements ReaderOutput<DecodedRecord> {

        private final SourceOutput<DecodedRecord> production;
        private final Consumer<DecodedRecord> passed;
        private final boolean changesIdentities;

        Output(
                SourceOutput<DecodedRecord> production,
                Consumer<DecodedRecord> passed,
                boolean changesIdentities) {
            this.production = production;
            this.passed = passed;
            this.changesIdentities = changesIdentities;
        }

        private DecodedRecord changed(DecodedRecord record) {
            if (!changesIdentities) {
                return record;
            }
            List<Trade> trades = new ArrayList<>();
            for (Trade trade : record.trades()) {
                trades.add(
                        new Trade(
                                trade.chainId(),
                                trade.pairAddress(),
                                trade.txHash(),
                                trade.maker(),
                                trade.buy(),
                                trade.tokenAmount(),
                                trade.baseTokenAmount(),
                                trade.totalUsd(),
                                trade.tokenPriceUsd(),
                                trade.baseTokenPriceUsd(),
                                trade.mcapUsd(),
                                trade.clamp(),
                                new TradeId(
                                        1 + record.offset() * 1_000 + trades.size(),
                                        record.partition()),
                                trade.position(),
                                trade.labels()));
            }
            return new DecodedRecord(
                    trades,
                    record.excluded(),
                    record.labelsDropped(),
                    record.topic(),
                    record.partition(),
                    record.offset());
        }

        @Override
        public void collect(DecodedRecord record) {
            production.collect(changed(record));
            passed.accept(record);
        }

        @Override
        public void collect(DecodedRecord record, long timestampMs) {
            production.collect(changed(record), timestampMs);
            passed.accept(record);
        }

        @Override
        public SourceOutput<DecodedRecord> createOutputForSplit(String splitId) {
            return new Output(
                    ((ReaderOutput<DecodedRecord>) production).createOutputForSplit(splitId),
                    passed,
                    changesIdentities);
        }

        @Override
        public void releaseOutputForSplit(String splitId) {
            ((ReaderOutput<DecodedRecord>) production).releaseOutputForSplit(splitId);
        }

        @Override
        public void emitWatermark(Watermark watermark) {
            production.emitWatermark(watermark);
        }

        @Override
        public void markIdle() {
            production.markIdle();
        }

        @Override
        public void markActive() {
            production.markActive();
        }
    }
}
