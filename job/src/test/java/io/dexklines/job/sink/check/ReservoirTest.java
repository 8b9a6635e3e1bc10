package io.dexklines.job.sink.check;

import static io.dexklines.job.sink.SampleKlines.closed;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.sink.PairKline;
import io.dexklines.trade.Pair;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReservoirTest {

    private static final long SEED = 20260901;

    private final Reservoir reservoir = new Reservoir(3, new SplittableRandom(SEED));

    @Test
    void fewKlinesAreAllSampled() {
        offer(reservoir, 0, 5);
        offer(reservoir, 1, 5);

        assertThat(reservoir.drain()).containsExactly(sample(0, 5), sample(1, 5));
        assertThat(reservoir.drain()).isEmpty();
    }

    @Test
    void aCorrectionReplacesTheVersionInTheSample() {
        offer(reservoir, 0, 5);
        offer(reservoir, 1, 5);
        offer(reservoir, 0, 6);

        assertThat(reservoir.drain()).containsExactly(sample(0, 6), sample(1, 5));
    }

    @Test
    void ofManyKlinesEachIsSampledWithTheSameProbability() {
        int klines = 30;
        int rounds = 20_000;
        int[] sampled = new int[klines];
        for (int round = 0; round < rounds; round++) {
            for (int pair = 0; pair < klines; pair++) {
                offer(reservoir, pair, 5);
            }
            assertThat(reservoir.drain())
                    .hasSize(3)
                    .doesNotHaveDuplicates()
                    .allSatisfy(each -> sampled[number(each)]++);
        }

        // 2,000 of each are expected, with a standard deviation of 42
        assertThat(Arrays.stream(sampled).min().orElseThrow())
                .as("seed " + SEED)
                .isGreaterThan(1_800);
        assertThat(Arrays.stream(sampled).max().orElseThrow()).as("seed " + SEED).isLessThan(2_200);
    }

    private static void offer(Reservoir reservoir, int pair, long trades) {
        Sample sample = sample(pair, trades);
        reservoir.offer(sample.kline().key(), sample);
    }

    private static Sample sample(int pair, long trades) {
        return new Sample(
                new PairKline(new Pair("1", Integer.toString(pair)), closed(0, trades)), 7);
    }

    private static int number(Sample sample) {
        return Integer.parseInt(sample.kline().pair().address());
    }
}
