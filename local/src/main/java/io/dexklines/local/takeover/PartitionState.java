package io.dexklines.local.takeover;

import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/**
 * A partition of a topic of trades, and where a consumer group is in it.
 *
 * @param first the offset of the first record that is left
 * @param end the offset of the next record to be written
 * @param firstTimeMs the time of the first record that is left, epoch milliseconds; empty unless
 *     records have been removed. {@link TakeoverPlan#NO_RECORD} if none is left
 * @param committed the offset that the group reads next; empty if it has committed none
 */
record PartitionState(
        TopicPartition partition,
        long first,
        long end,
        OptionalLong firstTimeMs,
        OptionalLong committed) {

    /** Returns the offset of the first record that the group has not read and that is left. */
    long firstUnread() {
        return Math.max(first, committed.orElse(end));
    }

    /** Returns how many records the group has not read, those included that have been removed. */
    long unread() {
        return Math.max(0, end - committed.orElse(end));
    }

    /** Returns how many records have been removed before the group read them. */
    long removedUnread() {
        return Math.max(0, first - committed.orElse(first));
    }
}
