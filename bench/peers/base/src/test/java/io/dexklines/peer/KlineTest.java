package io.dexklines.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KlineTest {

    @Test
    void theOrderOfArrivalDoesNotMatterUnlessPositionsAreEqual() {
        long seed = 5;
        Random random = new Random(seed);
        List<Trade> trades =
                new ArrayList<>(
                        List.of(
                                trade(1, 10, true),
                                trade(2, 12, false),
                                trade(3, 8, true),
                                trade(4, 11, false)));
        for (int round = 0; round < 24; round++) {
            Collections.shuffle(trades, random);

            Kline folded = new Kline();
            trades.forEach(folded::add);
            Kline left = new Kline();
            trades.subList(0, 2).forEach(left::add);
            Kline right = new Kline();
            trades.subList(2, 4).forEach(right::add);

            for (Kline kline : List.of(folded, left.merge(right))) {
                assertThat(kline)
                        .as("seed %d, round %d", seed, round)
                        .usingRecursiveComparison()
                        .isEqualTo(expected());
            }
        }
    }

    @Test
    void theLastOfEqualPositionsClosesAndTheFirstOpens() {
        Kline kline = new Kline().add(trade(1, 10, true)).add(trade(1, 11, true));

        assertThat(kline.open).isEqualTo(10);
        assertThat(kline.close).isEqualTo(11);
    }

    @Test
    void namesAKlineWithoutChangingTheAccumulator() {
        Kline kline = new Kline().add(trade(1, 10, true));

        Kline named = kline.of("56:0xab", KlineInterval.M15, 900_000);

        assertThat(named.pair).isEqualTo("56:0xab");
        assertThat(named.interval).isEqualTo("15m");
        assertThat(named.openTimeMs).isEqualTo(900_000);
        assertThat(named.trades).isEqualTo(1);
        assertThat(kline.pair).isNull();
    }

    private static Trade trade(long position, double price, boolean buy) {
        Trade trade = new Trade();
        trade.position = position;
        trade.price = price;
        trade.mcap = price * 100;
        trade.usd = price * 2;
        trade.tokens = 2;
        trade.buy = buy;
        return trade;
    }

    private static Kline expected() {
        Kline kline = new Kline();
        kline.open = 10;
        kline.high = 12;
        kline.low = 8;
        kline.close = 11;
        kline.mcapOpen = 1000;
        kline.mcapHigh = 1200;
        kline.mcapLow = 800;
        kline.mcapClose = 1100;
        kline.volumeUsd = 82;
        kline.volumeToken = 8;
        kline.buyVolumeUsd = 36;
        kline.buyVolumeToken = 4;
        kline.trades = 4;
        kline.buys = 2;
        kline.first = 1;
        kline.last = 4;
        return kline;
    }
}
