package io.dexklines.job.source.lists;

import io.dexklines.smartmoney.ListChange;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads both lists, on a thread of its own.
 *
 * <p>At intervals it notes the time, asks for the ends of all partitions, and says so when it has
 * read up to them: then it knows everything that stood in the lists at that time. While a broker is
 * away it cannot say so, and whoever waits for it waits; it tries again for as long as it takes.
 *
 * <p>The filter is begun anew when a record asks for it, or when more wallets were removed since it
 * was begun than {@value #UNLISTED_FOR_A_REBUILD} and than a quarter of those listed.
 */
final class ListReader implements SplitReader<ListStep, ListsSplit> {

    /** So few stale wallets in the filter are not worth reading the list again. */
    static final int UNLISTED_FOR_A_REBUILD = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(ListReader.class);

    private static final long NEVER = Long.MIN_VALUE;

    private static final Duration DISCOVERY_INTERVAL = Duration.ofMinutes(1);

    /** How long a round waits for the second reading when the first has nothing to do. */
    private static final Duration REBUILD_PATIENCE = Duration.ofMillis(10);

    private final ListTopics topics;
    private final ListClients clients;
    private final long intervalMs;
    private final Clock clock;
    private final ListRecords records = new ListRecords();
    private final Consumer<byte[], byte[]> consumer;

    /** Asks; over connections on which no fetch holds an answer up. */
    private final Consumer<byte[], byte[]> asker;

    private final Counter invalid;
    private final Counter rebuilds;

    private ListsSplit split;
    private FilterRebuild rebuild;
    private long discoveredAtMs = NEVER;
    private long askedAtMs = NEVER;

    /** What has to be read before {@link #askedAtMs} is reached; empty when it was. */
    private Map<TopicPartition, Long> ends = Map.of();

    private boolean warned;
    private volatile long asOfMs;

    /**
     * @param clients opens the consumers
     * @param intervalMs how often to say how far it is, milliseconds
     * @param clock the wall clock, the one by which trades arrive
     * @param metrics of the subtask
     */
    ListReader(
            ListTopics topics,
            ListClients clients,
            long intervalMs,
            Clock clock,
            MetricGroup metrics) {
        this.topics = topics;
        this.clients = clients;
        this.intervalMs = intervalMs;
        this.clock = clock;
        this.consumer = clients.open("reading");
        this.asker = clients.open("asking");
        this.invalid = metrics.counter(ListMetric.RECORDS_INVALID.metricName());
        this.rebuilds = metrics.counter(ListMetric.REBUILDS.metricName());
        this.asOfMs = clock.millis();
        metrics.<Long, org.apache.flink.metrics.Gauge<Long>>gauge(
                ListMetric.BEHIND_MS.metricName(), () -> clock.millis() - asOfMs);
    }

    @Override
    public void handleSplitsChanges(SplitsChange<ListsSplit> change) {
        split = change.splits().get(0);
    }

    @Override
    public RecordsWithSplitIds<ListStep> fetch() {
        RecordsBySplits.Builder<ListStep> steps = new RecordsBySplits.Builder<>();
        try {
            discover();
            ask();
            ListStep step = read();
            split = step.after();
            steps.add(split, step);
        } catch (WakeupException e) {
            // the next call goes on
        } catch (RetriableException e) {
            warnOnce(e);
        }
        return steps.build();
    }

    /** One round; what the poll has returned must not be lost, so nothing behind it may throw. */
    private ListStep read() {
        List<ListChange> changes = new ArrayList<>();
        boolean rebuildAsked = false;
        long listed = split.walletsListed();
        long unlisted = split.walletsUnlisted();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(patience())) {
            boolean ofWallets = record.topic().equals(topics.wallets());
            if (ofWallets && ListRecords.isRebuild(record.key())) {
                // while it is loaded for the first time, the filter is new as it is
                rebuildAsked |= record.value() != null && split.loaded();
                continue;
            }
            ListChange change = change(record, ofWallets);
            if (change == null) {
                continue;
            }
            changes.add(change);
            if (change.kind() == ListChange.Kind.LISTED) {
                listed++;
            } else if (change.kind() == ListChange.Kind.UNLISTED) {
                listed = Math.max(0, listed - 1);
                unlisted++;
            }
        }
        long reachedMs = ListStep.NOT_YET;
        if (!ends.isEmpty() && reached(ends)) {
            // what came within the millisecond of the question may have come after it
            reachedMs = askedAtMs - 1;
            asOfMs = reachedMs;
            ends = Map.of();
        }
        ListsSplit after =
                new ListsSplit(
                        positions(),
                        split.loaded() || reachedMs != ListStep.NOT_YET,
                        split.generation(),
                        split.rebuildDue()
                                || rebuildAsked
                                || unlisted > Math.max(UNLISTED_FOR_A_REBUILD, listed / 4),
                        listed,
                        unlisted);
        if (rebuildAsked) {
            giveUpRebuild();
        }
        return new ListStep(changes, rebuilt(after, changes), reachedMs);
    }

    /** What the record says; null, and counted, where it says nothing. */
    private ListChange change(ConsumerRecord<byte[], byte[]> record, boolean ofWallets) {
        try {
            return ofWallets
                    ? records.wallet(record.key(), record.value())
                    : records.follow(record.key(), record.value());
        } catch (IllegalArgumentException e) {
            invalid.inc();
            LOG.warn(
                    "{}-{}@{} is not a record of the lists: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getMessage());
            return null;
        }
    }

    private Map<TopicPartition, Long> positions() {
        Map<TopicPartition, Long> positions = new HashMap<>();
        for (TopicPartition each : consumer.assignment()) {
            positions.put(
                    each, Positions.of(consumer, each, split.positions().getOrDefault(each, 0L)));
        }
        return Map.copyOf(positions);
    }

    private boolean reached(Map<TopicPartition, Long> offsets) {
        return offsets.entrySet().stream()
                .allMatch(each -> Positions.of(consumer, each.getKey(), 0) >= each.getValue());
    }

    /** Goes on with the rebuild of the filter, or begins it, where one is due. */
    private ListsSplit rebuilt(ListsSplit after, List<ListChange> changes) {
        if (!after.rebuildDue() || !after.loaded()) {
            return after;
        }
        if (rebuild == null) {
            int generation = after.generation() + 1;
            Map<TopicPartition, Long> wallets = new HashMap<>(after.positions());
            wallets.keySet().removeIf(each -> !each.topic().equals(topics.wallets()));
            rebuild = new FilterRebuild(clients.open("rebuilding"), wallets, generation);
            rebuilds.inc();
            LOG.info("the filter of wallets is rebuilt, generation {}", generation);
            changes.add(ListChange.rebuildBegins(generation));
            return after.withFilter(generation, true, after.walletsListed(), 0);
        }
        try {
            changes.addAll(rebuild.next(REBUILD_PATIENCE));
        } catch (RetriableException e) {
            warnOnce(e);
        }
        if (!rebuild.ended()) {
            return after;
        }
        long told = rebuild.told();
        giveUpRebuild();
        return after.withFilter(after.generation(), false, told, after.walletsUnlisted());
    }

    private void giveUpRebuild() {
        if (rebuild != null) {
            rebuild.close();
            rebuild = null;
        }
    }

    /** Finds the partitions, of which there may be new ones, and has the consumer read them all. */
    private void discover() {
        long nowMs = clock.millis();
        if (discoveredAtMs != NEVER && nowMs - discoveredAtMs < DISCOVERY_INTERVAL.toMillis()) {
            return;
        }
        Set<TopicPartition> found = partitions(topics.wallets());
        found.addAll(partitions(topics.follows()));
        Set<TopicPartition> known = Set.copyOf(consumer.assignment());
        if (!known.equals(found)) {
            consumer.assign(found);
            for (TopicPartition each : found) {
                if (!known.contains(each)) {
                    consumer.seek(each, split.positions().getOrDefault(each, 0L));
                }
            }
        }
        discoveredAtMs = nowMs;
    }

    private Set<TopicPartition> partitions(String topic) {
        List<PartitionInfo> infos;
        try {
            infos = asker.partitionsFor(topic);
        } catch (UnknownTopicOrPartitionException e) {
            infos = List.of();
        }
        if (infos == null || infos.isEmpty()) {
            throw new IllegalStateException(
                    "there is no topic "
                            + topic
                            + ": smart money needs it, compacted; without smart money, set"
                            + " smart-money.enabled=false");
        }
        return infos.stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .collect(Collectors.toSet());
    }

    private void ask() {
        long nowMs = clock.millis();
        if (!ends.isEmpty() || askedAtMs != NEVER && nowMs - askedAtMs < intervalMs) {
            return;
        }
        askedAtMs = nowMs;
        try {
            ends = asker.endOffsets(consumer.assignment());
            warned = false;
        } catch (RetriableException e) {
            // what there is to read is read all the same
            warnOnce(e);
        }
    }

    private void warnOnce(RetriableException e) {
        if (!warned) {
            LOG.warn("the lists cannot be read, trades wait for them: {}", e.getMessage());
        }
        warned = true;
    }

    /** Until there is something to say, but for records, which end every wait. */
    private Duration patience() {
        if (rebuild != null || !ends.isEmpty() && reached(ends)) {
            return Duration.ZERO;
        }
        long nextMs = ends.isEmpty() ? askedAtMs + intervalMs - clock.millis() : intervalMs;
        return Duration.ofMillis(Math.max(0, Math.min(intervalMs, nextMs)));
    }

    @Override
    public void wakeUp() {
        consumer.wakeup();
        asker.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
        asker.close();
        giveUpRebuild();
    }
}
