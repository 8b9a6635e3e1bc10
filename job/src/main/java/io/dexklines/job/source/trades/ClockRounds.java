package io.dexklines.job.source.trades;

import io.dexklines.clock.ChainClocks;
import io.dexklines.clock.Hold;
import io.dexklines.clock.Partition;
import io.dexklines.job.config.IngestSettings;
import java.time.Clock;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rounds in which {@link ChainClocks} learns how far the partitions are read and where they
 * end.
 *
 * <p>At each round the readers are sent the clocks, which they answer with a report, and the
 * brokers are asked for the partitions and then for their ends. Nothing waits for an answer: a
 * partition whose end is not answered is not asked for it again, and all others go on. If brokers
 * do not answer, the clocks stand still, and the job goes on.
 *
 * <p>A partition whose end was not known for a while is unreadable, because its producers may be
 * retrying then. A retry within the bounded disorder is harmless, so that is how long.
 *
 * <p>All methods but {@link #close} run on the coordinator's thread.
 */
final class ClockRounds {

    private static final Logger LOG = LoggerFactory.getLogger(ClockRounds.class);

    /** The least time without an answer after which a partition is unreadable. */
    private static final long LEAST_PATIENCE_MS = 1_000;

    private final SplitEnumeratorContext<?> context;
    private final ReaderEvents readers;
    private final PartitionOffsets brokers;
    private final IngestSettings settings;
    private final Clock clock;
    private final ClockHolds holds;

    private ChainClocks clocks;

    /** The partitions whose offset of a kind has been asked for and not been answered. */
    private final Map<PartitionOffsets.Kind, Set<Partition>> asked =
            new EnumMap<>(PartitionOffsets.Kind.class);

    /** When the end of each partition was last answered, or when the partition was first listed. */
    private final Map<Partition, Long> answeredAtMs = new HashMap<>();

    /** The partitions that a reader has. */
    private final Set<Partition> assigned = new HashSet<>();

    private volatile boolean closed;
    private boolean listing;
    private boolean listingFails;

    /**
     * @param context how readers are reached
     * @param brokers the brokers of the topics; closed with this object
     * @param settings the topics, the bounded disorder and the idle timeout
     * @param clock the wall clock
     * @param restarted whether a former attempt may have counted trades that are read again
     */
    ClockRounds(
            SplitEnumeratorContext<?> context,
            PartitionOffsets brokers,
            IngestSettings settings,
            Clock clock,
            boolean restarted) {
        this.context = context;
        this.readers = new ReaderEvents(context);
        this.brokers = brokers;
        this.settings = settings;
        this.clock = clock;
        this.holds = new ClockHolds(context.metricGroup(), settings.idleTimeout().toMillis());
        begin(restarted);
    }

    /**
     * Returns how long the end of a partition may stay unknown before the partition is unreadable,
     * milliseconds.
     */
    static long patienceMs(IngestSettings settings) {
        return Math.max(LEAST_PATIENCE_MS, settings.maxDisorder().toMillis() - LEAST_PATIENCE_MS);
    }

    /** Begins anew after readers were reset, which read again what they had read. */
    void restart() {
        begin(true);
    }

    private void begin(boolean restarted) {
        clocks =
                new ChainClocks(
                        settings.maxDisorder().toMillis(),
                        settings.idleTimeout().toMillis(),
                        settings.releasedPartitions(),
                        restarted,
                        clock.millis());
        for (PartitionOffsets.Kind kind : PartitionOffsets.Kind.values()) {
            asked.put(kind, new HashSet<>());
        }
        answeredAtMs.clear();
        assigned.clear();
        listing = false;
    }

    /** Begins a round. */
    void run() {
        long nowMs = clock.millis();
        ClockTimes times = new ClockTimes(clocks.times(nowMs));
        for (int subtask : context.registeredReaders().keySet()) {
            readers.send(subtask, times);
        }
        answeredAtMs.forEach(
                (partition, answeredMs) -> {
                    if (nowMs - answeredMs >= patienceMs(settings)) {
                        clocks.unreadable(partition);
                    }
                });
        List<Hold> held = clocks.holds(nowMs);
        holds.update(held, nowMs);
        askWhy(held);
        if (!listing) {
            list();
        }
    }

    private void list() {
        listing = true;
        ChainClocks.Question question = clocks.ask(clock.millis());
        whenAnswered(
                brokers.partitions(),
                (partitions, failure) -> {
                    listing = false;
                    logListing(failure);
                    if (failure == null) {
                        listed(question, partitions);
                    }
                });
    }

    private void listed(ChainClocks.Question question, Set<Partition> partitions) {
        long nowMs = clock.millis();
        Map<Partition, Set<String>> chainsOf = new HashMap<>();
        for (Partition partition : partitions) {
            chainsOf.put(
                    partition, settings.chainsByTopic().getOrDefault(partition.topic(), Set.of()));
            answeredAtMs.putIfAbsent(partition, nowMs);
        }
        clocks.listed(question, chainsOf);
        ask(
                PartitionOffsets.Kind.END,
                partitions,
                (partition, end) -> {
                    long answeredMs = clock.millis();
                    answeredAtMs.put(partition, answeredMs);
                    clocks.ended(question, partition, end, answeredMs);
                });
    }

    private void logListing(Throwable failure) {
        if (failure != null && !listingFails) {
            LOG.warn(
                    "The brokers do not list the partitions of the topics of trades. No clock"
                            + " advances until they do.",
                    failure);
        } else if (failure == null && listingFails) {
            LOG.info("The brokers list the partitions of the topics of trades again.");
        }
        listingFails = failure != null;
    }

    /** Asks for what tells why partitions hold clocks, and for positions that readers lack. */
    private void askWhy(List<Hold> held) {
        Set<Partition> read = new HashSet<>(clocks.withoutPosition());
        for (Hold hold : held) {
            if (assigned.contains(hold.partition())) {
                read.add(hold.partition());
            }
        }
        // nothing before the beginning can be read any more, so it counts as read
        ask(
                PartitionOffsets.Kind.BEGINNING,
                read,
                (partition, beginning) ->
                        clocks.report(partition, beginning, Map.of(), clock.millis()));
        ask(PartitionOffsets.Kind.STABLE_END, read, clocks::stable);
    }

    private void ask(
            PartitionOffsets.Kind kind,
            Set<Partition> partitions,
            BiConsumer<Partition, Long> answered) {
        Set<Partition> open = asked.get(kind);
        Set<Partition> free = new HashSet<>(partitions);
        free.removeAll(open);
        if (free.isEmpty()) {
            return;
        }
        open.addAll(free);
        brokers.ask(kind, free)
                .forEach(
                        (partition, answer) ->
                                whenAnswered(
                                        answer,
                                        (offset, failure) -> {
                                            open.remove(partition);
                                            if (failure == null) {
                                                answered.accept(partition, offset);
                                            }
                                        }));
    }

    /** Handles an answer on the coordinator's thread, unless the clocks have begun anew since. */
    private <T> void whenAnswered(CompletionStage<T> answer, BiConsumer<T, Throwable> handler) {
        ChainClocks asking = clocks;
        answer.whenComplete(
                (value, failure) ->
                        context.runInCoordinatorThread(
                                () -> {
                                    if (clocks == asking && !closed) {
                                        handler.accept(value, failure);
                                    }
                                }));
    }

    /** Takes the report of a reader. */
    void report(ReadReport report) {
        long nowMs = clock.millis();
        for (ReadReport.Progress progress : report.partitions()) {
            assigned.add(progress.partition());
            clocks.report(progress.partition(), progress.position(), progress.latestMs(), nowMs);
        }
    }

    /** Gives up all questions. May be called from any thread. */
    void close() {
        closed = true;
        brokers.close();
    }
}
