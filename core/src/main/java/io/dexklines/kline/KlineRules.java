package io.dexklines.kline;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The intervals of the klines, the time from which there are klines, and how long they can change.
 *
 * <p>A kline that opened before the job counted all trades would be incomplete. Each interval
 * therefore begins with its first whole kline.
 *
 * <p>Clocks have the meaning of Flink's watermarks: no trades with a time up to and including the
 * clock are expected. A kline is therefore closed once the clock reaches the last millisecond
 * before its close time.
 *
 * @param intervals ascending, each made of whole klines of the first
 * @param allowedLatenessMs how long a closed kline is still corrected, milliseconds
 * @param wholeFromMs for each interval, when its first whole kline opens, epoch milliseconds; 0 if
 *     all klines are whole
 * @param lateBeforeMs trades before this time are late regardless of the clock, epoch milliseconds
 */
public record KlineRules(
        List<Interval> intervals,
        long allowedLatenessMs,
        List<Long> wholeFromMs,
        long lateBeforeMs) {

    /**
     * Returns rules under which all klines are whole.
     *
     * @param intervals in any order
     * @throws IllegalArgumentException if the lateness is negative, or as {@link
     *     Interval#validated} does
     */
    public static KlineRules of(Collection<Interval> intervals, long allowedLatenessMs) {
        if (allowedLatenessMs < 0) {
            throw new IllegalArgumentException(
                    "the allowed lateness must not be negative: " + allowedLatenessMs + " ms");
        }
        List<Interval> ascending = Interval.validated(intervals);
        return new KlineRules(
                ascending, allowedLatenessMs, Collections.nCopies(ascending.size(), 0L), 0);
    }

    /**
     * Returns these rules for a job that counts the trades from a time on.
     *
     * @param timeMs epoch milliseconds; 0 if the job counts all trades
     */
    public KlineRules beginningAt(long timeMs) {
        return continuing(Map.of(), timeMs, 0);
    }

    /**
     * Returns these rules for a job that continues from the state of other rules.
     *
     * @param known the previous intervals, and when the first whole kline of each opens, epoch
     *     milliseconds
     * @param timeMs all trades that were counted without the new intervals are before this time,
     *     epoch milliseconds
     * @param wereLateBeforeMs trades before this time were late under the previous rules, so their
     *     identities may have been dropped, epoch milliseconds
     */
    public KlineRules continuing(Map<Interval, Long> known, long timeMs, long wereLateBeforeMs) {
        List<Long> whole = new ArrayList<>(intervals.size());
        for (Interval interval : intervals) {
            Long knownMs = known.get(interval);
            whole.add(knownMs == null ? firstOpenMs(interval, timeMs) : knownMs);
        }
        // trades before the first kline of any interval are excluded, not dropped silently
        long firstWholeMs = Collections.min(whole);
        return new KlineRules(
                intervals,
                allowedLatenessMs,
                List.copyOf(whole),
                Math.max(wereLateBeforeMs, firstWholeMs));
    }

    /**
     * Returns the time before which trades are late at a clock, because their smallest klines can
     * no longer change. Epoch milliseconds.
     */
    public long lateBeforeMs(long clockMs) {
        return clockMs > allowedLatenessMs
                ? Math.max(lateBeforeMs, smallest().openTimeMs(clockMs + 1 - allowedLatenessMs))
                : lateBeforeMs;
    }

    /** Returns these rules, under which trades before a time are late, too. */
    public KlineRules alsoLateBefore(long timeMs) {
        return new KlineRules(
                intervals, allowedLatenessMs, wholeFromMs, Math.max(lateBeforeMs, timeMs));
    }

    private static long firstOpenMs(Interval interval, long timeMs) {
        long openTimeMs = interval.openTimeMs(timeMs);
        return openTimeMs == timeMs || timeMs == 0 ? timeMs : interval.closeTimeMs(openTimeMs);
    }

    /** Returns the smallest interval, which decides whether a trade is late. */
    public Interval smallest() {
        return intervals.get(0);
    }

    /** Returns the first time of a clock at which a kline with this close time is closed. */
    long closesAtMs(long closeTimeMs) {
        return closeTimeMs - 1;
    }

    /** Returns whether the smallest kline that contains a time can no longer change at a clock. */
    public boolean hasEnded(long timeMs, long clockMs) {
        return clockMs >= endsAtMs(smallest().closeTimeMs(smallest().openTimeMs(timeMs)));
    }

    /** Returns the first time of a clock at which a kline with this close time cannot change. */
    public long endsAtMs(long closeTimeMs) {
        return closeTimeMs - 1 + allowedLatenessMs;
    }
}
