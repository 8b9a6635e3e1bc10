package io.dexklines.relay.api;

import io.dexklines.kline.Interval;
import io.dexklines.relay.history.OpenTimes;
import java.util.List;
import java.util.Optional;

/**
 * The notation of TradingView's Charting Library. A resolution, its name of an interval, is a plain
 * number for minutes, and a number with suffix {@code S}, {@code D}, {@code W} or {@code M} for
 * seconds, days, weeks or months.
 */
final class TradingView {

    private static final int SECONDS_PER_MINUTE = 60;
    private static final int SIGNIFICANT_DECIMALS = 5;
    private static final int MIN_DECIMALS = 2;

    /** The largest price scale that charts accept is 10^16. */
    private static final int MAX_DECIMALS = 16;

    private TradingView() {}

    /** Returns the resolution of an interval. */
    static String resolution(Interval interval) {
        return switch (interval) {
            case ONE_DAY -> "1D";
            case ONE_WEEK -> "1W";
            case ONE_MONTH -> "1M";
            default ->
                    isSeconds(interval)
                            ? lengthSeconds(interval) + "S"
                            : Long.toString(lengthSeconds(interval) / SECONDS_PER_MINUTE);
        };
    }

    private static long lengthSeconds(Interval interval) {
        return OpenTimes.next(interval, 0);
    }

    /** Returns the one of the intervals with this resolution. A leading 1 may be omitted. */
    static Optional<Interval> interval(String resolution, List<Interval> intervals) {
        String full = resolution.matches("[SDWM]") ? "1" + resolution : resolution;
        return intervals.stream().filter(interval -> resolution(interval).equals(full)).findFirst();
    }

    /** Returns whether the interval is shorter than one minute. */
    static boolean isSeconds(Interval interval) {
        return interval.compareTo(Interval.ONE_MINUTE) < 0;
    }

    /** Returns whether the interval is at least one minute and shorter than one day. */
    static boolean isIntraday(Interval interval) {
        return !isSeconds(interval) && interval.compareTo(Interval.ONE_DAY) < 0;
    }

    /**
     * Returns the factor that turns a price into an integer with about six significant digits, a
     * power of ten: 100 for 2,269.95 and 10^10 for 0.000012.
     */
    static long priceScale(double price) {
        int magnitude = price > 0 ? (int) Math.floor(Math.log10(price)) : 0;
        int decimals = SIGNIFICANT_DECIMALS - magnitude;
        return (long) Math.pow(10, Math.max(MIN_DECIMALS, Math.min(MAX_DECIMALS, decimals)));
    }
}
