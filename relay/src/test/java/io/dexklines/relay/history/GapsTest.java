package io.dexklines.relay.history;

import static io.dexklines.relay.history.Klines.MINUTE;
import static io.dexklines.relay.history.Klines.klines;
import static io.dexklines.relay.history.Klines.window;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** It is half past the minute 20 in all of these. */
class GapsTest {

    private static final long NOW = 20 * MINUTE + 30;

    @Test
    void klinesThatFollowEachOtherHaveNone() {
        assertThat(in(klines(10, 11, 12), window(10, 13, 100, Window.End.OLDEST))).isNull();
    }

    @Test
    void theKlineThatIsOpenNowIsNotMissed() {
        assertThat(in(klines(18, 19), window(18, 99, 100, Window.End.OLDEST))).isNull();
        assertThat(in(klines(18), window(18, 99, 100, Window.End.OLDEST))).isEqualTo("18-99");
    }

    @Test
    void theyReachFromTheFirstToTheLastWithWhatStandsNextToThem() {
        assertThat(in(klines(10, 12, 13, 16, 17), window(10, 18, 100, Window.End.OLDEST)))
                .isEqualTo("10-17");
        assertThat(in(klines(12, 13), window(10, 14, 100, Window.End.OLDEST))).isEqualTo("10-13");
        assertThat(in(klines(10, 11), window(10, 14, 100, Window.End.OLDEST))).isEqualTo("11-14");
    }

    @Test
    void aWindowThatIsFullMissesNothingBeyond() {
        assertThat(in(klines(18, 19, 20), window(0, 99, 3, Window.End.NEWEST))).isNull();
        assertThat(in(klines(10, 11, 12), window(10, 99, 3, Window.End.OLDEST))).isNull();
        assertThat(in(klines(15, 17), window(10, 99, 2, Window.End.OLDEST))).isEqualTo("10-18");
    }

    @Test
    void aWindowThatIsNotFullMayHaveMoreBeforeItsFirst() {
        assertThat(in(klines(18, 19, 20), window(0, 99, 4, Window.End.NEWEST))).isEqualTo("0-19");
    }

    @Test
    void whereNothingIsHeldEverythingIsMissing() {
        assertThat(in(List.of(), window(0, 99, 4, Window.End.NEWEST))).isEqualTo("0-99");
        assertThat(in(List.of(), window(5, 15, 4, Window.End.OLDEST))).isEqualTo("5-15");
        assertThat(in(List.of(), window(20, 99, 4, Window.End.OLDEST))).isEqualTo("20-99");
    }

    @Test
    void aWindowBetweenTwoOpenTimesMissesNothing() {
        Window window = new Window(601, 659, 10, Window.End.OLDEST);

        assertThat(Gaps.in(List.of(), window, KlineInterval.ONE_MINUTE, NOW)).isEmpty();
    }

    /** {@code from-to} in minutes; null for none. */
    private static String in(List<PastKline> found, Window window) {
        return Gaps.in(found, window, KlineInterval.ONE_MINUTE, NOW)
                .map(gaps -> gaps.from() / MINUTE + "-" + gaps.to() / MINUTE)
                .orElse(null);
    }
}
