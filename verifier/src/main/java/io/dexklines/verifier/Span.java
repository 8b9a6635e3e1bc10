package io.dexklines.verifier;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;

/**
 * An interval of klines, which a code such as {@code 15m}, {@code 1w} or {@code 1M} names. All
 * times are in epoch seconds.
 */
final class Span {

    private static final String MONTH = "1M";
    private static final String WEEK = "1w";

    private final String code;

    /** The length in seconds; 0 for weeks and months, which follow the calendar. */
    private final long lengthSeconds;

    /**
     * @throws IllegalArgumentException if the code does not name an interval
     */
    Span(String code) {
        this.code = code;
        this.lengthSeconds = code.equals(WEEK) || code.equals(MONTH) ? 0 : lengthSeconds(code);
    }

    String code() {
        return code;
    }

    /** Returns the open time of the kline that holds {@code time}. */
    long open(long time) {
        if (lengthSeconds > 0) {
            return Math.floorDiv(time, lengthSeconds) * lengthSeconds;
        }
        return seconds(
                day(time)
                        .with(
                                code.equals(MONTH)
                                        ? TemporalAdjusters.firstDayOfMonth()
                                        : TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)));
    }

    /** Returns the first second after the kline that opens at {@code open}. */
    long close(long open) {
        if (lengthSeconds > 0) {
            return open + lengthSeconds;
        }
        return seconds(code.equals(MONTH) ? day(open).plusMonths(1) : day(open).plusWeeks(1));
    }

    /** Returns whether this interval is shorter than another one. */
    boolean isShorterThan(Span other) {
        // the first month of the epoch stands for all of them
        return close(open(0)) - open(0) < other.close(other.open(0)) - other.open(0);
    }

    @Override
    public String toString() {
        return code;
    }

    private static long lengthSeconds(String code) {
        if (!code.matches("[1-9][0-9]?[smhd]")) {
            throw new IllegalArgumentException("no interval: " + code);
        }
        long count = Long.parseLong(code.substring(0, code.length() - 1));
        return switch (code.charAt(code.length() - 1)) {
            case 's' -> count;
            case 'm' -> Duration.ofMinutes(count).toSeconds();
            case 'h' -> Duration.ofHours(count).toSeconds();
            default -> Duration.ofDays(count).toSeconds();
        };
    }

    private static LocalDate day(long time) {
        return LocalDate.ofInstant(Instant.ofEpochSecond(time), ZoneOffset.UTC);
    }

    private static long seconds(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toEpochSecond();
    }
}
