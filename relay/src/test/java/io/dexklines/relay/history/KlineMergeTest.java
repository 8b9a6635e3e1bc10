package io.dexklines.relay.history;

import static io.dexklines.relay.history.Klines.kline;
import static io.dexklines.relay.history.Klines.klines;
import static io.dexklines.relay.history.Klines.minutesOf;
import static io.dexklines.relay.history.Klines.window;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class KlineMergeTest {

    private static final Window ALL = window(0, 99, 100, Window.End.NEWEST);

    @Test
    void theNewestVersionOfEachKlineIsKept() {
        List<PastKline> merged =
                KlineHistory.merge(
                        List.of(
                                List.of(kline(1, 5, 0.1), kline(2, 7, 0.2)),
                                List.of(kline(2, 6, 0.3), kline(3, 1, 0.4)),
                                List.of(kline(3, 2, 0.5))),
                        ALL);

        assertThat(merged).containsExactly(kline(1, 5, 0.1), kline(2, 7, 0.2), kline(3, 2, 0.5));
    }

    @Test
    void copiesOfOneVersionAreCombined() {
        PastKline redis = kline(1, 5, 0.1);
        PastKline live =
                new PastKline(
                        60,
                        0.1,
                        0.1,
                        0.1,
                        0.1,
                        null,
                        5,
                        5,
                        new PastKline.BuyVolume(2, 3),
                        5,
                        null,
                        null,
                        true);

        PastKline merged = KlineHistory.merge(List.of(List.of(redis), List.of(live)), ALL).get(0);

        assertThat(merged.mcap()).isEqualTo(redis.mcap());
        assertThat(merged.sides()).isEqualTo(redis.sides());
        assertThat(merged.buyVolume()).isEqualTo(live.buyVolume());
        assertThat(merged.closed()).isTrue();
        assertThat(merged.tradeTimes()).isNull();
    }

    @Test
    void theLimitAppliesFromTheEndOfTheWindow() {
        List<List<PastKline>> answers = List.of(klines(1, 2, 3), klines(3, 4, 5));

        assertThat(minutesOf(KlineHistory.merge(answers, window(2, 99, 3, Window.End.OLDEST))))
                .containsExactly(2L, 3L, 4L);
        assertThat(minutesOf(KlineHistory.merge(answers, window(0, 5, 3, Window.End.NEWEST))))
                .containsExactly(2L, 3L, 4L);
    }
}
