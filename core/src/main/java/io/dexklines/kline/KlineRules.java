package io.dexklines.kline;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Which klines there are, from when on, and for how long they can still change.
 *
 * <p>A kline that opened before all of its trades could be counted would be wrong, so there is
 * none: each interval begins with its first whole kline.
 *
 * <p>Times are compared as Flink compares them: a watermark of {@code w} says that no more trades
 * up to and including {@code w} are expected, so a kline is closed from the last millisecond before
 * its close time on.
 *
 * @param intervals ascending, each made of whole klines of the first
 * @param allowedLatenessMs how long after its close a kline is still corrected, milliseconds
 * @param wholeFromMs for each interval, when its first whole kline opens, epoch milliseconds; 0
 *     where all are whole
 * @param lateBeforeMs trades before it are late whatever the watermark, epoch milliseconds
 */
public record KlineRules(
        List<Interval> intervals,
        long allowedLatenessMs,
        List<Long> wholeFromMs,
        long lateBeforeMs) {

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
        List<Interval> ascending = Interval.validated(intervals);
        return new KlineRules(
                ascending, allowedLatenessMs, Collections.nCopies(ascending.size(), 0L), 0);
    }

    /**
     * These rules for trades of which none before a time can be counted.
     *
     * @param timeMs epoch milliseconds; 0 if all can
     */
    public KlineRules beginningAt(long timeMs) {
        return continuing(Map.of(), timeMs, 0);
    }

    /**
     * These rules for what was counted by others before.
     *
     * @param known from when on the klines of an interval were whole by those rules, epoch
     *     milliseconds; without the intervals that they did not have
     * @param timeMs up to before it trades were counted that are in no kline of the new intervals,
     *     epoch milliseconds
     * @param wereLateBeforeMs trades before it were late by those rules, epoch milliseconds: their
     *     identities may be forgotten
     */
    public KlineRules continuing(Map<Interval, Long> known, long timeMs, long wereLateBeforeMs) {
        List<Long> whole = new ArrayList<>(intervals.size());
        for (Interval interval : intervals) {
            Long before = known.get(interval);
            whole.add(before == null ? firstOpenMs(interval, timeMs) : before);
        }
        // a trade is counted in some kline, or excluded
        long inNone = Collections.min(whole);
        return new KlineRules(
                intervals,
                allowedLatenessMs,
                List.copyOf(whole),
                Math.max(wereLateBeforeMs, inNone));
    }

    /** Before which time trades are late at that watermark: their smallest klines have ended. */
    public long lateBeforeMs(long watermarkMs) {
        boolean isTime = watermarkMs > allowedLatenessMs && watermarkMs < Long.MAX_VALUE;
        return isTime
                ? Math.max(lateBeforeMs, smallest().openTimeMs(watermarkMs + 1 - allowedLatenessMs))
                : lateBeforeMs;
    }

    private static long firstOpenMs(Interval interval, long timeMs) {
        long openTimeMs = interval.openTimeMs(timeMs);
        return openTimeMs == timeMs || timeMs == 0 ? timeMs : interval.closeTimeMs(openTimeMs);
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
