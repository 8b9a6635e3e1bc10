package io.dexklines.verifier;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the trades in the journal make: which of them count, and the klines of those. */
final class Recomputation {

    private final Journal journal;
    private final JobShape shape;
    private final Clock clock;
    private final Map<String, Span> spans = new HashMap<>();

    /**
     * @param clock the wall clock: a trade that is in its future cannot have been counted
     */
    Recomputation(Journal journal, JobShape shape, Clock clock) {
        this.journal = journal;
        this.shape = shape;
        this.clock = clock;
        shape.spans().forEach(code -> spans.put(code, new Span(code)));
    }

    Journal journal() {
        return journal;
    }

    JobShape shape() {
        return shape;
    }

    /** By their codes. */
    Map<String, Span> spans() {
        return spans;
    }

    /**
     * Whether the trade is ahead of the clock by more than is allowed: it was then, too, when the
     * job read it.
     */
    boolean isAhead(Swap swap) {
        return swap.blockTime() > latestAllowed();
    }

    private long latestAllowed() {
        return clock.instant().plus(shape.maxFuture()).getEpochSecond();
    }

    /** The entries of a pair that count; of one partition in their order. */
    List<Entry> counted(String pair) {
        long latestAllowed = latestAllowed();
        return journal.swaps(pair).stream()
                .filter(Entry::counts)
                .filter(entry -> entry.swap().orElseThrow().blockTime() <= latestAllowed)
                .toList();
    }

    /** The klines that the entries before a cut make. */
    Map<KlineKey, Kline> klines(List<Entry> counted, Cut cut) {
        Map<KlineKey, List<Swap>> swaps = new HashMap<>();
        for (Entry entry : counted) {
            if (cut.covers(entry)) {
                Swap swap = entry.swap().orElseThrow();
                for (KlineKey key : keys(swap)) {
                    swaps.computeIfAbsent(key, first -> new ArrayList<>()).add(swap);
                }
            }
        }
        Map<KlineKey, Kline> klines = new HashMap<>();
        swaps.forEach((key, own) -> klines.put(key, Kline.of(key, spans.get(key.span()), own)));
        return klines;
    }

    /** The entries of one kline. */
    List<Entry> of(KlineKey key, List<Entry> counted) {
        Span span = spans.get(key.span());
        if (span == null) {
            return List.of();
        }
        return counted.stream()
                .filter(entry -> span.open(entry.swap().orElseThrow().blockTime()) == key.open())
                .toList();
    }

    /**
     * The latest time of any trade that was read and that is not ahead of the clock, epoch seconds:
     * no watermark can be later.
     */
    long latestBlockTime() {
        long latestAllowed = latestAllowed();
        long latest = Long.MIN_VALUE;
        for (int i = 0; i < journal.partitions().size(); i++) {
            for (Entry entry : journal.entries(i)) {
                if (entry.swap().isPresent()
                        && entry.excluded().filter(Reason.FUTURE::equals).isEmpty()
                        && entry.swap().orElseThrow().blockTime() <= latestAllowed) {
                    latest = Math.max(latest, entry.swap().orElseThrow().blockTime());
                }
            }
        }
        return latest;
    }

    /** The klines to which a swap belongs, of those that are whole. */
    List<KlineKey> keys(Swap swap) {
        return spans.values().stream()
                .map(span -> new KlineKey(swap.pair(), span.code(), span.open(swap.blockTime())))
                .filter(shape::isWhole)
                .toList();
    }
}
