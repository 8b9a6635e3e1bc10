package io.dexklines.verifier;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The records read from the topics: the entries of each partition in their order, with the
 * exclusions that name them. A swap takes about 300 bytes.
 *
 * <p>If the {@link Scope} is bounded, the journal keeps only swaps of selected pairs with block
 * times in the window or at most a margin outside it. The margin covers the other copies of
 * redelivered trades. Entries that cannot count have neither pair nor time, so a bounded scope
 * drops them.
 *
 * <p>The partitions of all topics are numbered from 0 in the order in which they are given.
 */
final class Journal {

    /** A partition of a topic of trades. */
    record Partition(String topic, int number) {}

    /** A swap that was excluded as late, and why it was late. */
    record Late(Entry entry, Lateness lateness) {}

    /** The reasons for which swaps are excluded. */
    private static final Set<Reason> OF_SWAPS =
            Set.of(Reason.FUTURE, Reason.LATE, Reason.DUPLICATE);

    private final List<Partition> partitions;
    private final Scope scope;
    private final long marginSeconds;
    private final LongSupplier latestAllowed;
    private final PairSelection selection;
    private final AppendOrder order;

    private final List<List<Entry>> entries = new ArrayList<>();
    private final Map<String, List<Entry>> swapsByPair = new HashMap<>();

    /** The latest block time of each chain among the swaps that are not kept. */
    private final Map<String, Long> latestNotKept = new HashMap<>();

    private final List<Late> late = new ArrayList<>();

    /** The exclusions whose entries have not been found so far. */
    private final List<Exclusion> dangling = new ArrayList<>();

    /** Repeated exclusions, and records of the job's topics that cannot be parsed. */
    private final List<String> superfluous = new ArrayList<>();

    /** The newest version of each kline that a store refused. */
    private final Map<Sink, Map<KlineKey, Long>> refused = new EnumMap<>(Sink.class);

    /** The ids of the smart-money trades that MySQL refused. */
    private final Set<String> refusedTrades = new HashSet<>();

    /**
     * @param marginSeconds how far outside the scope's window a swap is still kept
     * @param latestAllowed the latest block time that is not in the future, in epoch seconds
     * @param order receives every swap, whether kept or not
     */
    Journal(
            List<Partition> partitions,
            Scope scope,
            long marginSeconds,
            LongSupplier latestAllowed,
            AppendOrder order) {
        this.partitions = List.copyOf(partitions);
        this.scope = scope;
        this.marginSeconds = marginSeconds;
        this.latestAllowed = latestAllowed;
        this.order = order;
        this.selection = new PairSelection(scope);
        partitions.forEach(partition -> entries.add(new ArrayList<>()));
    }

    List<Partition> partitions() {
        return partitions;
    }

    Scope scope() {
        return scope;
    }

    /** Offers the selection a pair of which a sink holds klines. */
    void offer(String pair) {
        selection.offer(pair).ifPresent(this::drop);
    }

    /** Returns whether the verification covers a pair and a block time. */
    boolean isInScope(String pair, long blockTime) {
        return scope.covers(blockTime) && selection.accepts(pair);
    }

    /** Returns whether the verification covers a pair. */
    boolean selects(String pair) {
        return selection.accepts(pair);
    }

    /** Adds a record. Records of one partition must be added in the order of their offsets. */
    void add(List<Entry> record) {
        for (Entry entry : record) {
            if (entry.swap().isEmpty()) {
                if (!scope.isBounded()) {
                    entries.get(entry.partition()).add(entry);
                }
                continue;
            }
            order.add(entry);
            Swap swap = entry.swap().get();
            if (isNearWindow(swap.blockTime()) && isSelected(swap.pair())) {
                entries.get(entry.partition()).add(entry);
                swapsByPair.computeIfAbsent(swap.pair(), pair -> new ArrayList<>()).add(entry);
            } else {
                updateLatestNotKept(swap);
            }
        }
    }

    private boolean isSelected(String pair) {
        String dropped = selection.offer(pair).orElse(null);
        if (pair.equals(dropped)) {
            return false;
        }
        drop(dropped);
        return true;
    }

    private boolean isNearWindow(long blockTime) {
        return blockTime >= scope.from() - marginSeconds && blockTime - marginSeconds < scope.to();
    }

    private void drop(String pair) {
        List<Entry> dropped = swapsByPair.remove(pair);
        if (dropped != null) {
            dropped.forEach(entry -> updateLatestNotKept(entry.swap().orElseThrow()));
            dropped.stream()
                    .map(Entry::partition)
                    .distinct()
                    .map(entries::get)
                    .forEach(own -> own.removeIf(e -> e.swap().orElseThrow().pair().equals(pair)));
        }
    }

    private void updateLatestNotKept(Swap swap) {
        if (swap.blockTime() <= latestAllowed.getAsLong()) {
            latestNotKept.merge(swap.chain(), swap.blockTime(), Math::max);
        }
    }

    /**
     * Returns the latest block time of each chain among all swaps that were read, except those
     * excluded as {@code future}, in epoch seconds. No trade moves the chain's clock further. For a
     * swap that is not kept, the exclusion is unknown and only the wall clock decides.
     */
    Map<String, Long> latestBlockTimes() {
        long allowed = latestAllowed.getAsLong();
        Map<String, Long> latest = new HashMap<>(latestNotKept);
        for (List<Entry> swaps : swapsByPair.values()) {
            for (Entry entry : swaps) {
                Swap swap = entry.swap().orElseThrow();
                if (swap.blockTime() <= allowed
                        && entry.excluded().filter(Reason.FUTURE::equals).isEmpty()) {
                    latest.merge(swap.chain(), swap.blockTime(), Math::max);
                }
            }
        }
        return latest;
    }

    /** Returns the entries that were excluded as late. */
    List<Late> late() {
        return Collections.unmodifiableList(late);
    }

    /** Returns where a swap stands among all swaps of its chain that have been read. */
    AppendOrder.Place place(Entry entry) {
        return order.place(entry);
    }

    /** Adds an exclusion, before or after the entry that it names. */
    void exclude(Exclusion exclusion) {
        if (!scope.isBounded()
                || OF_SWAPS.contains(exclusion.reason())
                        && (exclusion.pair() == null
                                || isNearWindow(exclusion.blockTime())
                                        && selection.accepts(exclusion.pair()))) {
            dangling.add(exclusion);
        }
    }

    /** Adds the description of a record of one of the job's topics that cannot be parsed. */
    void addUnknown(String what) {
        superfluous.add(what);
    }

    /** Adds a row that a store refused. */
    void refuse(RefusedRow row) {
        row.kline()
                .filter(key -> selection.accepts(key.pair()))
                .ifPresent(
                        key ->
                                refused.computeIfAbsent(row.store(), store -> new HashMap<>())
                                        .merge(key, row.trades(), Math::max));
        row.tradeId().ifPresent(refusedTrades::add);
    }

    /** Returns whether the store refused this version of the kline, or a newer one. */
    boolean isRefused(Sink store, Kline kline) {
        return refused.getOrDefault(store, Map.of()).getOrDefault(kline.key(), 0L)
                >= kline.trades();
    }

    /** Returns whether MySQL refused the smart-money trade with the given id. */
    boolean isRefused(String tradeId) {
        return refusedTrades.contains(tradeId);
    }

    /**
     * Matches the exclusions with the entries. Must be called whenever more of them have been read.
     */
    void match() {
        dangling.removeIf(
                exclusion -> {
                    Entry entry = find(exclusion);
                    if (entry == null) {
                        return false;
                    }
                    if (entry.excluded().isPresent()) {
                        superfluous.add(exclusion + " comes twice");
                    } else {
                        entry.exclude(exclusion.reason());
                        if (exclusion.reason() == Reason.LATE && entry.swap().isPresent()) {
                            late.add(new Late(entry, exclusion.lateness()));
                        }
                    }
                    return true;
                });
    }

    private Entry find(Exclusion exclusion) {
        int partition = partition(exclusion);
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

    /** Returns the number of the partition that an exclusion names; -1 if there is none. */
    private int partition(Exclusion exclusion) {
        return partitions.indexOf(new Partition(exclusion.topic(), exclusion.partition()));
    }

    /** Returns the exclusions within the scope that name no entry before the cut. */
    List<Exclusion> unmatched(Cut cut) {
        return dangling.stream()
                .filter(
                        exclusion -> {
                            int partition = partition(exclusion);
                            return partition < 0 || exclusion.offset() < cut.end(partition);
                        })
                .filter(
                        exclusion ->
                                !scope.isBounded()
                                        || exclusion.pair() != null
                                                && scope.covers(exclusion.blockTime())
                                                && selection.accepts(exclusion.pair()))
                .toList();
    }

    List<String> superfluous() {
        return Collections.unmodifiableList(superfluous);
    }

    /** Returns the entries of one partition, in their order. */
    List<Entry> entries(int partition) {
        return Collections.unmodifiableList(entries.get(partition));
    }

    Collection<String> pairs() {
        return Collections.unmodifiableCollection(swapsByPair.keySet());
    }

    /** Returns the swaps of a pair, excluded or not; those of one partition in their order. */
    List<Entry> swaps(String pair) {
        return Collections.unmodifiableList(swapsByPair.getOrDefault(pair, List.of()));
    }
}
