package io.dexklines.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TradeFramesTest {

    @Test
    void aFrameIsAsLateAsItsOldestTradeThatWasNotInTheFrameBefore() {
        TradeFrames frames = new TradeFrames(2);
        // of the pairs a and b in turn
        for (int trade = 0; trade < 5; trade++) {
            frames.publishing(trade, ns(10 * trade));
        }

        frames.receive(kline("a", 2), ns(500));
        assertThat(frames.oldestTrades().millis(1)).isEqualTo(500);

        frames.receive(kline("b", 1), ns(510));
        assertThat(frames.oldestTrades().millis(1)).isEqualTo(500);

        frames.receive(kline("a", 4), ns(1000));
        assertThat(frames.oldestTrades().millis(1)).isEqualTo(960);

        Latencies ofTrades = frames.latencies(0, 3);
        assertThat(ofTrades.millis(0.3)).isEqualTo(480);
        assertThat(ofTrades.millis(1)).isEqualTo(500);
    }

    @Test
    void aKlineThatClosesWithoutANewTradeDoesNotCount() {
        TradeFrames frames = new TradeFrames(1);
        frames.publishing(0, ns(0));
        frames.publishing(1, ns(100));
        frames.receive(kline("a", 1), ns(500));
        frames.oldestTrades();

        frames.receive(kline("a", 0), ns(900));
        frames.receive("{\"result\":null,\"id\":1}", ns(901));

        assertThat(frames.oldestTrades().count()).isZero();
        assertThat(frames.frames()).isEqualTo(2);
    }

    private static String kline(String pair, int lastTrade) {
        return "{\"e\":\"kline\",\"s\":\"%s\",\"k\":{\"L\":\"%d#0#0\"}}".formatted(pair, lastTrade);
    }

    private static long ns(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
