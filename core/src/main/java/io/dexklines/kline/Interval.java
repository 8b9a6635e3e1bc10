package io.dexklines.kline;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The length of a kline. A kline covers {@code [openTimeMs, closeTimeMs)}. Klines are aligned to
 * the epoch in UTC, except that weeks start on Monday and months on their first day.
 *
 * <p>The constants are in ascending order of length. The written form is the {@link #code()}, never
 * the ordinal.
 */
public enum Interval {
    ONE_SECOND("1s", 1),
    FIVE_SECONDS("5s", 5),
    FIFTEEN_SECONDS("15s", 15),
    THIRTY_SECONDS("30s", 30),
    ONE_MINUTE("1m", 60),
    THREE_MINUTES("3m", 3 * 60),
    FIVE_MINUTES("5m", 5 * 60),
    FIFTEEN_MINUTES("15m", 15 * 60),
    THIRTY_MINUTES("30m", 30 * 60),
    ONE_HOUR("1h", 3600),
    TWO_HOURS("2h", 2 * 3600),
    FOUR_HOURS("4h", 4 * 3600),
    SIX_HOURS("6h", 6 * 3600),
    EIGHT_HOURS("8h", 8 * 3600),
    TWELVE_HOURS("12h", 12 * 3600),
    ONE_DAY("1d", 86_400),
    ONE_WEEK("1w", 7 * 86_400),
    /** A calendar month: the only interval without a fixed length. */
    ONE_MONTH("1M", 0);

    private static final long DAY_MS = 86_400_000L;

    /** 1970-01-05, the first Monday after the epoch. */
    private static final long FIRST_MONDAY_MS = 4 * DAY_MS;

    private final String code;
    private final long lengthMs;

    Interval(String code, long lengthSeconds) {
        this.code = code;
        this.lengthMs = lengthSeconds * 1000;
    }

    /**
     * Returns the case-sensitive name in tables, streams and configuration, such as {@code 15m}.
     */
    public String code() {
        return code;
    }

    /**
     * Returns the interval with the given code.
     *
     * @throws IllegalArgumentException if there is none; the message lists the codes
     */
    public static Interval ofCode(String code) {
        for (Interval interval : values()) {
            if (interval.code.equals(code)) {
                return interval;
            }
        }
        throw new IllegalArgumentException(
                "no interval '" + code + "': there are " + codes(Arrays.asList(values())));
    }

    /** Returns when the kline that contains {@code timeMs} opens, epoch milliseconds. */
    public long openTimeMs(long timeMs) {
        return switch (this) {
            case ONE_MONTH ->
                    firstOfMonth(timeMs).atStartOfDay(ZoneOffset.UTC).toEpochSecond() * 1000;
            case ONE_WEEK -> timeMs - Math.floorMod(timeMs - FIRST_MONDAY_MS, lengthMs);
            default -> timeMs - Math.floorMod(timeMs, lengthMs);
        };
    }

    /** Returns the first millisecond after the kline that opens at {@code openTimeMs}. */
    public long closeTimeMs(long openTimeMs) {
        if (this == ONE_MONTH) {
            return firstOfMonth(openTimeMs)
                            .plusMonths(1)
                            .atStartOfDay(ZoneOffset.UTC)
                            .toEpochSecond()
                    * 1000;
        }
        return openTimeMs + lengthMs;
    }

    /** Returns whether every kline of this interval consists of whole klines of {@code smaller}. */
    public boolean consistsOf(Interval smaller) {
        if (this == smaller) {
            return true;
        }
        if (smaller.ordinal() > ordinal() || smaller == ONE_WEEK) {
            return false;
        }
        long wholeMs = this == ONE_WEEK || this == ONE_MONTH ? DAY_MS : lengthMs;
        return wholeMs % smaller.lengthMs == 0;
    }

    /**
     * Returns the distinct intervals in ascending order.
     *
     * @throws IllegalArgumentException if there are none, or if one does not consist of whole
     *     klines of the smallest; a trade could then be late for one interval but not for another
     */
    public static List<Interval> validated(Collection<Interval> intervals) {
        if (intervals.isEmpty()) {
            throw new IllegalArgumentException("no interval: at least one is needed");
        }
        List<Interval> ascending = List.copyOf(EnumSet.copyOf(intervals));
        Interval smallest = ascending.get(0);
        for (Interval interval : ascending) {
            if (!interval.consistsOf(smallest)) {
                throw new IllegalArgumentException(
                        String.format(
                                "the intervals %s do not fit together: a kline of %s is not made of"
                                        + " whole klines of %s, the smallest",
                                codes(ascending), interval.code, smallest.code));
            }
        }
        return ascending;
    }

    private static LocalDate firstOfMonth(long timeMs) {
        return LocalDate.ofInstant(Instant.ofEpochMilli(timeMs), ZoneOffset.UTC).withDayOfMonth(1);
    }

    private static String codes(Collection<Interval> intervals) {
        return intervals.stream().map(Interval::code).collect(Collectors.joining(" "));
    }
}
