package io.dexklines.kline;

import java.util.Collection;
import java.util.List;

/**
 * Which klines there are, and for how long they can still change.
 *
 * <p>Times are compared as Flink compares them: a watermark of {@code w} says that no more trades
 * up to and including {@code w} are expected, so a kline is closed from the last millisecond before
 * its close time on.
 *
 * @param intervals ascending, each made of whole klines of the first
 * @param allowedLatenessMs how long after its close a kline is still corrected, milliseconds
 */
public record KlineRules(List<Interval> intervals, long allowedLatenessMs) {

    /**
     * The rules for any order of intervals.
     *
     * @throws IllegalArgumentException when the intervals do not fit together or the lateness is
     *     negative
     */
    public static KlineRules of(Collection<Interval> intervals, long allowedLatenessMs) {
        if (allowedLatenessMs < 0) {
            throw new IllegalArgumentException(
                    "the allowed lateness must not be negative: " + allowedLatenessMs + " ms");
        }
        return new KlineRules(Interval.validated(intervals), allowedLatenessMs);
    }

    /** The interval that decides whether a trade is late. */
    public Interval smallest() {
        return intervals.get(0);
    }

    /** The first watermark at which a kline that closes at {@code closeTimeMs} is closed. */
    long closesAtMs(long closeTimeMs) {
        return closeTimeMs - 1;
    }

    /** The first watermark at which it can no longer change, and its trades are late. */
    long endsAtMs(long closeTimeMs) {
        return closeTimeMs - 1 + allowedLatenessMs;
    }
}
