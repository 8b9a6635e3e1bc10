package io.dexklines.job.source.lists;

import io.dexklines.smartmoney.ListChange;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A reader of both lists, on a separate thread.
 *
 * <p>At intervals it notes the time and asks for the ends of all partitions. Once it has read up to
 * them, it knows every record that was in the lists at the noted time, and reports that time. While
 * a broker is unreachable it retries without limit, and trades wait. Lists that were read to their
 * ends once are also waited for if a topic is deleted or the broker denies access: only the first
 * reading fails then, because klines do not depend on the lists.
 *
 * <p>A rebuild of the filter starts if a record asks for it, or if more wallets were removed since
 * the last rebuild than {@value #MIN_UNLISTED_FOR_REBUILD} and than a quarter of the listed ones.
 */
final class ListReader implements SplitReader<ListStep, ListsSplit> {

    /** The number of stale wallets in the filter up to which a rebuild is not worthwhile. */
    static final int MIN_UNLISTED_FOR_REBUILD = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(ListReader.class);

    private static final long NEVER = Long.MIN_VALUE;

    private static final Duration DISCOVERY_INTERVAL = Duration.ofMinutes(1);

    /** The longest time in which a round waits for records of the rebuild. */
    private static final Duration REBUILD_POLL_TIMEOUT = Duration.ofMillis(10);

    private final ListClients.Topics topics;
    private final ListClients clients;
    private final long intervalMs;
    private final Clock clock;
    private final ListRecords records = new ListRecords();
    private final Consumer<byte[], byte[]> consumer;

    /**
     * The client that asks for partitions and ends. Its connections carry no fetches, which would
     * delay the answers.
     */
    private final Consumer<byte[], byte[]> metadataConsumer;

    private final Semaphore woken = new Semaphore(0);
    private final Counter invalid;
    private final Counter rebuilds;

    private ListsSplit split;
    private FilterRebuild rebuild;
    private long discoveredAtMs = NEVER;
    private long askedAtMs = NEVER;

    /** The offsets to read up to before {@link #askedAtMs} is reached; empty once it is. */
    private Map<TopicPartition, Long> ends = Map.of();

    private boolean warned;
    private volatile long asOfMs;

    /**
     * @param clients opens the consumers
     * @param intervalMs how often to report the time that was reached, milliseconds
     * @param clock the wall clock by which trades arrive
     * @param metrics the metrics of the subtask
     */
    ListReader(
            ListClients.Topics topics,
            ListClients clients,
            long intervalMs,
            Clock clock,
            MetricGroup metrics) {
        this.topics = topics;
        this.clients = clients;
        this.intervalMs = intervalMs;
        this.clock = clock;
        this.consumer = clients.open("reading");
        this.metadataConsumer = clients.open("asking");
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
            // the next call continues
        } catch (ApiException e) {
            if (!(e instanceof RetriableException) && !split.loaded()) {
                throw e;
            }
            warnOnce(e);
            pause();
        }
        return steps.build();
    }

    /** Waits before the next attempt, since some errors come at once. */
    private void pause() {
        try {
            woken.tryAcquire(intervalMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads one round. Nothing after the poll may throw, or the polled records would be lost. */
    private ListStep read() {
        List<ListChange> changes = new ArrayList<>();
        boolean rebuildAsked = false;
        long listed = split.walletsListed();
        long unlisted = split.walletsUnlisted();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(pollTimeout())) {
            boolean ofWallets = record.topic().equals(topics.wallets());
            if (ofWallets && ListRecords.isRebuild(record.key())) {
                // while the lists load for the first time, the filter is new anyway
                rebuildAsked |= record.value() != null && split.loaded();
                continue;
            }
            ListChange change = change(record, ofWallets);
            changes.add(change);
            if (change.kind() == ListChange.Kind.LISTED) {
                listed++;
            } else if (change.kind() == ListChange.Kind.UNLISTED) {
                listed = Math.max(0, listed - 1);
                unlisted++;
            }
        }
        long reachedMs = ListStep.NOT_YET;
        if (!ends.isEmpty() && ListClients.reached(consumer, ends)) {
            // a record of the same millisecond may have come after the question
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
                                || unlisted > Math.max(MIN_UNLISTED_FOR_REBUILD, listed / 4),
                        listed,
                        unlisted);
        if (rebuildAsked) {
            cancelRebuild();
        }
        return new ListStep(changes, continueRebuild(after, changes), reachedMs);
    }

    /** Returns the change that the record describes, or the report that it is invalid. */
    private ListChange change(ConsumerRecord<byte[], byte[]> record, boolean ofWallets) {
        try {
            return ofWallets
                    ? records.wallet(record.key(), record.value())
                    : records.follow(record.key(), record.value());
        } catch (IllegalArgumentException e) {
            invalid.inc();
            LOG.warn(
                    "{}-{}@{} is not a valid record of the lists: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getMessage());
            return ListChange.refused(ListRecords.refusal(record, e.getMessage()));
        }
    }

    private Map<TopicPartition, Long> positions() {
        Map<TopicPartition, Long> positions = new HashMap<>();
        for (TopicPartition each : consumer.assignment()) {
            positions.put(
                    each,
                    ListClients.position(consumer, each, split.positions().getOrDefault(each, 0L)));
        }
        return Map.copyOf(positions);
    }

    /** Starts or continues the rebuild of the filter if one is due. */
    private ListsSplit continueRebuild(ListsSplit after, List<ListChange> changes) {
        if (!after.rebuildDue() || !after.loaded()) {
            return after;
        }
        if (rebuild == null) {
            int generation = after.generation() + 1;
            Map<TopicPartition, Long> wallets = new HashMap<>(after.positions());
            wallets.keySet().removeIf(each -> !each.topic().equals(topics.wallets()));
            rebuild = new FilterRebuild(clients.open("rebuilding"), wallets, generation);
            rebuilds.inc();
            LOG.info("rebuilding the filter of wallets, generation {}", generation);
            changes.add(ListChange.rebuildBegins(generation));
            return after.withFilter(generation, true, after.walletsListed(), 0);
        }
        try {
            changes.addAll(rebuild.next(REBUILD_POLL_TIMEOUT));
        } catch (ApiException e) {
            warnOnce(e);
        }
        if (!rebuild.ended()) {
            return after;
        }
        long listedNow = rebuild.emitted();
        cancelRebuild();
        return after.withFilter(after.generation(), false, listedNow, after.walletsUnlisted());
    }

    private void cancelRebuild() {
        if (rebuild != null) {
            rebuild.close();
            rebuild = null;
        }
    }

    /** Finds the partitions, including new ones, and assigns all of them to the consumer. */
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
            infos = metadataConsumer.partitionsFor(topic);
        } catch (UnknownTopicOrPartitionException e) {
            infos = List.of();
        }
        if (infos == null || infos.isEmpty()) {
            String message =
                    "there is no topic "
                            + topic
                            + ": create it with cleanup.policy=compact, or set"
                            + " smart-money.enabled=false";
            if (split.loaded()) {
                throw new UnknownTopicOrPartitionException(message);
            }
            throw new IllegalStateException(message);
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
            ends = metadataConsumer.endOffsets(consumer.assignment());
            warned = false;
        } catch (RetriableException e) {
            // reading continues without the ends
            warnOnce(e);
        }
    }

    private void warnOnce(ApiException e) {
        if (!warned) {
            LOG.warn("the lists cannot be read, trades wait for them: {}", e.getMessage());
        }
        warned = true;
    }

    /** Returns the longest time that a poll waits. A record that arrives ends the wait early. */
    private Duration pollTimeout() {
        if (rebuild != null || !ends.isEmpty() && ListClients.reached(consumer, ends)) {
            return Duration.ZERO;
        }
        long nextMs = ends.isEmpty() ? askedAtMs + intervalMs - clock.millis() : intervalMs;
        return Duration.ofMillis(Math.max(0, Math.min(intervalMs, nextMs)));
    }

    @Override
    public void wakeUp() {
        woken.release();
        consumer.wakeup();
        metadataConsumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
        metadataConsumer.close();
        cancelRebuild();
    }
}
