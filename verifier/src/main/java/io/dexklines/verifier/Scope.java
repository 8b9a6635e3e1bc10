package io.dexklines.verifier;

import java.time.Instant;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The klines that a verification compares: those that lie wholly within a window of event time, of
 * all pairs, of named pairs or of a sample of pairs.
 *
 * @param from the first second of the window, in epoch seconds
 * @param to the first second after the window, in epoch seconds
 * @param pairs the named pairs, {@code chain_id:pair_addr}; empty if none are named
 * @param sample the number of pairs to draw; empty for all
 * @param seed decides which pairs are drawn; equal seeds draw equally
 */
public record Scope(long from, long to, Set<String> pairs, OptionalInt sample, long seed) {

    /** All klines of all pairs. */
    public static final Scope ALL = new Scope(0, Long.MAX_VALUE, Set.of(), OptionalInt.empty(), 0);

    public Scope {
        pairs = Set.copyOf(pairs);
    }

    /** Returns whether the scope leaves anything out. */
    boolean isBounded() {
        return from > 0 || to < Long.MAX_VALUE || !pairs.isEmpty() || sample.isPresent();
    }

    /** Returns whether a block time lies within the window. */
    boolean covers(long blockTime) {
        return blockTime >= from && blockTime < to;
    }

    /** Returns whether a kline lies wholly within the window. */
    boolean covers(long open, Span span) {
        return open >= from && span.close(open) <= to;
    }

    @Override
    public String toString() {
        String window =
                from == 0 && to == Long.MAX_VALUE
                        ? "all klines"
                        : "klines from %s to %s"
                                .formatted(
                                        from == 0 ? "the first" : Instant.ofEpochSecond(from),
                                        to == Long.MAX_VALUE
                                                ? "the last"
                                                : Instant.ofEpochSecond(to));
        if (sample.isPresent()) {
            return window + " of a sample of " + sample.getAsInt() + " pairs, seed " + seed;
        }
        return window + (pairs.isEmpty() ? "" : " of " + pairs.size() + " named pairs");
    }
}
