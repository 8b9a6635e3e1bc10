package io.dexklines.verifier;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The account of all entries before a cut: each must be counted or excluded, once and for the right
 * reason. In a bounded scope, it covers only the swaps of the scope.
 */
final class Ledger {

    /** The number of entries. */
    long read;

    /** The number of entries that count. */
    long counted;

    /** The number of entries that the topic of excluded trades names, by reason. */
    final Map<Reason, Long> excluded = new EnumMap<>(Reason.class);

    /** The late trades by chain. */
    final Map<String, LateTrades> late = new TreeMap<>();

    /** The number of entries left out because retention may have removed their exclusions. */
    long incomparable;

    /** Entries that are counted although an equal entry is counted, too. */
    final List<String> duplicates = new ArrayList<>();

    /** Entries that cannot count and are not excluded. */
    final List<String> unaccounted = new ArrayList<>();

    /** Exclusions that name no entry or repeat another one. */
    final List<String> superfluous = new ArrayList<>();

    /** Entries that are excluded for a reason that does not apply. */
    final List<String> misjudged = new ArrayList<>();

    private final Recomputation recomputation;
    private final Journal journal;
    private final Cut cut;
    private final Span smallest;
    private final Map<String, Long> latestBlockTimes;

    Ledger(Recomputation recomputation, Cut cut) {
        this.recomputation = recomputation;
        this.journal = recomputation.journal();
        this.cut = cut;
        this.smallest = recomputation.shape().smallest();
        this.latestBlockTimes = journal.latestBlockTimes();
        for (int i = 0; i < journal.partitions().size(); i++) {
            for (Entry entry : journal.entries(i)) {
                if (isInAccount(entry)) {
                    if (recomputation.knowsExclusion(entry)) {
                        judge(entry);
                    } else {
                        incomparable++;
                    }
                }
            }
        }
        journal.pairs().forEach(this::judgeIdentities);
        journal.late().forEach(this::addLate);
        superfluous.addAll(journal.superfluous());
        journal.unmatched(cut).forEach(exclusion -> superfluous.add(exclusion + " names no entry"));
    }

    long excludedEntries() {
        return excluded.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Returns whether nothing is wrong. */
    boolean isClean() {
        return duplicates.isEmpty()
                && unaccounted.isEmpty()
                && superfluous.isEmpty()
                && misjudged.isEmpty();
    }

    private boolean isInAccount(Entry entry) {
        return cut.covers(entry)
                && (!journal.scope().isBounded()
                        || journal.scope().covers(entry.swap().orElseThrow().blockTime()));
    }

    private void judge(Entry entry) {
        read++;
        entry.excluded().ifPresent(reason -> excluded.merge(reason, 1L, Long::sum));
        if (entry.counts()) {
            if (recomputation.isAhead(entry.swap().orElseThrow())) {
                unaccounted.add(name(entry) + " is in the future");
            } else if (isBeforeAllKlines(entry.swap().orElseThrow())) {
                unaccounted.add(name(entry) + " is before all klines of the job");
            } else {
                counted++;
            }
        } else if (entry.excluded().isEmpty()) {
            unaccounted.add(
                    name(entry) + " is " + entry.rejection().map(Reason::text).orElseThrow());
        } else {
            judgeReason(entry, entry.excluded().get());
        }
    }

    private void judgeReason(Entry entry, Reason reason) {
        boolean right =
                switch (reason) {
                    case MALFORMED, UNSUPPORTED_TYPE, INVALID, UNKNOWN_CHAIN ->
                            entry.rejection().filter(reason::equals).isPresent();
                    case LATE -> entry.swap().filter(this::canBeLate).isPresent();
                    // the clock at that time is unknown; duplicates are checked by identity
                    case FUTURE, DUPLICATE -> entry.swap().isPresent();
                };
        if (!right) {
            misjudged.add(
                    name(entry)
                            + " is excluded as "
                            + reason.text()
                            + ", but is "
                            + entry.rejection().map(Reason::text).orElse("a trade in time"));
        }
    }

    private boolean isBeforeAllKlines(Swap swap) {
        return swap.blockTime() < recomputation.shape().begin();
    }

    /** Returns whether the job can have read a trade when its kline could no longer change. */
    private boolean canBeLate(Swap swap) {
        long close = smallest.close(smallest.open(swap.blockTime()));
        return isBeforeAllKlines(swap)
                || latestBlockTimes.getOrDefault(swap.chain(), Long.MIN_VALUE)
                        >= close + recomputation.shape().lateness().toSeconds();
    }

    private void addLate(Journal.Late trade) {
        Entry entry = trade.entry();
        Swap swap = entry.swap().orElseThrow();
        if (isInAccount(entry)
                && journal.selects(swap.pair())
                && recomputation.knowsExclusion(entry)) {
            late.computeIfAbsent(swap.chain(), chain -> new LateTrades())
                    .add(swap, trade.lateness(), journal.place(entry), partition(entry));
        }
    }

    private void judgeIdentities(String pair) {
        Set<Swap.Identity> all = new HashSet<>();
        Map<Swap.Identity, Integer> covered = new HashMap<>();
        for (Entry entry : recomputation.counted(pair)) {
            Swap.Identity identity = entry.swap().orElseThrow().identity();
            all.add(identity);
            if (isInAccount(entry)
                    && recomputation.knowsExclusion(entry)
                    && covered.merge(identity, 1, Integer::sum) > 1) {
                duplicates.add(name(entry) + " was counted before, tx " + identity.txHash());
            }
        }
        for (Entry entry : journal.swaps(pair)) {
            Swap swap = entry.swap().orElseThrow();
            if (isInAccount(entry)
                    // an older copy would no longer be in the topics
                    && swap.blockTime() >= recomputation.comparableFrom(pair)
                    && entry.excluded().filter(Reason.DUPLICATE::equals).isPresent()
                    && !all.contains(swap.identity())) {
                misjudged.add(name(entry) + " is excluded as duplicate, but no equal one counts");
            }
        }
    }

    private String name(Entry entry) {
        return "%s offset %d index %d".formatted(partition(entry), entry.offset(), entry.index());
    }

    private String partition(Entry entry) {
        Journal.Partition partition = journal.partitions().get(entry.partition());
        return partition.topic() + '-' + partition.number();
    }
}
