package io.dexklines.peer;

import java.time.Duration;

/** The nine intervals of the benchmark. Weeks begin on Monday, all others at the epoch. */
public enum KlineInterval {
    M1("1m", Duration.ofMinutes(1)),
    M5("5m", Duration.ofMinutes(5)),
    M15("15m", Duration.ofMinutes(15)),
    M30("30m", Duration.ofMinutes(30)),
    H1("1h", Duration.ofHours(1)),
    H4("4h", Duration.ofHours(4)),
    H12("12h", Duration.ofHours(12)),
    D1("1d", Duration.ofDays(1)),
    W1("1w", Duration.ofDays(7));

    private static final Duration EPOCH_TO_MONDAY = Duration.ofDays(4);

    private final String code;
    private final Duration length;

    KlineInterval(String code, Duration length) {
        this.code = code;
        this.length = length;
    }

    /** Returns the name, such as {@code 15m}. */
    public String code() {
        return code;
    }

    /** Returns the time from the opening of a kline to that of the next. */
    public Duration length() {
        return length;
    }

    /** Returns the time from the epoch to an opening. */
    public Duration offset() {
        return this == W1 ? EPOCH_TO_MONDAY : Duration.ZERO;
    }

    /** Returns the opening of the kline that contains a time, both in epoch milliseconds. */
    public long openTimeMs(long timeMs) {
        return timeMs - Math.floorMod(timeMs - offset().toMillis(), length.toMillis());
    }

    /**
     * Returns the interval with the given code.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static KlineInterval ofCode(String code) {
        for (KlineInterval interval : values()) {
            if (interval.code.equals(code)) {
                return interval;
            }
        }
        throw new IllegalArgumentException("no interval " + code);
    }
}
