package io.dexklines.relay.history;

import io.dexklines.kline.Interval;

/** Open times in epoch seconds, the unit of the stores and the API. Intervals use milliseconds. */
public final class OpenTimes {

    private static final long MS_PER_SECOND = 1000;

    private OpenTimes() {}

    /** Returns the open time of the kline that contains {@code time}. */
    public static long open(Interval interval, long time) {
        return interval.openTimeMs(time * MS_PER_SECOND) / MS_PER_SECOND;
    }

    /** Returns the open time of the kline after the one that opens at {@code open}. */
    public static long next(Interval interval, long open) {
        return interval.closeTimeMs(open * MS_PER_SECOND) / MS_PER_SECOND;
    }

    /** Returns the first open time that is not before {@code time}. */
    public static long firstFrom(Interval interval, long time) {
        long open = open(interval, time);
        return open == time ? open : next(interval, open);
    }

    /** Returns the open time of the kline {@code count} intervals before {@code open}. */
    static long before(Interval interval, long open, int count) {
        long earlier = open;
        for (int i = 0; i < count; i++) {
            earlier = open(interval, earlier - 1);
        }
        return earlier;
    }
}
