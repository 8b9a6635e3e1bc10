package io.dexklines.relay.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.kline.Interval;
import io.dexklines.relay.compatibility.Candlesticks.Slots;
import io.dexklines.relay.history.PastKline;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CandlesticksTest {

    static final long MINUTE = 60;
    static final long NOON = 1_767_960_000L;

    @Test
    void aGapOpensAtTheFormerCloseAndIsFlatAtTheNextOpen() {
        List<PastKline> traded = List.of(kline(0, 10, 12, 9, 11, 5), kline(3, 14, 15, 13, 13.5, 7));

        assertThat(fill(traded, Optional.empty(), slots(0, 3)))
                .containsExactly(
                        new Candlestick(10, 12, 9, 11, NOON, 5),
                        new Candlestick(11, 14, 11, 14, NOON + 60, 0),
                        new Candlestick(14, 14, 14, 14, NOON + 120, 0),
                        new Candlestick(14, 15, 13, 13.5, NOON + 180, 7));
    }

    @Test
    void eachOpenIsTheFormerCloseAndTheRangeIncludesIt() {
        List<PastKline> traded = List.of(kline(0, 10, 12, 9, 11, 5), kline(1, 14, 15, 13, 14, 7));

        assertThat(fill(traded, Optional.empty(), slots(0, 1)))
                .containsExactly(
                        new Candlestick(10, 12, 9, 11, NOON, 5),
                        new Candlestick(11, 15, 11, 14, NOON + 60, 7));
    }

    @Test
    void beforeTheFirstKlineItIsFlatAtItsOpenAndAfterTheLastOneAtItsClose() {
        List<PastKline> traded = List.of(kline(2, 10, 12, 9, 11, 5));

        assertThat(fill(traded, Optional.empty(), slots(0, 4)))
                .containsExactly(
                        new Candlestick(10, 10, 10, 10, NOON, 0),
                        new Candlestick(10, 10, 10, 10, NOON + 60, 0),
                        new Candlestick(10, 12, 9, 11, NOON + 120, 5),
                        new Candlestick(11, 11, 11, 11, NOON + 180, 0),
                        new Candlestick(11, 11, 11, 11, NOON + 240, 0));
    }

    @Test
    void aRangeWithoutTradesIsFlatAtTheCloseBeforeItAndAPairWithoutKlinesHasNone() {
        PastKline before = kline(-90, 10, 12, 9, 11, 5);

        assertThat(fill(List.of(), Optional.of(before), slots(0, 1)))
                .containsExactly(
                        new Candlestick(11, 11, 11, 11, NOON, 0),
                        new Candlestick(11, 11, 11, 11, NOON + 60, 0));
        assertThat(fill(List.of(), Optional.empty(), slots(0, 1))).isEmpty();
    }

    @Test
    void theSlotsAreTheNewestOfTheRangeUpToTheKlineThatIsOpenNow() {
        assertThat(newest(0, 600, 600, 100)).isEqualTo(slots(0, 9));
        assertThat(newest(0, 600, 600, 3)).isEqualTo(slots(7, 9));
        assertThat(newest(0, 600, 240, 3)).isEqualTo(slots(2, 4));
        assertThat(newest(1, 599, 600, 100)).isEqualTo(slots(1, 9));
        assertThat(newest(1, 60, 600, 100).isEmpty()).isTrue();
        assertThat(newest(0, 0, 600, 100).isEmpty()).isTrue();
        assertThat(newest(120, 600, 60, 100).isEmpty()).isTrue();
        assertThat(newest(0, 1L << 37, 60, 100)).isEqualTo(slots(0, 1));
        long february = 1_769_904_000L;
        assertThat(Slots.newest(Interval.ONE_MONTH, 0, NOON + 86_400 * 60, Long.MAX_VALUE, 2))
                .isEqualTo(new Slots(february, 1_772_323_200L));
    }

    static List<Candlestick> fill(List<PastKline> traded, Optional<PastKline> before, Slots slots) {
        return Candlesticks.fill(traded, before, Interval.ONE_MINUTE, slots);
    }

    static Slots slots(long firstMinute, long lastMinute) {
        return new Slots(NOON + firstMinute * MINUTE, NOON + lastMinute * MINUTE);
    }

    /** Returns the newest slots of a range in seconds after noon. */
    private static Slots newest(long from, long to, long bound, long limit) {
        return Slots.newest(Interval.ONE_MINUTE, NOON + from, NOON + to, NOON + bound, limit);
    }

    static PastKline kline(
            long minute, double open, double high, double low, double close, double volumeToken) {
        return new PastKline(
                NOON + minute * MINUTE,
                open,
                high,
                low,
                close,
                null,
                2 * volumeToken,
                volumeToken,
                null,
                1,
                null,
                null,
                null);
    }
}
