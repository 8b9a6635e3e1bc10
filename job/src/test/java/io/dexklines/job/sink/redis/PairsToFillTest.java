package io.dexklines.job.sink.redis;

import static io.dexklines.job.sink.SampleKlines.BONK;
import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.sink.PairKline;
import io.dexklines.trade.Pair;
import org.junit.jupiter.api.Test;

class PairsToFillTest {

    private static final Pair THIRD = new Pair("1", "0xthird");

    private static final PairKline OF_PEPE = new PairKline(PEPE, open(0, 1));
    private static final PairKline OF_BONK = new PairKline(BONK, open(0, 1));

    private static final long THEN = 1_000;
    private static final long NOW = 2_000;

    private final PairsToFill toFill = new PairsToFill(2);

    @Test
    void aPairIsFilledUpToItsLastUpdate() {
        toFill.add(PEPE, 7);
        toFill.add(PEPE, 9);

        PairsToFill.Fill fill = toFill.next(NOW);

        assertThat(fill.updates()).isEqualTo(9);
        assertThat(fill.mayConcern(PEPE)).isTrue();
        assertThat(fill.concerns(OF_PEPE)).isTrue();
        assertThat(fill.mayConcern(BONK)).isFalse();
        assertThat(toFill.isFilled(PEPE, fill)).isTrue();
        toFill.filled(fill);
        assertThat(toFill.isEmpty()).isTrue();
    }

    @Test
    void whatIsAddedDuringAFillNeedsAnother() {
        toFill.add(PEPE, 7);
        toFill.add(BONK, 7);
        toFill.addLost(kline -> true, 5, THEN);
        PairsToFill.Fill fill = toFill.next(NOW);

        toFill.add(PEPE, 8);
        toFill.addLost(kline -> kline.equals(OF_BONK), 8, NOW);

        assertThat(toFill.isFilled(PEPE, fill)).isFalse();
        assertThat(toFill.isFilled(BONK, fill)).isTrue();
        toFill.filled(fill);
        assertThat(toFill.pairs()).isEqualTo(1);
        assertThat(toFill.anyLost()).isTrue();
        assertThat(toFill.next(NOW).updates()).isEqualTo(8);
    }

    @Test
    void lostKlinesMayBeOfAnyPair() {
        toFill.addLost(kline -> kline.equals(OF_BONK), 5, THEN);

        PairsToFill.Fill fill = toFill.next(NOW);

        assertThat(fill.mayConcern(PEPE)).isTrue();
        assertThat(fill.concerns(OF_PEPE)).isFalse();
        assertThat(fill.concerns(OF_BONK)).isTrue();
    }

    @Test
    void klinesOfTooManyPairsBecomeAllKlines() {
        toFill.add(PEPE, 7);
        toFill.add(BONK, 8);
        assertThat(toFill.hasRoomFor(BONK)).isTrue();
        assertThat(toFill.hasRoomFor(THIRD)).isFalse();

        assertThat(toFill.addAll(9, THEN)).containsExactlyInAnyOrder(PEPE, BONK);
        toFill.addLost(kline -> kline.equals(OF_BONK), 10, NOW);

        assertThat(toFill.pairs()).isZero();
        PairsToFill.Fill fill = toFill.next(NOW);
        assertThat(fill.mayConcern(THIRD)).isTrue();
        assertThat(fill.concerns(OF_PEPE)).isTrue();
        assertThat(fill.updates()).isEqualTo(10);
        assertThat(fill.heldAtMs()).as("what had expired before is not filled").isEqualTo(THEN);
        toFill.filled(fill);
        assertThat(toFill.isEmpty()).isTrue();
    }
}
