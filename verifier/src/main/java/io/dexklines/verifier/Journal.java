package io.dexklines.verifier;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All that was read of the topics: the entries of each partition in their order, and what the topic
 * of excluded trades says of them. A swap takes about 300 bytes.
 *
 * <p>The partitions of all topics are numbered from 0 in the order in which they are given.
 */
final class Journal {

    /** A partition of a topic of trades. */
    record Partition(String topic, int number) {}

    private final List<Partition> partitions;
    private final List<List<Entry>> entries = new ArrayList<>();
    private final Map<String, List<Entry>> swapsByPair = new HashMap<>();

    /** Exclusions of entries that were not read, so far. */
    private final List<Exclusion> dangling = new ArrayList<>();

    /** Exclusions of entries that another one names already, and records that nobody can read. */
    private final List<String> superfluous = new ArrayList<>();

    /** Of each kline that MySQL refused, the newest version that it did. */
    private final Map<KlineKey, Long> refused = new HashMap<>();

    Journal(List<Partition> partitions) {
        this.partitions = List.copyOf(partitions);
        partitions.forEach(partition -> entries.add(new ArrayList<>()));
    }

    List<Partition> partitions() {
        return partitions;
    }

    /** Takes in a record; those of one partition come in the order of their offsets. */
    void add(List<Entry> record) {
        for (Entry entry : record) {
            entries.get(entry.partition()).add(entry);
            entry.swap()
                    .ifPresent(
                            swap ->
                                    swapsByPair
                                            .computeIfAbsent(swap.pair(), p -> new ArrayList<>())
                                            .add(entry));
        }
    }

    /** Takes in an exclusion, before or after the entry that it names. */
    void exclude(Exclusion exclusion) {
        dangling.add(exclusion);
    }

    /** Takes note of a record in one of the job's topics that should not be there. */
    void addUnknown(String what) {
        superfluous.add(what);
    }

    /** Takes in a version of a kline that MySQL refused. */
    void refuse(RefusedKline kline) {
        refused.merge(kline.key(), kline.trades(), Math::max);
    }

    /** Whether MySQL refused this version of the kline, or a newer one. */
    boolean isRefused(Kline kline) {
        return refused.getOrDefault(kline.key(), 0L) >= kline.trades();
    }

    /** Matches the exclusions with the entries read; call it when both were read further. */
    void match() {
        List<Exclusion> unmatched = new ArrayList<>();
        for (Exclusion exclusion : dangling) {
            Entry entry = find(exclusion);
            if (entry == null) {
                unmatched.add(exclusion);
            } else if (entry.excluded().isPresent()) {
                superfluous.add(exclusion + " comes twice");
            } else {
                entry.exclude(exclusion.reason());
            }
        }
        dangling.clear();
        dangling.addAll(unmatched);
    }

    private Entry find(Exclusion exclusion) {
        int partition = partitions.indexOf(new Partition(exclusion.topic(), exclusion.partition()));
        if (partition < 0) {
            return null;
        }
        List<Entry> read = entries.get(partition);
        int low = 0;
        int high = read.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Entry entry = read.get(middle);
            int order = Long.compare(entry.offset(), exclusion.offset());
            if (order == 0) {
                order = Integer.compare(entry.index(), exclusion.index());
            }
            if (order == 0) {
                return entry;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    /** Exclusions that name no entry before the cut. */
    List<Exclusion> unmatched(Cut cut) {
        return dangling.stream()
                .filter(
                        exclusion -> {
                            int partition =
                                    partitions.indexOf(
                                            new Partition(
                                                    exclusion.topic(), exclusion.partition()));
                            return partition < 0 || exclusion.offset() < cut.end(partition);
                        })
                .toList();
    }

    List<String> superfluous() {
        return Collections.unmodifiableList(superfluous);
    }

    /** Of one partition, in their order. */
    List<Entry> entries(int partition) {
        return Collections.unmodifiableList(entries.get(partition));
    }

    Collection<String> pairs() {
        return Collections.unmodifiableCollection(swapsByPair.keySet());
    }

    /** The swaps of a pair, excluded or not; those of one partition in their order. */
    List<Entry> swaps(String pair) {
        return Collections.unmodifiableList(swapsByPair.getOrDefault(pair, List.of()));
    }
}
