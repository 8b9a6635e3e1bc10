package io.dexklines.chaos.control;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.operator.kline.ChainWatermarks;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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

/** The production source of trades, in which one thing is wrong. */
final class FaultySource<SplitT extends SourceSplit, StateT>
        implements Source<DecodedRecord, SplitT, StateT> {

    private static final long serialVersionUID = 1L;

    private final Source<DecodedRecord, SplitT, StateT> production;
    private final Fault fault;

    /** What is wrong. */
    enum Fault {
        /** Every trade has an identity of its own, so that no copy is recognised. */
        NO_IDENTITY,
        /** The time of any chain is taken for that of all chains. */
        ONE_CLOCK,
        /** Whatever is closed is late at once, also in the replay after a restart. */
        NO_HOLD
    }

    FaultySource(Source<DecodedRecord, SplitT, StateT> production, Fault fault) {
        this.production = production;
        this.fault = fault;
    }

    @Override
    public SourceReader<DecodedRecord, SplitT> createReader(SourceReaderContext context)
            throws Exception {
        return new Reader<>(production.createReader(new Context(context, fault)), fault);
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

    /** Gives each trade that passes an identity of its own, if that is the fault. */
    @SuppressWarnings("try") // close() throws what the production reader throws
    private static final class Reader<SplitT extends SourceSplit>
            implements SourceReader<DecodedRecord, SplitT> {

        private final SourceReader<DecodedRecord, SplitT> production;
        private final Fault fault;

        Reader(SourceReader<DecodedRecord, SplitT> production, Fault fault) {
            this.production = production;
            this.fault = fault;
        }

        @Override
        public InputStatus pollNext(ReaderOutput<DecodedRecord> output) throws Exception {
            return production.pollNext(
                    fault == Fault.NO_IDENTITY ? new WithoutIdentities(output) : output);
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
        public CompletableFuture<Void> isAvailable() {
            return production.isAvailable();
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

    /** An output whose trades have identities made of their places in the topics. */
    private static class WithoutIdentities implements ReaderOutput<DecodedRecord> {

        private final SourceOutput<DecodedRecord> production;

        WithoutIdentities(SourceOutput<DecodedRecord> production) {
            this.production = production;
        }

        private static DecodedRecord changed(DecodedRecord record) {
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
        }

        @Override
        public void collect(DecodedRecord record, long timestampMs) {
            production.collect(changed(record), timestampMs);
        }

        @Override
        public SourceOutput<DecodedRecord> createOutputForSplit(String splitId) {
            return new WithoutIdentities(
                    ((ReaderOutput<DecodedRecord>) production).createOutputForSplit(splitId));
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
