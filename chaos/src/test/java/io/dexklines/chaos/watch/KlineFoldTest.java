package io.dexklines.chaos.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Tests which kline messages break the contract of the streams. */
class KlineFoldTest {

    private static final long MINUTE_MS = 60_000;

    /** An open time of both intervals. */
    private static final long OPEN_MS = 1_767_960_000_000L;

    private final KlineFold fold = new KlineFold("1m");

    @Test
    void newerVersionsOfKlinesAreNoViolation() {
        fold.connected();

        kline(1, "1m", OPEN_MS, 3, false);
        kline(2, "1m", OPEN_MS, 4, false);
        kline(3, "1m", OPEN_MS, 4, true);
        kline(4, "1m", OPEN_MS, 5, false);
        kline(4, "1m", OPEN_MS + MINUTE_MS, 1, false);

        assertThat(fold.violations().klines()).isEqualTo(5);
        assertThat(fold.violations().stepsBack()).isZero();
        assertThat(fold.violations().timesBack()).isZero();
    }

    @Test
    void findsAVersionWithFewerTradesAndOneThatIsOpenAgain() {
        fold.connected();
        kline(1, "1m", OPEN_MS, 3, false);

        kline(2, "1m", OPEN_MS, 2, false);
        kline(3, "1m", OPEN_MS, 4, true);
        kline(4, "1m", OPEN_MS, 4, false);

        assertThat(fold.violations().stepsBack()).isEqualTo(2);
        assertThat(fold.violations().backwards())
                .containsExactly(
                        "56:0xa@kline_1m at 1767960000000: 2 trades, open after 3 trades, open,"
                                + " E 2",
                        "56:0xa@kline_1m at 1767960000000: 4 trades, open after 4 trades, closed,"
                                + " E 4");
    }

    @Test
    void findsAStreamWhoseTimeGoesBack() {
        fold.connected();
        kline(9, "1m", OPEN_MS, 3, false);

        kline(8, "1m", OPEN_MS, 4, false);

        assertThat(fold.violations().timesBack()).isEqualTo(1);
    }

    @Test
    void anotherConnectionMayBeginWithAnOlderVersion() {
        fold.connected();
        kline(9, "1m", OPEN_MS, 3, false);

        fold.connected();
        kline(8, "1m", OPEN_MS, 2, false);
        kline(9, "1m", OPEN_MS, 1, false);

        KlineViolations violations = fold.violations();
        assertThat(violations.stepsBackAcrossConnections()).isEqualTo(1);
        assertThat(violations.stepsBack()).isEqualTo(1);
        assertThat(violations.timesBack()).isZero();
    }

    @Test
    void aKlineHasTheTradesOfTheSmallestOnesInIt() {
        fold.connected();
        kline(1, "1m", OPEN_MS - MINUTE_MS, 9, true);

        kline(2, "1m", OPEN_MS, 2, false);
        kline(2, "5m", OPEN_MS, 2, false);
        kline(3, "5m", OPEN_MS, 5, false);
        kline(3, "1m", OPEN_MS, 2, true);
        kline(3, "1m", OPEN_MS + MINUTE_MS, 3, false);
        kline(4, "1m", OPEN_MS + MINUTE_MS, 4, false);

        assertThat(fold.violations().folds()).isEqualTo(2);
        assertThat(fold.violations().wrongFolds()).isZero();
    }

    @Test
    void findsAKlineThatHasOtherTradesThanTheSmallestOnesInIt() {
        fold.connected();
        kline(1, "1m", OPEN_MS - MINUTE_MS, 9, true);
        kline(2, "1m", OPEN_MS, 2, false);
        kline(2, "5m", OPEN_MS, 3, false);

        kline(3, "1m", OPEN_MS, 4, false);

        assertThat(fold.violations().wrongFolds()).isEqualTo(1);
        assertThat(fold.violations().otherViolations())
                .containsExactly(
                        "56:0xa@kline_5m at 1767960000000, E 2: 3 trades, but 2 in its 1m");
    }

    @Test
    void doesNotCompareKlinesThatOpenedBeforeTheConnection() {
        fold.connected();
        kline(1, "1m", OPEN_MS + MINUTE_MS, 2, false);
        kline(1, "5m", OPEN_MS, 30, false);

        kline(2, "1m", OPEN_MS + MINUTE_MS, 3, false);
        kline(2, "5m", OPEN_MS, 31, false);
        kline(3, "1m", OPEN_MS + MINUTE_MS, 4, false);

        assertThat(fold.violations().folds()).isZero();
    }

    @Test
    void tellsKlinesFromOtherMessages() {
        assertThat(fold.message("{\"result\":null,\"id\":1}")).isFalse();
        assertThatThrownBy(() -> fold.message("{\"e\":"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(fold.violations().klines()).isZero();
    }

    private void kline(long timeMs, String interval, long openMs, long trades, boolean closed) {
        long lengthMs = interval.equals("1m") ? MINUTE_MS : 5 * MINUTE_MS;
        assertThat(
                        fold.message(
                                """
                                {"e":"kline","E":%d,"s":"56:0xa",\
                                "k":{"t":%d,"T":%d,"i":"%s","n":%d,"x":%b}}"""
                                        .formatted(
                                                timeMs,
                                                openMs,
                                                openMs + lengthMs - 1,
                                                interval,
                                                trades,
                                                closed)))
                .isTrue();
    }
}
