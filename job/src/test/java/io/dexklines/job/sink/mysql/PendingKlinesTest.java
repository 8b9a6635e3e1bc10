package io.dexklines.job.sink.mysql;

import static io.dexklines.job.sink.SampleKlines.BONK;
import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.kline;
import static io.dexklines.job.sink.SampleKlines.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.SampleKlines;
import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.trade.Pair;
import org.junit.jupiter.api.Test;

class PendingKlinesTest {

    private static final long NOW = 1_000_000;

    private final PendingKlines pending = new PendingKlines(5_000);

    @Test
    void onlyTheNewestVersionOfAKlineWaits() {
        pending.offer(PEPE, open(0, 1));
        pending.offer(PEPE, open(0, 3));
        pending.offer(PEPE, open(0, 2));

        assertThat(pending.takeDue(NOW)).containsExactly(new PairKline(PEPE, open(0, 3)));
        assertThat(pending.collapsed()).isEqualTo(2);
        assertThat(pending.rows()).isZero();
    }

    @Test
    void anOpenVersionNeverTakesThePlaceOfTheSameOneClosed() {
        pending.offer(PEPE, closed(0, 3));
        pending.offer(PEPE, open(0, 3));

        assertThat(pending.takeDue(NOW)).containsExactly(new PairKline(PEPE, closed(0, 3)));
    }

    @Test
    void theFirstVersionOfAnOpenKlineIsDueAtOnceAndTheNextAfterTheLiveInterval() {
        pending.offer(PEPE, open(0, 1));
        assertThat(pending.takeDue(NOW)).containsExactly(new PairKline(PEPE, open(0, 1)));

        pending.offer(PEPE, open(0, 2));
        assertThat(pending.dueRows()).isZero();
        assertThat(pending.takeDue(NOW + 4_999)).isEmpty();
        pending.offer(PEPE, open(0, 3));
        assertThat(pending.takeDue(NOW + 5_000)).containsExactly(new PairKline(PEPE, open(0, 3)));

        pending.offer(PEPE, open(0, 4));
        assertThat(pending.takeDue(NOW + 9_999)).isEmpty();
        assertThat(pending.takeDue(NOW + 10_000)).containsExactly(new PairKline(PEPE, open(0, 4)));
    }

    @Test
    void aClosedKlineIsDueAtOnceAndTakesTheDeferredOneAway() {
        pending.offer(PEPE, open(0, 1));
        pending.takeDue(NOW);
        pending.offer(PEPE, open(0, 2));

        pending.offer(PEPE, closed(0, 2));

        assertThat(pending.takeDue(NOW + 1)).containsExactly(new PairKline(PEPE, closed(0, 2)));
        assertThat(pending.rows()).isZero();
    }

    @Test
    void takingAllIncludesDeferredKlines() {
        pending.offer(PEPE, open(0, 1));
        pending.takeDue(NOW);
        pending.offer(PEPE, open(0, 2));
        pending.offer(PEPE, open(1, 1));

        assertThat(pending.takeAll(NOW + 1))
                .containsExactly(new PairKline(PEPE, open(0, 2)), new PairKline(PEPE, open(1, 1)));
        assertThat(pending.rows()).isZero();

        pending.offer(PEPE, open(0, 3));
        assertThat(pending.takeDue(NOW + 5_000)).isEmpty();
        assertThat(pending.takeDue(NOW + 5_001)).containsExactly(new PairKline(PEPE, open(0, 3)));
    }

    @Test
    void rowsComeInTheOrderOfThePrimaryKey() {
        Kline day = kline(Interval.ONE_DAY, SampleKlines.MIDNIGHT_MS, 1, false);
        Kline month = kline(Interval.ONE_MONTH, SampleKlines.MIDNIGHT_MS, 1, false);
        Pair chainTen = new Pair("10", "0x1");
        pending.offer(BONK, open(0, 1));
        pending.offer(PEPE, open(1, 1));
        pending.offer(PEPE, month);
        pending.offer(PEPE, open(0, 1));
        pending.offer(PEPE, day);
        pending.offer(chainTen, open(0, 1));

        assertThat(pending.takeDue(NOW))
                .containsExactly(
                        new PairKline(PEPE, month),
                        new PairKline(PEPE, day),
                        new PairKline(PEPE, open(0, 1)),
                        new PairKline(PEPE, open(1, 1)),
                        new PairKline(chainTen, open(0, 1)),
                        new PairKline(BONK, open(0, 1)));
    }
}
