package io.dexklines.job.source.lists;

import io.dexklines.job.config.KafkaSettings;
import io.dexklines.smartmoney.ListChange;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * The lists of wallets and of follows, from their compacted topics.
 *
 * <p>Its watermark is a promise about the lists and not about trades: T means that all that stood
 * in both topics at the wall clock T has been emitted. It comes at intervals, also while nothing
 * changes; not while the lists are being loaded, nor while a broker is away. A partition that is
 * added to a topic is part of the promise a minute later at the latest. The clocks of the cluster's
 * machines must agree to within the interval, or a trade may be decided by a list that is older
 * than it by as much as they differ.
 *
 * <p>One split holds the positions in all partitions: only whoever reads all of them can give the
 * promise. So it needs no more than one subtask.
 */
public final class KafkaLists implements Source<ListChange, ListsSplit, Optional<ListsSplit>> {

    private static final long serialVersionUID = 1L;

    private final ListTopics topics;
    private final ListClients clients;
    private final long intervalMs;
    private final Clock clock;

    /**
     * @param kafka how the brokers are reached
     * @param walletsTopic key {@code {chain_id}:{address}}
     * @param followsTopic key {@code {chain_id}:{address}:{user_id}}
     * @param interval how often it says how far it is
     * @param clock the wall clock; it must be serializable, as {@link Clock#systemUTC()} is
     */
    public KafkaLists(
            KafkaSettings kafka,
            String walletsTopic,
            String followsTopic,
            Duration interval,
            Clock clock) {
        this.topics = new ListTopics(walletsTopic, followsTopic);
        this.clients = new ListClients(kafka.clientProperties(), kafka.groupId());
        this.intervalMs = interval.toMillis();
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
        return new UnassignedSerializer();
    }
}
