package io.dexklines.job.sink.redis;

import static io.dexklines.job.sink.SampleKlines.BONK;
import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.sink.PairKline;
import org.junit.jupiter.api.Test;

class PairsToFillTest {

    private static final PairKline OF_PEPE = new PairKline(PEPE, open(0, 1));
    private static final PairKline OF_BONK = new PairKline(BONK, open(0, 1));

    private final PairsToFill toFill = new PairsToFill();

    @Test
    void aPairIsFilledUpToItsLastUpdate() {
        toFill.add(PEPE, 7);
        toFill.add(PEPE, 9);

        PairsToFill.Fill fill = toFill.next();

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
        toFill.addLost(kline -> true, 5);
        PairsToFill.Fill fill = toFill.next();

        toFill.add(PEPE, 8);
        toFill.addLost(kline -> kline.equals(OF_BONK), 8);

        assertThat(toFill.isFilled(PEPE, fill)).isFalse();
        assertThat(toFill.isFilled(BONK, fill)).isTrue();
        toFill.filled(fill);
        assertThat(toFill.pairs()).isEqualTo(1);
        assertThat(toFill.anyLost()).isTrue();
        assertThat(toFill.next().updates()).isEqualTo(8);
    }

    @Test
    void lostKlinesMayBeOfAnyPair() {
        toFill.addLost(kline -> kline.equals(OF_BONK), 5);

        PairsToFill.Fill fill = toFill.next();

        assertThat(fill.mayConcern(PEPE)).isTrue();
        assertThat(fill.concerns(OF_PEPE)).isFalse();
        assertThat(fill.concerns(OF_BONK)).isTrue();
    }
}
