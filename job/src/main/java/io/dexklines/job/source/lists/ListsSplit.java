package io.dexklines.job.source.lists;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.kafka.common.TopicPartition;

/**
 * The positions in both lists, which are the whole state of the source.
 *
 * @param positions the next offset of every partition; a missing partition is read from its
 *     beginning
 * @param loaded whether the ends of all partitions were reached once
 * @param generation the generation of the filter, which counts its rebuilds
 * @param rebuildDue whether a rebuild of the filter is due or was in progress
 * @param walletsListed an estimate of the number of listed wallets; a wallet that is listed again
 *     counts again until the next rebuild
 * @param walletsUnlisted the number of wallets that were removed since the last rebuild began
 */
record ListsSplit(
        Map<TopicPartition, Long> positions,
        boolean loaded,
        int generation,
        boolean rebuildDue,
        long walletsListed,
        long walletsUnlisted)
        implements SourceSplit {

    /** The id of the only split. */
    static final String ID = "lists";

    /** The split before anything is read. */
    static final ListsSplit BEGINNING = new ListsSplit(Map.of(), false, 0, false, 0, 0);

    @Override
    public String splitId() {
        return ID;
    }

    /** Returns a split with these positions and another state of the filter. */
    ListsSplit withFilter(
            int newGeneration, boolean newRebuildDue, long newListed, long newUnlisted) {
        return new ListsSplit(
                positions, loaded, newGeneration, newRebuildDue, newListed, newUnlisted);
    }

    /**
     * Returns the split before anything is read, with this state of the filter. Trades wait until
     * the lists are read again.
     */
    ListsSplit fromTheBeginning() {
        return new ListsSplit(Map.of(), false, generation, rebuildDue, 0, walletsUnlisted);
    }

    /** Returns the positions in the order of their topics and partitions. */
    Map<TopicPartition, Long> ordered() {
        Map<TopicPartition, Long> ordered =
                new TreeMap<>(
                        Comparator.comparing(TopicPartition::topic)
                                .thenComparingInt(TopicPartition::partition));
        ordered.putAll(positions);
        return ordered;
    }
}
