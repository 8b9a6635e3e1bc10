package io.dexklines.local.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.kline.Interval;
import io.dexklines.local.takeover.TakeoverPlan.Begin;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TakeoverPlanTest {

    private static final long MINUTE_MS = 60_000;

    @Test
    void theStartLiesBeforeEveryKlineUnderWay() {
        TakeoverPlan plan = plan("2026-01-07T15:30:30Z", 0, "1m", "1h", "1d", "1w", "1M");

        assertThat(plan.startOffset()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(plan.begins()).allMatch(Begin::hasKlineUnderWay);
    }

    @Test
    void aWeekMayBeginBeforeItsMonth() {
        TakeoverPlan plan = plan("2026-02-01T12:00:00Z", 0, "1d", "1w", "1M");

        assertThat(plan.startOffset()).isEqualTo("2026-01-26T00:00:00Z");
        assertThat(firstKlines(plan))
                .containsExactly(
                        "1d 2026-01-26T00:00:00Z",
                        "1w 2026-01-26T00:00:00Z",
                        "1M 2026-02-01T00:00:00Z");
    }

    @Test
    void anIntervalWhoseBeginningIsRemovedBeginsWithItsNextWholeKline() {
        long heldFrom = ms("2026-01-05T00:00:00.001Z");

        TakeoverPlan plan = plan("2026-01-07T15:30:30Z", heldFrom, "1m", "1d", "1w", "1M");

        assertThat(plan.startOffset()).isEqualTo("2026-01-07T00:00:00Z");
        assertThat(firstKlines(plan))
                .containsExactly(
                        "1m 2026-01-07T00:00:00Z",
                        "1d 2026-01-07T00:00:00Z",
                        "1w 2026-01-12T00:00:00Z",
                        "1M 2026-02-01T00:00:00Z");
        assertThat(plan.begins().stream().map(Begin::hasKlineUnderWay))
                .containsExactly(true, true, false, false);
    }

    @Test
    void ifNoKlineUnderWayIsWholeEveryIntervalBeginsWithItsNext() {
        TakeoverPlan plan = plan("2026-01-07T15:30:30Z", ms("2026-01-07T15:30:10Z"), "1m", "1h");

        assertThat(plan.startOffset()).isEqualTo("2026-01-07T15:31:00Z");
        assertThat(firstKlines(plan))
                .containsExactly("1m 2026-01-07T15:31:00Z", "1h 2026-01-07T16:00:00Z");
    }

    @Test
    void whateverTheSwitchNoFirstKlineIsCut() {
        Random random = new Random(20);
        for (int i = 0; i < 20_000; i++) {
            long switchMs = random.nextLong(2_000_000_000_000L);
            long heldFrom =
                    random.nextBoolean()
                            ? 0
                            : switchMs - random.nextLong(-MINUTE_MS, 3_000_000_000L);

            TakeoverPlan plan =
                    TakeoverPlan.of(switchMs, Arrays.asList(Interval.values()), heldFrom);

            assertThat(plan.startMs()).isGreaterThanOrEqualTo(heldFrom);
            for (Begin begin : plan.begins()) {
                Interval interval = begin.interval();
                assertThat(begin.firstWholeMs()).isGreaterThanOrEqualTo(plan.startMs());
                assertThat(interval.openTimeMs(begin.firstWholeMs()))
                        .isEqualTo(begin.firstWholeMs());
                boolean held = begin.underWayMs() >= heldFrom;
                assertThat(begin.hasKlineUnderWay()).as("%s %s", interval, plan).isEqualTo(held);
            }
        }
    }

    @Test
    void theTopicsHoldWhatCameAfterTheFirstRecordThatIsLeft() {
        assertThat(TakeoverPlan.heldFromMs(List.of(), 9_000, MINUTE_MS)).isZero();
        assertThat(TakeoverPlan.heldFromMs(List.of(5_000L, 7_000L), 9_000, MINUTE_MS))
                .isEqualTo(67_001);
        assertThat(
                        TakeoverPlan.heldFromMs(
                                List.of(5_000L, TakeoverPlan.NO_RECORD), 9_000, MINUTE_MS))
                .isEqualTo(69_001);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{\"block_time\":7},{\"block_time\":5}]|5000",
                "[{\"block_time\":11}]|9000",
                "[{\"block_time\":0},{\"block_time\":-1},{\"block_time\":\"5\"},{\"block_time\":5.5},{},1]|9000",
                "[{\"block_time\":9223372036854775807}]|9000",
                "{\"block_time\":5}|9000",
                "[{\"block_time\":5|9000",
                "''|9000"
            })
    void theOldestTradeOfARecordCounts(String record, long expectedMs) {
        byte[] value = record.getBytes(StandardCharsets.UTF_8);

        assertThat(TradeTimes.earliestMs(9_000, value)).isEqualTo(expectedMs);
    }

    @Test
    void aRecordWithoutTimeAndTradesIsOfNoTime() {
        assertThat(TradeTimes.earliestMs(-1, null)).isEqualTo(Long.MAX_VALUE);
    }

    private static TakeoverPlan plan(String switched, long heldFromMs, String... intervals) {
        return TakeoverPlan.of(
                ms(switched), Arrays.stream(intervals).map(Interval::ofCode).toList(), heldFromMs);
    }

    private static List<String> firstKlines(TakeoverPlan plan) {
        return plan.begins().stream()
                .map(
                        each ->
                                each.interval().code()
                                        + " "
                                        + Instant.ofEpochMilli(each.firstWholeMs()))
                .toList();
    }

    private static long ms(String instant) {
        return Instant.parse(instant).toEpochMilli();
    }
}
