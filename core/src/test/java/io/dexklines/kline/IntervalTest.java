package io.dexklines.kline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class IntervalTest {

    @Test
    void theCodesAreThoseOfTheContractFromShortestToLongest() {
        assertThat(Arrays.stream(Interval.values()).map(Interval::code))
                .containsExactly(
                        "1s", "5s", "15s", "30s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h",
                        "6h", "8h", "12h", "1d", "1w", "1M");
    }

    @ParameterizedTest
    @EnumSource(Interval.class)
    void isFoundByItsCode(Interval interval) {
        assertThat(Interval.ofCode(interval.code())).isSameAs(interval);
    }

    @ParameterizedTest
    @CsvSource({"1W", "60m", "''", "1 m", "2d"})
    void refusesAnyOtherCodeAndNamesTheValidOnes(String code) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Interval.ofCode(code))
                .withMessage(
                        "no interval '%s': there are 1s 5s 15s 30s 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h"
                                + " 12h 1d 1w 1M",
                        code);
    }

    // Friday, 13:37:42.123
    @ParameterizedTest
    @CsvSource({
        "1s,  2026-02-27T13:37:42, 2026-02-27T13:37:43",
        "5s,  2026-02-27T13:37:40, 2026-02-27T13:37:45",
        "15s, 2026-02-27T13:37:30, 2026-02-27T13:37:45",
        "30s, 2026-02-27T13:37:30, 2026-02-27T13:38:00",
        "1m,  2026-02-27T13:37:00, 2026-02-27T13:38:00",
        "3m,  2026-02-27T13:36:00, 2026-02-27T13:39:00",
        "5m,  2026-02-27T13:35:00, 2026-02-27T13:40:00",
        "15m, 2026-02-27T13:30:00, 2026-02-27T13:45:00",
        "30m, 2026-02-27T13:30:00, 2026-02-27T14:00:00",
        "1h,  2026-02-27T13:00:00, 2026-02-27T14:00:00",
        "2h,  2026-02-27T12:00:00, 2026-02-27T14:00:00",
        "4h,  2026-02-27T12:00:00, 2026-02-27T16:00:00",
        "6h,  2026-02-27T12:00:00, 2026-02-27T18:00:00",
        "8h,  2026-02-27T08:00:00, 2026-02-27T16:00:00",
        "12h, 2026-02-27T12:00:00, 2026-02-28T00:00:00",
        "1d,  2026-02-27T00:00:00, 2026-02-28T00:00:00",
        "1w,  2026-02-23T00:00:00, 2026-03-02T00:00:00",
        "1M,  2026-02-01T00:00:00, 2026-03-01T00:00:00"
    })
    void opensAndClosesAroundATime(String code, LocalDateTime open, LocalDateTime close) {
        long timeMs = utcMs(LocalDateTime.parse("2026-02-27T13:37:42.123"));
        Interval interval = Interval.ofCode(code);

        assertThat(interval.openTimeMs(timeMs)).isEqualTo(utcMs(open));
        assertThat(interval.closeTimeMs(utcMs(open))).isEqualTo(utcMs(close));
    }

    @ParameterizedTest
    @EnumSource(Interval.class)
    void isHalfOpen(Interval interval) {
        long open = interval.openTimeMs(1_772_199_462_123L);
        long close = interval.closeTimeMs(open);

        assertThat(interval.openTimeMs(open)).isEqualTo(open);
        assertThat(interval.openTimeMs(close - 1)).isEqualTo(open);
        assertThat(interval.openTimeMs(close)).isEqualTo(close);
        assertThat(interval.openTimeMs(open - 1)).isLessThan(open);
    }

    @ParameterizedTest
    @EnumSource(Interval.class)
    void coversAllTimeWithoutGapOrOverlap(Interval interval) {
        long seed = 20260227 + interval.ordinal();
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            // between the years 1800 and 2400
            long timeMs = (long) ((random.nextDouble() * 600 - 170) * 365.2425 * 86_400_000L);

            long open = interval.openTimeMs(timeMs);
            long close = interval.closeTimeMs(open);

            assertThat(timeMs).as("seed %d", seed).isBetween(open, close - 1);
            assertThat(open % 1000).isZero();
            assertThat(interval.openTimeMs(open)).as("seed %d", seed).isEqualTo(open);
            assertThat(interval.openTimeMs(close)).as("seed %d", seed).isEqualTo(close);
        }
    }

    @Test
    void isAlignedToTheEpoch() {
        for (Interval interval : Interval.values()) {
            if (interval != Interval.ONE_WEEK) {
                assertThat(interval.openTimeMs(0)).as(interval.code()).isZero();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        // the epoch was a Thursday
        "1970-01-01T00:00:00, 1969-12-29T00:00:00",
        "1970-01-04T23:59:59, 1969-12-29T00:00:00",
        "1970-01-05T00:00:00, 1970-01-05T00:00:00",
        "1969-12-28T23:59:59, 1969-12-22T00:00:00",
        // over a new year, and over the end of February of a leap year
        "2026-01-01T00:00:00, 2025-12-29T00:00:00",
        "2024-02-29T12:00:00, 2024-02-26T00:00:00",
        "2024-03-03T23:59:59, 2024-02-26T00:00:00"
    })
    void weeksBeginOnMonday(LocalDateTime time, LocalDateTime monday) {
        long open = Interval.ONE_WEEK.openTimeMs(utcMs(time));

        assertThat(open).isEqualTo(utcMs(monday));
        assertThat(Instant.ofEpochMilli(open).atOffset(ZoneOffset.UTC).getDayOfWeek())
                .isEqualTo(DayOfWeek.MONDAY);
    }

    @ParameterizedTest
    @CsvSource({
        "2024-02-29T23:59:59, 2024-02-01T00:00:00, 29",
        "2026-02-28T23:59:59, 2026-02-01T00:00:00, 28",
        "2000-02-15T00:00:00, 2000-02-01T00:00:00, 29",
        "2100-02-15T00:00:00, 2100-02-01T00:00:00, 28",
        "2026-12-31T23:59:59, 2026-12-01T00:00:00, 31",
        "2026-04-30T23:59:59, 2026-04-01T00:00:00, 30",
        "1969-12-31T23:59:59, 1969-12-01T00:00:00, 31",
        "1970-01-01T00:00:00, 1970-01-01T00:00:00, 31"
    })
    void monthsAreThoseOfTheCalendar(LocalDateTime time, LocalDateTime first, int days) {
        long open = Interval.ONE_MONTH.openTimeMs(utcMs(time));

        assertThat(open).isEqualTo(utcMs(first));
        assertThat(Interval.ONE_MONTH.closeTimeMs(open)).isEqualTo(open + days * 86_400_000L);
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 1s, -1000",
        "-1000, 1s, -1000",
        "-1001, 1s, -2000",
        "-1, 1m, -60000",
        "-1, 1d, -86400000",
        "-60001, 1m, -120000"
    })
    void timesBeforeTheEpochAreRoundedDownToo(long timeMs, String code, long openTimeMs) {
        assertThat(Interval.ofCode(code).openTimeMs(timeMs)).isEqualTo(openTimeMs);
    }

    @Test
    void anIntervalConsistsOfASmallerOneIfAllItsBordersAlign() {
        for (Interval larger : Interval.values()) {
            for (Interval smaller : Interval.values()) {
                assertThat(larger.consistsOf(smaller))
                        .as("%s of %s", larger.code(), smaller.code())
                        .isEqualTo(bordersAlign(larger, smaller));
            }
        }
    }

    /**
     * Returns whether, over four years with two leap days, every larger kline opens where a smaller
     * one opens.
     */
    private static boolean bordersAlign(Interval larger, Interval smaller) {
        long from = utcMs(LocalDateTime.parse("2023-12-20T00:00:00"));
        long to = utcMs(LocalDateTime.parse("2028-03-10T00:00:00"));
        long steps = 0;
        for (long open = larger.openTimeMs(from);
                open < to && steps < 100_000;
                open = larger.closeTimeMs(open)) {
            if (smaller.openTimeMs(open) != open) {
                return false;
            }
            steps++;
        }
        return true;
    }

    @Test
    void aValidatedSetIsSortedAndDistinct() {
        assertThat(
                        Interval.validated(
                                List.of(
                                        Interval.ONE_DAY,
                                        Interval.ONE_MINUTE,
                                        Interval.ONE_HOUR,
                                        Interval.ONE_MINUTE)))
                .containsExactly(Interval.ONE_MINUTE, Interval.ONE_HOUR, Interval.ONE_DAY);
    }

    @ParameterizedTest
    @CsvSource({
        "1s 5s 15s 30s 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 1w 1M",
        "1m 5m 15m 30m 1h 4h 12h 1d 1w",
        "1m 3m 5m",
        "1h 2h 6h 8h 12h",
        "1d 1w 1M",
        "1w",
        "1M",
        "4h 12h 1M",
        "3m 15m 30m"
    })
    void acceptsSetsWhoseMembersConsistOfTheSmallest(String codes) {
        assertThat(Interval.validated(intervals(codes))).isEqualTo(intervals(codes));
    }

    @ParameterizedTest
    @CsvSource({
        "3m 5m,        5m, 3m",
        "3m 15m 5m,    5m, 3m",
        "4h 6h,        6h, 4h",
        "8h 12h,       12h, 8h",
        "6h 8h 1d,     8h, 6h",
        "1w 1M,        1M, 1w"
    })
    void refusesOtherSetsAndNamesTheMemberAndTheSmallest(
            String codes, String member, String smallest) {
        List<Interval> intervals = intervals(codes);
        String ascending =
                intervals.stream().sorted().map(Interval::code).collect(Collectors.joining(" "));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Interval.validated(intervals))
                .withMessage(
                        "the intervals %s do not fit together: a kline of %s is not made of whole"
                                + " klines of %s, the smallest",
                        ascending, member, smallest);
    }

    @Test
    void refusesTheEmptySet() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Interval.validated(List.of()))
                .withMessage("no interval: at least one is needed");
    }

    @Test
    void theRulesRefuseANegativeLateness() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KlineRules.of(List.of(Interval.ONE_MINUTE), -1))
                .withMessage("the allowed lateness must not be negative: -1 ms");
    }

    private static List<Interval> intervals(String codes) {
        return Arrays.stream(codes.split(" ")).map(Interval::ofCode).collect(Collectors.toList());
    }

    private static long utcMs(LocalDateTime time) {
        return time.toInstant(ZoneOffset.UTC).toEpochMilli();
    }
}
