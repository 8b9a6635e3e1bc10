package io.dexklines.job.source.trades;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The enumerator of trades: Kafka's enumerator, which assigns the partitions, with {@link
 * ClockRounds}.
 *
 * <p>Without state, it checks the start before the first partition is assigned. An unsafe start
 * fails the job without a restart; brokers that do not answer fail it with one. Every reader is
 * sent the time at which klines begin before it is assigned a partition, so the reader emits it
 * before the first record.
 *
 * <p>Nothing of the clocks is in a checkpoint. Where partitions end is asked anew after each
 * restart: all that a former attempt may have counted is before these ends.
 */
final class TradeEnumerator implements SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> {

    private static final Logger LOG = LoggerFactory.getLogger(TradeEnumerator.class);

    /** The time between two rounds, milliseconds. */
    static final long ROUND_MS = 250;

    private final SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> kafka;
    private final SplitEnumeratorContext<KafkaPartitionSplit> context;
    private final Optional<Callable<StartCheck.Start>> startCheck;
    private final Supplier<ClockRounds> newRounds;

    /** When klines begin, epoch milliseconds; 0 if that is not decided, or not here. */
    private long klinesBeginMs;

    /** The rounds; null until the start is found to be safe. */
    private ClockRounds rounds;

    /**
     * @param kafka the enumerator that assigns the partitions
     * @param startCheck decides on the start of a job without state, on another thread; empty if it
     *     was decided before
     * @param newRounds creates the rounds, with connections of their own
     */
    TradeEnumerator(
            SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> kafka,
            SplitEnumeratorContext<KafkaPartitionSplit> context,
            Optional<Callable<StartCheck.Start>> startCheck,
            Supplier<ClockRounds> newRounds) {
        this.kafka = kafka;
        this.context = context;
        this.startCheck = startCheck;
        this.newRounds = newRounds;
    }

    @Override
    public void start() {
        if (startCheck.isPresent()) {
            context.callAsync(startCheck.get(), this::startUnlessRefused);
        } else {
            startKafka();
        }
    }

    private void startUnlessRefused(StartCheck.Start start, Throwable failure) {
        if (failure != null) {
            throw new IllegalStateException(
                    "Kafka does not say what was committed, or where the topics begin", failure);
        }
        if (start.refusal().isPresent()) {
            throw new SuppressRestartsException(new IllegalStateException(start.refusal().get()));
        }
        klinesBeginMs = start.klinesBeginMs();
        if (klinesBeginMs > 0) {
            LOG.info(
                    "The topics are not read from their first trade on. Each interval begins with"
                            + " its first whole kline at or after {}.",
                    Instant.ofEpochMilli(klinesBeginMs));
        }
        context.registeredReaders().keySet().forEach(this::sendBegin);
        startKafka();
    }

    private void sendBegin(int subtaskId) {
        if (klinesBeginMs > 0) {
            context.sendEventToSourceReader(subtaskId, new KlinesBegin(klinesBeginMs));
        }
    }

    private void startKafka() {
        kafka.start();
        rounds = newRounds.get();
        context.callAsync(() -> null, (nothing, failure) -> rounds.run(), 0, ROUND_MS);
    }

    @Override
    public void handleSourceEvent(int subtaskId, SourceEvent event) {
        if (event instanceof ReadReport report) {
            rounds.report(report);
        } else {
            kafka.handleSourceEvent(subtaskId, event);
        }
    }

    /** Takes back the partitions of a reader that was reset; there may be none. */
    @Override
    public void addSplitsBack(List<KafkaPartitionSplit> splits, int subtaskId) {
        kafka.addSplitsBack(splits, subtaskId);
        if (rounds != null) {
            rounds.restart();
        }
    }

    @Override
    public void handleSplitRequest(int subtaskId, String requesterHostname) {
        kafka.handleSplitRequest(subtaskId, requesterHostname);
    }

    @Override
    public void addReader(int subtaskId) {
        sendBegin(subtaskId);
        kafka.addReader(subtaskId);
    }

    @Override
    public KafkaSourceEnumState snapshotState(long checkpointId) throws Exception {
        return kafka.snapshotState(checkpointId);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        kafka.notifyCheckpointComplete(checkpointId);
    }

    @Override
    public void notifyCheckpointAborted(long checkpointId) throws Exception {
        kafka.notifyCheckpointAborted(checkpointId);
    }

    @Override
    public void close() throws IOException {
        if (rounds != null) {
            rounds.close();
        }
        kafka.close();
    }
}
