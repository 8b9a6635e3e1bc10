package io.dexklines.oracle;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;

/** Open and close times of klines by the calendar of the JDK. All times are epoch seconds. */
public final class OracleCalendar {

    private OracleCalendar() {}

    /** Returns when the kline that contains a time opens. */
    public static long open(String interval, long time) {
        ZonedDateTime day = utc(time).truncatedTo(ChronoUnit.DAYS);
        long count = count(interval);
        return switch (unit(interval)) {
            case 'M' -> day.withDayOfMonth(1).toEpochSecond();
            case 'w' ->
                    day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)).toEpochSecond();
            case 'd' -> day.toEpochSecond();
            case 'h' -> withinDay(day, time, count * 3600);
            case 'm' -> withinDay(day, time, count * 60);
            default -> withinDay(day, time, count);
        };
    }

    /**
     * Returns when the kline that opens at the given time closes. The close time belongs to the
     * next kline.
     */
    public static long close(String interval, long open) {
        ZonedDateTime opens = utc(open);
        long count = count(interval);
        ZonedDateTime closes =
                switch (unit(interval)) {
                    case 'M' -> opens.plusMonths(count);
                    case 'w' -> opens.plusWeeks(count);
                    case 'd' -> opens.plusDays(count);
                    case 'h' -> opens.plusHours(count);
                    case 'm' -> opens.plusMinutes(count);
                    default -> opens.plusSeconds(count);
                };
        return closes.toEpochSecond();
    }

    /**
     * Returns whether a kline of the larger interval consists of whole klines of the smaller one.
     */
    public static boolean isMadeOf(String larger, String smaller) {
        if (larger.equals(smaller)) {
            return false;
        }
        // January 2024 began on a Monday and has 31 days: intervals that fit there fit everywhere,
        // and weeks do not fit
        long monday = ZonedDateTime.of(2024, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC).toEpochSecond();
        long length = close(smaller, monday) - monday;
        return open(smaller, monday) == monday && (close(larger, monday) - monday) % length == 0;
    }

    private static long withinDay(ZonedDateTime day, long time, long length) {
        long midnight = day.toEpochSecond();
        return midnight + (time - midnight) / length * length;
    }

    private static long count(String interval) {
        return Long.parseLong(interval.substring(0, interval.length() - 1));
    }

    private static char unit(String interval) {
        return interval.charAt(interval.length() - 1);
    }

    private static ZonedDateTime utc(long time) {
        return Instant.ofEpochSecond(time).atZone(ZoneOffset.UTC);
    }
}
