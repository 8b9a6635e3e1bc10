package io.dexklines.relay.api;

import io.dexklines.relay.history.KlineInterval;
import java.util.List;
import java.util.Optional;

/**
 * Intervals by the names that TradingView has for them: minutes as bare numbers, seconds, days,
 * weeks and months with {@code S}, {@code D}, {@code W} and {@code M} behind the number.
 */
final class Resolution {

    private static final int SECONDS_PER_MINUTE = 60;

    private Resolution() {}

    static String of(KlineInterval interval) {
        return switch (interval) {
            case ONE_DAY -> "1D";
            case ONE_WEEK -> "1W";
            case ONE_MONTH -> "1M";
            default ->
                    isSeconds(interval)
                            ? interval.lengthSeconds() + "S"
                            : Long.toString(interval.lengthSeconds() / SECONDS_PER_MINUTE);
        };
    }

    /** The interval of that name among those; the number 1 may be left out. */
    static Optional<KlineInterval> parse(String name, List<KlineInterval> intervals) {
        String full = name.matches("[SDWM]") ? "1" + name : name;
        return intervals.stream().filter(interval -> of(interval).equals(full)).findFirst();
    }

    static boolean isSeconds(KlineInterval interval) {
        return interval.lengthSeconds() < SECONDS_PER_MINUTE;
    }

    /** Whether it is made of minutes, up to hours. */
    static boolean isIntraday(KlineInterval interval) {
        return !isSeconds(interval) && interval.compareTo(KlineInterval.ONE_DAY) < 0;
    }
}
