package io.dexklines.verifier;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether every entry before a cut is counted or excluded, once and for the right reason.
 *
 * @param read entries before the cut
 * @param counted of them, those that count
 * @param excluded of them, those in the topic of excluded trades, by reason
 * @param duplicated how often an identity was counted that was counted already
 * @param unaccounted entries that can neither count nor are excluded
 * @param superfluous exclusions of what was never there or is excluded already
 * @param misjudged excluded, but for a reason that does not apply
 */
record Ledger(
        long read,
        long counted,
        Map<Reason, Long> excluded,
        long duplicated,
        List<String> unaccounted,
        List<String> superfluous,
        List<String> misjudged,
        List<String> duplicates) {

    static Ledger of(Recomputation recomputation, Cut cut) {
        return new Audit(recomputation, cut).ledger();
    }

    long excludedEntries() {
        return excluded.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Nothing is wrong with it. */
    boolean isClean() {
        return duplicated == 0
                && unaccounted.isEmpty()
                && superfluous.isEmpty()
                && misjudged.isEmpty();
    }

    private static final class Audit {

        private final Recomputation recomputation;
        private final Journal journal;
        private final Cut cut;
        private final Span smallest;
        private final long latestBlockTime;

        private long read;
        private long counted;
        private long duplicated;
        private final Map<Reason, Long> excluded = new EnumMap<>(Reason.class);
        private final List<String> unaccounted = new ArrayList<>();
        private final List<String> superfluous = new ArrayList<>();
        private final List<String> misjudged = new ArrayList<>();
        private final List<String> duplicates = new ArrayList<>();

        Audit(Recomputation recomputation, Cut cut) {
            this.recomputation = recomputation;
            this.journal = recomputation.journal();
            this.cut = cut;
            this.smallest = recomputation.shape().smallest();
            this.latestBlockTime = recomputation.latestBlockTime();
        }

        Ledger ledger() {
            for (int i = 0; i < journal.partitions().size(); i++) {
                for (Entry entry : journal.entries(i)) {
                    if (cut.covers(entry)) {
                        judge(entry);
                    }
                }
            }
            journal.pairs().forEach(this::judgeIdentities);
            superfluous.addAll(journal.superfluous());
            journal.unmatched(cut)
                    .forEach(exclusion -> superfluous.add(exclusion + " names no entry"));
            return new Ledger(
                    read,
                    counted,
                    excluded,
                    duplicated,
                    unaccounted,
                    superfluous,
                    misjudged,
                    duplicates);
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
                        name(entry) + " is " + entry.ruling().map(Reason::text).orElseThrow());
            } else {
                judgeReason(entry, entry.excluded().get());
            }
        }

        private void judgeReason(Entry entry, Reason reason) {
            boolean right =
                    switch (reason) {
                        case MALFORMED, UNSUPPORTED_TYPE, INVALID, UNKNOWN_CHAIN ->
                                entry.ruling().filter(reason::equals).isPresent();
                        case LATE -> entry.swap().filter(this::canBeLate).isPresent();
                        // the clock of then is not known; duplicates are looked at by identity
                        case FUTURE, DUPLICATE -> entry.swap().isPresent();
                    };
            if (!right) {
                misjudged.add(
                        name(entry)
                                + " is excluded as "
                                + reason.text()
                                + ", but is "
                                + entry.ruling().map(Reason::text).orElse("a trade in time"));
            }
        }

        private boolean isBeforeAllKlines(Swap swap) {
            return swap.blockTime() < recomputation.shape().begin();
        }

        /** Whether any trade is late enough to have closed this one's kline for good. */
        private boolean canBeLate(Swap swap) {
            long close = smallest.close(smallest.open(swap.blockTime()));
            return isBeforeAllKlines(swap)
                    || latestBlockTime >= close + recomputation.shape().lateness().toSeconds();
        }

        private void judgeIdentities(String pair) {
            Set<Swap.Identity> all = new HashSet<>();
            Map<Swap.Identity, Integer> covered = new HashMap<>();
            for (Entry entry : recomputation.counted(pair)) {
                Swap.Identity identity = entry.swap().orElseThrow().identity();
                all.add(identity);
                if (cut.covers(entry) && covered.merge(identity, 1, Integer::sum) > 1) {
                    duplicated++;
                    duplicates.add(name(entry) + " was counted before, tx " + identity.txHash());
                }
            }
            for (Entry entry : journal.swaps(pair)) {
                if (cut.covers(entry)
                        && entry.excluded().filter(Reason.DUPLICATE::equals).isPresent()
                        && !all.contains(entry.swap().orElseThrow().identity())) {
                    misjudged.add(
                            name(entry) + " is excluded as duplicate, but no equal one counts");
                }
            }
        }

        private String name(Entry entry) {
            Journal.Partition partition = journal.partitions().get(entry.partition());
            return "%s-%d offset %d index %d"
                    .formatted(
                            partition.topic(), partition.number(), entry.offset(), entry.index());
        }
    }
}
