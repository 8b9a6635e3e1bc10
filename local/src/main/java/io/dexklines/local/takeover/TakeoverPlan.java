package io.dexklines.local.takeover;

import io.dexklines.kline.Interval;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/**
 * The start of a job that replaces another writer, early enough that every kline that is under way
 * at the switch is whole. An interval whose kline under way has trades that the topics no longer
 * hold begins with its first whole kline.
 *
 * @param startMs the earliest open time of a kline of the job, epoch milliseconds
 * @param begins the first klines of the intervals, in the order of the configuration
 */
public record TakeoverPlan(long startMs, List<Begin> begins) {

    /** The time of the first record of a partition that has none. */
    public static final long NO_RECORD = -1;

    /**
     * The first kline of an interval.
     *
     * @param underWayMs when the kline opened that is under way at the switch, epoch milliseconds
     * @param firstWholeMs when the job's first kline opens, epoch milliseconds
     */
    public record Begin(Interval interval, long underWayMs, long firstWholeMs) {

        /** Returns whether the job has the kline that is under way at the switch. */
        public boolean hasKlineUnderWay() {
            return firstWholeMs <= underWayMs;
        }
    }

    /**
     * Decides where the job begins.
     *
     * @param switchMs the time of the oldest trade that the other writer has not counted, epoch
     *     milliseconds
     * @param intervals the intervals of the job, at least one
     * @param heldFromMs the time from which the topics hold every trade, epoch milliseconds; see
     *     {@link #heldFromMs}
     */
    public static TakeoverPlan of(long switchMs, List<Interval> intervals, long heldFromMs) {
        OptionalLong held =
                intervals.stream()
                        .mapToLong(interval -> interval.openTimeMs(switchMs))
                        .filter(openMs -> openMs >= heldFromMs)
                        .min();
        long startMs =
                held.orElseGet(
                        () ->
                                intervals.stream()
                                        .mapToLong(each -> firstOpenMs(each, heldFromMs))
                                        .min()
                                        .orElseThrow());
        return new TakeoverPlan(
                startMs,
                intervals.stream()
                        .map(
                                each ->
                                        new Begin(
                                                each,
                                                each.openTimeMs(switchMs),
                                                firstOpenMs(each, startMs)))
                        .toList());
    }

    /**
     * Returns the time from which the topics hold every trade; 0 if retention has removed none.
     *
     * @param firstTimesMs the time of the first record of each partition whose beginning has been
     *     removed, epoch milliseconds, or {@link #NO_RECORD}
     * @param maxFutureMs how far a trade may be ahead of the clock that wrote it, milliseconds
     */
    public static long heldFromMs(Collection<Long> firstTimesMs, long nowMs, long maxFutureMs) {
        return firstTimesMs.stream()
                .mapToLong(firstMs -> (firstMs == NO_RECORD ? nowMs : firstMs) + maxFutureMs + 1)
                .max()
                .orElse(0);
    }

    /** Returns the value of the job's {@code kafka.start-offset}. */
    public String startOffset() {
        return Instant.ofEpochMilli(startMs).toString();
    }

    /** Returns the open time of the first kline that opens at the given time or later. */
    private static long firstOpenMs(Interval interval, long timeMs) {
        long openMs = interval.openTimeMs(timeMs);
        return openMs == timeMs ? openMs : interval.closeTimeMs(openMs);
    }
}
