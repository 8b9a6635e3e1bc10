package io.dexklines.relay.history;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The length of a kline, with its place in the calendar: half-open {@code [open, close)}, in UTC
 * and aligned to the epoch, but weeks start on Monday and months on their first day. All times are
 * epoch seconds.
 */
public enum KlineInterval {
    ONE_SECOND("1s", 1),
    FIVE_SECONDS("5s", 5),
    FIFTEEN_SECONDS("15s", 15),
    THIRTY_SECONDS("30s", 30),
    ONE_MINUTE("1m", 60),
    THREE_MINUTES("3m", 180),
    FIVE_MINUTES("5m", 300),
    FIFTEEN_MINUTES("15m", 900),
    THIRTY_MINUTES("30m", 1_800),
    ONE_HOUR("1h", 3_600),
    TWO_HOURS("2h", 7_200),
    FOUR_HOURS("4h", 14_400),
    SIX_HOURS("6h", 21_600),
    EIGHT_HOURS("8h", 28_800),
    TWELVE_HOURS("12h", 43_200),
    ONE_DAY("1d", 86_400),
    ONE_WEEK("1w", 604_800),
    /** A calendar month; its length is that of the longest. */
    ONE_MONTH("1M", 31 * 86_400);

    /** 1970-01-05, the first Monday after the epoch. */
    private static final long FIRST_MONDAY = 4 * 86_400;

    private final String code;
    private final long lengthSeconds;

    KlineInterval(String code, long lengthSeconds) {
        this.code = code;
        this.lengthSeconds = lengthSeconds;
    }

    /**
     * The interval of that code.
     *
     * @throws IllegalArgumentException naming the codes there are, when it is none of them
     */
    public static KlineInterval ofCode(String code) {
        for (KlineInterval interval : values()) {
            if (interval.code.equals(code)) {
                return interval;
            }
        }
        throw new IllegalArgumentException(
                "no interval, expected one of " + codes(Arrays.asList(values())));
    }

    /** Their codes, separated by spaces. */
    public static String codes(List<KlineInterval> intervals) {
        return intervals.stream().map(KlineInterval::code).collect(Collectors.joining(" "));
    }

    /** The name in tables and streams, such as {@code 15m}; case matters. */
    public String code() {
        return code;
    }

    /** How long it is, months at most that long. */
    public long lengthSeconds() {
        return lengthSeconds;
    }

    /** When the kline that holds {@code time} opens. */
    public long open(long time) {
        return switch (this) {
            case ONE_MONTH -> seconds(firstOfMonth(time));
            case ONE_WEEK -> time - Math.floorMod(time - FIRST_MONDAY, lengthSeconds);
            default -> time - Math.floorMod(time, lengthSeconds);
        };
    }

    /** When the kline behind the one that opens at {@code open} opens, and that one closes. */
    public long next(long open) {
        return this == ONE_MONTH ? seconds(firstOfMonth(open).plusMonths(1)) : open + lengthSeconds;
    }

    /** When the first kline opens that does not open before {@code time}. */
    public long firstOpenFrom(long time) {
        long open = open(time);
        return open == time ? open : next(open);
    }

    /** When the kline opens that stands {@code count} before the one that opens at {@code open}. */
    public long before(long open, int count) {
        return this == ONE_MONTH
                ? seconds(firstOfMonth(open).minusMonths(count))
                : open - count * lengthSeconds;
    }

    private static LocalDate firstOfMonth(long time) {
        return LocalDate.ofInstant(Instant.ofEpochSecond(time), ZoneOffset.UTC).withDayOfMonth(1);
    }

    private static long seconds(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toEpochSecond();
    }
}
