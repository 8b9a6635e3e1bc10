package io.dexklines.relay.history;

import static io.dexklines.relay.history.Klines.MINUTE;
import static io.dexklines.relay.history.Klines.klines;
import static io.dexklines.relay.history.Klines.window;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.kline.Interval;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In all tests, the current time is 30 seconds after minute 20. */
class GapsTest {

    private static final long NOW = 20 * MINUTE + 30;

    @Test
    void consecutiveKlinesHaveNoGaps() {
        assertThat(in(klines(10, 11, 12), window(10, 13, 100, Window.End.OLDEST))).isNull();
    }

    @Test
    void theKlineThatIsOpenNowIsNoGap() {
        assertThat(in(klines(18, 19), window(18, 99, 100, Window.End.OLDEST))).isNull();
        assertThat(in(klines(18), window(18, 99, 100, Window.End.OLDEST))).isEqualTo("18-99");
    }

    @Test
    void theRangeIncludesTheKlinesNextToTheGaps() {
        assertThat(in(klines(10, 12, 13, 16, 17), window(10, 18, 100, Window.End.OLDEST)))
                .isEqualTo("10-17");
        assertThat(in(klines(12, 13), window(10, 14, 100, Window.End.OLDEST))).isEqualTo("10-13");
        assertThat(in(klines(10, 11), window(10, 14, 100, Window.End.OLDEST))).isEqualTo("11-14");
    }

    @Test
    void aFullWindowHasNoGapBeyondItsKlines() {
        assertThat(in(klines(18, 19, 20), window(0, 99, 3, Window.End.NEWEST))).isNull();
        assertThat(in(klines(10, 11, 12), window(10, 99, 3, Window.End.OLDEST))).isNull();
        assertThat(in(klines(15, 17), window(10, 99, 2, Window.End.OLDEST))).isEqualTo("10-18");
    }

    @Test
    void aWindowBelowItsLimitMayLackOlderKlines() {
        assertThat(in(klines(18, 19, 20), window(0, 99, 4, Window.End.NEWEST))).isEqualTo("0-19");
    }

    @Test
    void anEmptyStoreLacksTheWholeWindow() {
        assertThat(in(List.of(), window(0, 99, 4, Window.End.NEWEST))).isEqualTo("0-99");
        assertThat(in(List.of(), window(5, 15, 4, Window.End.OLDEST))).isEqualTo("5-15");
        assertThat(in(List.of(), window(20, 99, 4, Window.End.OLDEST))).isEqualTo("20-99");
    }

    @Test
    void aWindowBetweenTwoOpenTimesHasNoGap() {
        Window window = new Window(601, 659, 10, Window.End.OLDEST);

        assertThat(Gaps.in(List.of(), window, Interval.ONE_MINUTE, NOW)).isEmpty();
    }

    /** Returns {@code from-to} in minutes; null if there are no gaps. */
    private static String in(List<PastKline> found, Window window) {
        return Gaps.in(found, window, Interval.ONE_MINUTE, NOW)
                .map(gaps -> gaps.from() / MINUTE + "-" + gaps.to() / MINUTE)
                .orElse(null);
    }
}
