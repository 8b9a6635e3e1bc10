package io.dexklines.verifier;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Recomputes the klines of the trades in the journal, and decides which of them can be compared.
 */
final class Recomputation {

    private final Journal journal;
    private final JobShape shape;
    private final Map<String, Long> lostUntilMs;
    private final Clock clock;
    private final Map<String, Span> spans = new HashMap<>();

    /**
     * @param lostUntilMs see {@link Topics#lostUntilMs}
     * @param clock the wall clock; a trade in the future cannot have been counted
     */
    Recomputation(Journal journal, JobShape shape, Map<String, Long> lostUntilMs, Clock clock) {
        this.journal = journal;
        this.shape = shape;
        this.lostUntilMs = lostUntilMs;
        this.clock = clock;
        shape.spans().forEach(code -> spans.put(code, new Span(code)));
    }

    Journal journal() {
        return journal;
    }

    JobShape shape() {
        return shape;
    }

    /** Returns the job's intervals by their codes. */
    Map<String, Span> spans() {
        return spans;
    }

    /**
     * Returns the latest block time that is not in the future now, in epoch seconds. A trade that
     * is in the future now was so, too, when the job read it.
     */
    static long latestAllowed(JobShape shape, Clock clock) {
        return clock.instant().plus(shape.maxFuture()).getEpochSecond();
    }

    boolean isAhead(Swap swap) {
        return swap.blockTime() > latestAllowed(shape, clock);
    }

    /**
     * Returns the block time from which on the topics hold every trade of a chain and every
     * exclusion, in epoch seconds; 0 if retention has removed nothing.
     *
     * @param pair any pair of the chain
     */
    long comparableFrom(String pair) {
        String chain = pair.substring(0, Math.max(0, pair.indexOf(':')));
        long lostMs =
                Math.max(lostUntilMs(shape.excludedTopic()), lostUntilMs(shape.refusedTopic()));
        for (String topic : shape.chainsByTopic().keySet()) {
            if (shape.chainsByTopic().get(topic).contains(chain)) {
                lostMs = Math.max(lostMs, lostUntilMs(topic));
            }
        }
        // a trade may be written before its block time, by as much as clocks may differ
        return lostMs == 0 ? 0 : (lostMs + shape.maxFuture().toMillis()) / 1000 + 1;
    }

    /** Returns {@link Topics#lostUntilMs} of a topic; 0 if it has lost nothing. */
    long lostUntilMs(String topic) {
        return lostUntilMs.getOrDefault(topic, 0L);
    }

    /** Returns whether the exclusion of an entry would still be in its topic. */
    boolean knowsExclusion(Entry entry) {
        return entry.writtenMs() >= lostUntilMs(shape.excludedTopic());
    }

    /** Returns whether a kline is whole and lies within the scope. */
    boolean isInScope(KlineKey key) {
        Span span = spans.get(key.span());
        return shape.isWhole(key)
                && journal.selects(key.pair())
                && (span == null
                        ? journal.scope().covers(key.open())
                        : journal.scope().covers(key.open(), span));
    }

    /** Returns whether the topics still hold every trade of a kline. */
    boolean isComparable(KlineKey key) {
        return key.open() >= comparableFrom(key.pair());
    }

    /** Returns the entries of a pair that count; those of one partition in their order. */
    List<Entry> counted(String pair) {
        long latestAllowed = latestAllowed(shape, clock);
        return journal.swaps(pair).stream()
                .filter(Entry::counts)
                .filter(entry -> entry.swap().orElseThrow().blockTime() <= latestAllowed)
                .toList();
    }

    /** Returns the comparable klines of the entries before a cut. */
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

    /** Returns the entries of one kline. */
    List<Entry> of(KlineKey key, List<Entry> counted) {
        Span span = spans.get(key.span());
        if (span == null) {
            return List.of();
        }
        return counted.stream()
                .filter(entry -> span.open(entry.swap().orElseThrow().blockTime()) == key.open())
                .toList();
    }

    /** Returns the comparable klines to which a swap belongs. */
    List<KlineKey> keys(Swap swap) {
        return spans.values().stream()
                .map(span -> new KlineKey(swap.pair(), span.code(), span.open(swap.blockTime())))
                .filter(key -> isInScope(key) && isComparable(key))
                .toList();
    }
}
