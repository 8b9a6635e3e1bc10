package io.dexklines.job.source.lists;

import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.Wallet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A second reading of the wallets, from the beginning to the position of the ongoing reading, for a
 * new filter without the wallets that were removed. It reads them twice: first to learn which
 * wallets end up removed, then to emit all others. Its memory therefore follows the number of
 * tombstones in the topic and not the number of wallets.
 */
final class FilterRebuild implements AutoCloseable {

    private final Consumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Long> until;
    private final int generation;
    private final ListRecords records = new ListRecords();
    private final Set<Wallet> removed = new HashSet<>();
    private boolean emitting;
    private boolean ended;
    private long emitted;

    /**
     * @param consumer used only by the rebuild, which closes it
     * @param until the position of the ongoing reading, by partition of the wallets' topic
     * @param generation the generation of the new filter
     */
    FilterRebuild(
            Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> until, int generation) {
        this.consumer = consumer;
        this.until = new HashMap<>(until);
        this.generation = generation;
        consumer.assign(until.keySet());
        until.keySet().forEach(partition -> consumer.seek(partition, 0));
    }

    /** Returns the next changes of the filter, the last of which is {@code REBUILD_ENDS}. */
    List<ListChange> next(Duration timeout) {
        List<ListChange> changes = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
            if (record.offset() < until.get(new TopicPartition(record.topic(), record.partition()))
                    && !ListRecords.isRebuild(record.key())) {
                take(record, changes);
            }
        }
        emitted += changes.size();
        if (ListClients.reached(consumer, until)) {
            if (emitting) {
                ended = true;
                changes.add(ListChange.rebuildEnds(generation));
            } else {
                emitting = true;
                until.keySet().forEach(partition -> consumer.seek(partition, 0));
            }
        }
        return changes;
    }

    private void take(ConsumerRecord<byte[], byte[]> record, List<ListChange> changes) {
        ListChange change;
        try {
            change = records.wallet(record.key(), record.value());
        } catch (IllegalArgumentException e) {
            // the ongoing reading has already counted this invalid record
            return;
        }
        boolean listed = change.kind() == ListChange.Kind.LISTED;
        if (!emitting && listed) {
            removed.remove(change.wallet());
        } else if (!emitting) {
            removed.add(change.wallet());
        } else if (listed && !removed.contains(change.wallet())) {
            changes.add(ListChange.rebuildListed(generation, change.wallet()));
        }
    }

    /** Returns whether all changes were returned. */
    boolean ended() {
        return ended;
    }

    /** Returns how many wallets were returned. A wallet with two records counts twice. */
    long emitted() {
        return emitted;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
