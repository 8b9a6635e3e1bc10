package io.dexklines.job.sink;

import static io.dexklines.job.sink.SampleKlines.BONK;
import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.kline.Kline;
import io.dexklines.trade.Pair;
import org.junit.jupiter.api.Test;

class LatestKlinesTest {

    @Test
    void aFloodOfNewPairsTakesNoMoreHeapThanItMay() {
        int bytes = 8 << 20;
        LatestKlines latest = LatestKlines.within(bytes);
        long before = UsedHeap.bytes();

        for (int i = 0; i < bytes / 100; i++) {
            Pair pair = new Pair("56", String.format("0x%040x", i));
            latest.offer(new PairKline(pair, closed(0, 1)));
            latest.offer(new PairKline(pair, closed(1, 1)));
            latest.offer(new PairKline(pair, open(2, 1)));
        }

        assertThat(UsedHeap.bytes() - before).isBetween(bytes / 2L, (long) bytes);
        assertThat(latest.snapshot()).hasSize(3 * (bytes / 1_200));
    }

    @Test
    void holdsTheOpenKlinesAndTheLastTwoClosed() {
        LatestKlines latest = new LatestKlines(10);
        for (int minute = 0; minute < 5; minute++) {
            latest.offer(pepe(open(minute, 1)));
            latest.offer(pepe(open(minute + 1, 1)));
            latest.offer(pepe(closed(minute, 1)));
        }
        latest.offer(pepe(open(6, 1)));

        assertThat(latest.snapshot())
                .containsExactly(
                        pepe(closed(3, 1)), pepe(closed(4, 1)), pepe(open(5, 1)), pepe(open(6, 1)));
    }

    @Test
    void holdsOfEachKlineTheNewestVersion() {
        LatestKlines latest = new LatestKlines(10);
        latest.offer(pepe(open(0, 2)));
        latest.offer(pepe(open(0, 1)));
        latest.offer(pepe(closed(0, 2)));
        latest.offer(pepe(open(0, 2)));

        assertThat(latest.snapshot()).containsExactly(pepe(closed(0, 2)));
    }

    @Test
    void forgetsThePairWithoutUpdatesForLongest() {
        Pair third = new Pair("56", "0x3");
        LatestKlines latest = new LatestKlines(2);
        latest.offer(pepe(open(0, 1)));
        latest.offer(new PairKline(BONK, open(0, 1)));
        latest.offer(pepe(open(0, 2)));

        latest.offer(new PairKline(third, open(0, 1)));

        assertThat(latest.snapshot())
                .containsExactly(pepe(open(0, 2)), new PairKline(third, open(0, 1)));
    }

    private static PairKline pepe(Kline kline) {
        return new PairKline(PEPE, kline);
    }
}
