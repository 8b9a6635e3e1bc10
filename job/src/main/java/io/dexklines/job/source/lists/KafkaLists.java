package io.dexklines.job.source.lists;

import io.dexklines.job.config.KafkaSettings;
import io.dexklines.job.config.SmartMoneySettings;
import io.dexklines.smartmoney.ListChange;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.connector.base.source.reader.RecordEmitter;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * The source of the lists of wallets and follows, from their compacted topics.
 *
 * <p>Its watermark is the progress of the lists, not of the trades. A watermark T means that every
 * record that was in both topics at the wall-clock time T is emitted. It advances at intervals even
 * if nothing changes, but not while the lists load or a broker is unreachable. A new partition is
 * covered after a minute at the latest. The clocks of the cluster's machines must agree to within
 * the interval, or a trade may be decided by lists that are older than the trade by the difference.
 *
 * <p>One split holds the positions in all partitions, since only a reader of all partitions can
 * emit such a watermark. The source therefore needs a single subtask.
 */
public final class KafkaLists implements Source<ListChange, ListsSplit, Optional<ListsSplit>> {

    private static final long serialVersionUID = 1L;

    private final ListClients.Topics topics;
    private final ListClients clients;
    private final long intervalMs;
    private final Clock clock;

    /**
     * @param kafka the connection to the brokers
     * @param settings the topics of the lists, and how often a watermark is emitted
     * @param clock the wall clock; it must be serializable, as {@link Clock#systemUTC()} is
     */
    public KafkaLists(KafkaSettings kafka, SmartMoneySettings settings, Clock clock) {
        this.topics = new ListClients.Topics(settings.walletsTopic(), settings.followsTopic());
        this.clients =
                new ListClients(
                        kafka.clientProperties(), kafka.groupId(), ListClients.ANSWER_TIMEOUT);
        this.intervalMs = settings.listInterval().toMillis();
        this.clock = clock;
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SourceReader<ListChange, ListsSplit> createReader(SourceReaderContext context) {
        return new ListsSourceReader(
                () -> new ListReader(topics, clients, intervalMs, clock, context.metricGroup()),
                KafkaLists::emit,
                context);
    }

    private static void emit(
            ListStep step, SourceOutput<ListChange> output, AtomicReference<ListsSplit> state) {
        step.changes().forEach(output::collect);
        state.set(step.after());
        if (step.asOfMs() != ListStep.NOT_YET) {
            output.emitWatermark(new Watermark(step.asOfMs()));
        }
    }

    @Override
    public SplitEnumerator<ListsSplit, Optional<ListsSplit>> createEnumerator(
            SplitEnumeratorContext<ListsSplit> context) {
        return new ListsEnumerator(context, ListsSplit.BEGINNING);
    }

    @Override
    public SplitEnumerator<ListsSplit, Optional<ListsSplit>> restoreEnumerator(
            SplitEnumeratorContext<ListsSplit> context, Optional<ListsSplit> unassigned) {
        return new ListsEnumerator(context, unassigned.orElse(null));
    }

    @Override
    public SimpleVersionedSerializer<ListsSplit> getSplitSerializer() {
        return new ListsSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<Optional<ListsSplit>> getEnumeratorCheckpointSerializer() {
        return new ListsSplitSerializer.Unassigned();
    }

    /**
     * Emits the results of {@link ListReader}. The state is the split after the last emitted
     * result.
     */
    @SuppressWarnings("try") // Flink's own close() may be interrupted
    private static final class ListsSourceReader
            extends SingleThreadMultiplexSourceReaderBase<
                    ListStep, ListChange, ListsSplit, AtomicReference<ListsSplit>> {

        ListsSourceReader(
                Supplier<SplitReader<ListStep, ListsSplit>> reader,
                RecordEmitter<ListStep, ListChange, AtomicReference<ListsSplit>> emitter,
                SourceReaderContext context) {
            super(reader, emitter, context.getConfiguration(), context);
        }

        @Override
        protected AtomicReference<ListsSplit> initializedState(ListsSplit split) {
            return new AtomicReference<>(split);
        }

        @Override
        protected ListsSplit toSplitType(String splitId, AtomicReference<ListsSplit> state) {
            return state.get();
        }

        @Override
        protected void onSplitFinished(Map<String, AtomicReference<ListsSplit>> finished) {
            throw new IllegalStateException("the lists have no end");
        }
    }
}
