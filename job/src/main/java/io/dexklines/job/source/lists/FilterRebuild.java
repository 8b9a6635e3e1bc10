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
 * Reads the wallets once more, from the beginning to where the ongoing reading stood, so that a new
 * filter knows none that were removed before. It reads them twice: first to learn which wallets end
 * removed, then to tell all others. So its memory follows the number of tombstones that the topic
 * still holds, not that of the wallets.
 */
final class FilterRebuild implements AutoCloseable {

    private final Consumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Long> until;
    private final int generation;
    private final ListRecords records = new ListRecords();
    private final Set<Wallet> removed = new HashSet<>();
    private boolean telling;
    private boolean ended;
    private long told;

    /**
     * @param consumer of nobody else; closed with this
     * @param until where the ongoing reading stands, by partition of the wallets' topic
     * @param generation of the new filter
     */
    FilterRebuild(
            Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> until, int generation) {
        this.consumer = consumer;
        this.until = new HashMap<>(until);
        this.generation = generation;
        consumer.assign(until.keySet());
        until.keySet().forEach(partition -> consumer.seek(partition, 0));
    }

    /** What the filter is told next; the last of it is {@code REBUILD_ENDS}. */
    List<ListChange> next(Duration patience) {
        List<ListChange> changes = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(patience)) {
            if (record.offset() < until.get(new TopicPartition(record.topic(), record.partition()))
                    && !ListRecords.isRebuild(record.key())) {
                take(record, changes);
            }
        }
        told += changes.size();
        if (reachedTheEnd()) {
            if (telling) {
                ended = true;
                changes.add(ListChange.rebuildEnds(generation));
            } else {
                telling = true;
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
            // the ongoing reading has counted it
            return;
        }
        boolean listed = change.kind() == ListChange.Kind.LISTED;
        if (!telling && listed) {
            removed.remove(change.wallet());
        } else if (!telling) {
            removed.add(change.wallet());
        } else if (listed && !removed.contains(change.wallet())) {
            changes.add(ListChange.rebuildListed(generation, change.wallet()));
        }
    }

    private boolean reachedTheEnd() {
        return until.entrySet().stream()
                .allMatch(each -> Positions.of(consumer, each.getKey(), 0) >= each.getValue());
    }

    /** Whether it has told everything. */
    boolean ended() {
        return ended;
    }

    /** How many wallets it has told; one that stands in the topic twice counts twice. */
    long told() {
        return told;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
