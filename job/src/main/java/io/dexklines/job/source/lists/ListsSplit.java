package io.dexklines.job.source.lists;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.kafka.common.TopicPartition;

/**
 * How far both lists have been read: all there is to know after a restart.
 *
 * @param positions of every partition the offset that is read next; a partition that is not there
 *     is read from its beginning
 * @param loaded whether the ends of all partitions were reached once
 * @param generation of the filter: how often it was begun anew
 * @param rebuildDue whether the filter is to be rebuilt, or was being so when this was written
 * @param walletsListed an estimate: what was listed less what was unlisted; a wallet that is listed
 *     again counts again, until the next rebuild
 * @param walletsUnlisted since the filter was last begun
 */
record ListsSplit(
        Map<TopicPartition, Long> positions,
        boolean loaded,
        int generation,
        boolean rebuildDue,
        long walletsListed,
        long walletsUnlisted)
        implements SourceSplit {

    /** The only one there is. */
    static final String ID = "lists";

    /** Nothing was read yet. */
    static final ListsSplit BEGINNING = new ListsSplit(Map.of(), false, 0, false, 0, 0);

    @Override
    public String splitId() {
        return ID;
    }

    /** The same positions with another state of the filter. */
    ListsSplit withFilter(
            int newGeneration, boolean newRebuildDue, long newListed, long newUnlisted) {
        return new ListsSplit(
                positions, loaded, newGeneration, newRebuildDue, newListed, newUnlisted);
    }

    /** The positions in the order of their topics and partitions. */
    Map<TopicPartition, Long> ordered() {
        Map<TopicPartition, Long> ordered =
                new TreeMap<>(
                        Comparator.comparing(TopicPartition::topic)
                                .thenComparingInt(TopicPartition::partition));
        ordered.putAll(positions);
        return ordered;
    }
}
