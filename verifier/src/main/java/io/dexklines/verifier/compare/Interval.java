package io.dexklines.verifier.compare;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;

/** The intervals of the Go writer, from the shortest to the longest. */
public enum Interval {
    MIN_1("1m", 1),
    MIN_5("5m", 5),
    MIN_15("15m", 15),
    HOUR_1("1h", 60),
    HOUR_4("4h", 240),
    HOUR_12("12h", 720),
    DAY_1("1d", 1440);

    private static final int MINUTES_PER_HOUR = 60;
    private static final long SECONDS_PER_MINUTE = 60;
    private static final long DAY_SECONDS = 86_400;
    private static final long KEPT_DAYS = 7;
    private static final long KEPT_DAYS_OF_MINUTES = 3;

    private final String code;
    private final int minutes;

    Interval(String code, int minutes) {
        this.code = code;
        this.minutes = minutes;
    }

    /** Returns the code, such as {@code 1m}. */
    public String code() {
        return code;
    }

    /** Returns the length in seconds. */
    public long seconds() {
        return minutes * SECONDS_PER_MINUTE;
    }

    /** Returns the interval with a code; empty if the Go writer has none of that code. */
    public static Optional<Interval> of(String code) {
        return Arrays.stream(values()).filter(each -> each.code.equals(code)).findFirst();
    }

    /** Returns for how long the Go writer's Redis keeps klines at least, in seconds. */
    long keptSeconds() {
        return (this == MIN_1 ? KEPT_DAYS_OF_MINUTES : KEPT_DAYS) * DAY_SECONDS;
    }

    /**
     * Returns the open time of the kline in which the Go writer puts a time, in epoch seconds.
     *
     * @param zone the local time zone of its server
     */
    long open(long time, ZoneId zone) {
        if (zone.equals(ZoneOffset.UTC)) {
            return Math.floorDiv(time, seconds()) * seconds();
        }
        LocalDateTime local = LocalDateTime.ofInstant(Instant.ofEpochSecond(time), zone);
        LocalDateTime hour = local.withSecond(0).withNano(0);
        if (minutes < MINUTES_PER_HOUR) {
            hour = hour.minusMinutes(hour.getMinute() % minutes);
        } else {
            hour = hour.withMinute(0).minusHours(hour.getHour() % (minutes / MINUTES_PER_HOUR));
        }
        return hour.atZone(zone).toEpochSecond();
    }

    /** Returns whether klines of this interval begin at a time in UTC. */
    boolean isUtc(long open) {
        return open % seconds() == 0;
    }
}
