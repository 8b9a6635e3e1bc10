package io.dexklines.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.oracle.Oracle.Fate;
import io.dexklines.oracle.Oracle.Key;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Checks the oracle against examples that were worked out by hand. */
class OracleTest {

    private static final long NOON = 1_772_193_600L;

    private static final String PAIR = "1:p";

    private final Oracle oracle = new Oracle(List.of("1m", "5m"), 1000);

    @Test
    void aKlineIsComputedFromAllItsTradesInTheirOrder() {
        oracle.trade(PAIR, trade(NOON + 2, 2, true, false, 5, 10));
        oracle.trade(PAIR, trade(NOON + 1, 1, false, false, 3, 20));
        oracle.trade(PAIR, trade(NOON, 3, true, true, 9, 40));

        OracleKline kline = oracle.kline(new Key(PAIR, "1m", NOON));

        assertThat(kline.open()).isEqualTo(3);
        assertThat(kline.high()).isEqualTo(5);
        assertThat(kline.low()).isEqualTo(3);
        assertThat(kline.close()).isEqualTo(5);
        assertThat(kline.volumeUsd()).isEqualTo(70);
        assertThat(kline.buyVolumeUsd()).isEqualTo(50);
        assertThat(kline.count()).isEqualTo(3);
        assertThat(kline.buys()).isEqualTo(2);
        assertThat(kline.first().time()).isEqualTo(NOON);
        assertThat(kline).isEqualTo(oracle.kline(new Key(PAIR, "5m", NOON)));
    }

    @Test
    void closesCorrectsAndEndsByTheClockOfTheChain() {
        Key key = new Key(PAIR, "1m", NOON);
        assertThat(oracle.trade(PAIR, trade(NOON, 1, true, false, 1, 1))).isEqualTo(Fate.COUNTED);

        oracle.time("1", NOON * 1000 + 59_998, NOON * 1000 + 59_998);
        assertThat(oracle.isClosed(key)).isFalse();
        oracle.time("1", NOON * 1000 + 59_999, NOON * 1000 + 59_999);
        assertThat(oracle.isClosed(key)).isTrue();
        assertThat(oracle.trade(PAIR, trade(NOON, 1, true, false, 1, 1))).isEqualTo(Fate.DUPLICATE);
        oracle.time("1", NOON * 1000 + 60_998, NOON * 1000 + 60_998);
        assertThat(oracle.trade(PAIR, trade(NOON, 2, true, false, 1, 1))).isEqualTo(Fate.COUNTED);
        oracle.time("1", NOON * 1000 + 60_999, NOON * 1000 + 60_999);
        assertThat(oracle.trade(PAIR, trade(NOON, 3, true, false, 1, 1))).isEqualTo(Fate.LATE);
        assertThat(oracle.kline(key).count()).isEqualTo(2);
        assertThat(oracle.countedTrades()).isEqualTo(2);
    }

    @Test
    void closesEarlierThanItEnds() {
        oracle.trade(PAIR, trade(NOON, 1, true, false, 1, 1));

        oracle.time("1", NOON * 1000, NOON * 1000 + 3_600_000);

        assertThat(oracle.isClosed(new Key(PAIR, "1m", NOON))).isTrue();
        assertThat(oracle.unendedPairs("1")).containsExactly(PAIR);
        assertThat(oracle.trade(PAIR, trade(NOON, 2, true, false, 1, 1))).isEqualTo(Fate.COUNTED);
    }

    @Test
    void noOtherChainClosesOrEnds() {
        oracle.trade(PAIR, trade(NOON, 1, true, false, 1, 1));

        oracle.time("56", Long.MAX_VALUE, Long.MAX_VALUE);

        assertThat(oracle.isClosed(new Key(PAIR, "1m", NOON))).isFalse();
        assertThat(oracle.trade(PAIR, trade(NOON, 2, true, false, 1, 1))).isEqualTo(Fate.COUNTED);
        assertThat(oracle.unendedPairs("56")).isEmpty();
    }

    @Test
    void knowsTheCalendar() {
        // Friday, 2026-02-27
        assertThat(OracleCalendar.open("1w", NOON)).isEqualTo(1_771_804_800L);
        assertThat(OracleCalendar.close("1w", 1_771_804_800L)).isEqualTo(1_772_409_600L);
        assertThat(OracleCalendar.open("1M", NOON)).isEqualTo(1_769_904_000L);
        assertThat(OracleCalendar.close("1M", 1_769_904_000L)).isEqualTo(1_772_323_200L);
        assertThat(OracleCalendar.open("8h", NOON + 3 * 3600)).isEqualTo(NOON - 4 * 3600);
        assertThat(OracleCalendar.open("5s", NOON + 9)).isEqualTo(NOON + 5);
        assertThat(OracleCalendar.isMadeOf("1w", "1d")).isTrue();
        assertThat(OracleCalendar.isMadeOf("1M", "1w")).isFalse();
        assertThat(OracleCalendar.isMadeOf("5m", "3m")).isFalse();
        assertThat(OracleCalendar.isMadeOf("15m", "3m")).isTrue();
        assertThat(OracleCalendar.isMadeOf("12h", "8h")).isFalse();
        assertThat(OracleCalendar.isMadeOf("1m", "5m")).isFalse();
    }

    @Test
    void aCopyIsIndependent() {
        oracle.trade(PAIR, trade(NOON, 1, true, false, 1, 1));

        Oracle copy = oracle.copy();
        copy.trade(PAIR, trade(NOON, 2, true, false, 1, 1));
        copy.time("1", Long.MAX_VALUE, Long.MAX_VALUE);

        assertThat(oracle.countedTrades()).isEqualTo(1);
        assertThat(oracle.kline(new Key(PAIR, "1m", NOON)).count()).isEqualTo(1);
        assertThat(oracle.isClosed(new Key(PAIR, "1m", NOON))).isFalse();
        assertThat(copy.countedTrades()).isEqualTo(2);
    }

    private static OracleTrade trade(
            long time, long identity, boolean buy, boolean clamp, double price, double usd) {
        return new OracleTrade(time, time, 0, 0, 0, identity, buy, clamp, price, 0, usd, 1);
    }
}
