package io.dexklines.kline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExactSumsTest {

    private static final int SEEDS = 300;

    /** Ranges of decimal exponents, one of which bounds the values of a seed. */
    private static final int[][] RANGES = {
        {-308, 308}, {-18, 18}, {-2, 6}, {-323, -300}, {300, 307}, {0, 0}
    };

    @Test
    void isZeroAtFirst() {
        ExactSums sums = new ExactSums(3);

        assertThat(sums.rounded(0)).isZero();
        assertThat(sums.rounded(2)).isZero();
    }

    @Test
    void addingZeroChangesNothing() {
        ExactSums sums = new ExactSums(1);

        sums.add(0, 0);

        assertThat(sums.rounded(0)).isZero();
        assertThat(written(sums, 1)).isEqualTo(written(new ExactSums(1), 1));
    }

    @Test
    void aSumOfOneValueIsThatValue() {
        for (int seed = 0; seed < SEEDS; seed++) {
            for (double value : values(seed)) {
                ExactSums sums = new ExactSums(1);

                sums.add(0, value);

                assertThat(sums.rounded(0)).as("seed %d", seed).isEqualTo(value);
            }
        }
    }

    @Test
    void isTheExactSumRoundedOnce() {
        for (int seed = 0; seed < SEEDS; seed++) {
            ExactSums sums = new ExactSums(1);
            BigDecimal expected = BigDecimal.ZERO;
            for (double value : values(seed)) {
                sums.add(0, value);
                expected = expected.add(new BigDecimal(value));
            }

            assertThat(sums.rounded(0)).as("seed %d", seed).isEqualTo(nearest(expected));
        }
    }

    @Test
    void sumsAreIndependentOfEachOther() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            ExactSums sums = new ExactSums(4);
            BigDecimal[] expected = {
                BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO
            };
            for (double value : values(seed)) {
                int sum = random.nextInt(4);
                sums.add(sum, value);
                expected[sum] = expected[sum].add(new BigDecimal(value));
            }

            for (int sum = 0; sum < 4; sum++) {
                assertThat(sums.rounded(sum))
                        .as("seed %d, sum %d", seed, sum)
                        .isEqualTo(nearest(expected[sum]));
            }
        }
    }

    @Test
    void keepsSmallValuesBesideLargeOnes() {
        ExactSums sums = new ExactSums(1);
        sums.add(0, 1e18);
        for (int i = 0; i < 1000; i++) {
            sums.add(0, 1e-18);
        }
        sums.add(0, 64);

        // 64 is half of the distance to the next double, so the small values decide
        assertThat(sums.rounded(0)).isEqualTo(1e18 + 128);
        assertThat(1e18 + 64).isEqualTo(1e18);
    }

    @ParameterizedTest
    @CsvSource({
        // 2^53 and one: a tie, down to the even 2^53
        "9007199254740992, 1, 0, 9007199254740992",
        // 2^53 + 2 and one: a tie, up to the even 2^53 + 4
        "9007199254740994, 1, 0, 9007199254740996",
        // the smallest double decides a tie
        "9007199254740992, 1, 4.9e-324, 9007199254740994",
        "9007199254740994, 1, 4.9e-324, 9007199254740996",
        // just below a tie
        "9007199254740994, 0.9999999999999999, 0, 9007199254740994",
        "9007199254740994, 0.9999999999999999, 4.9e-324, 9007199254740994"
    })
    void roundsToTheNearestAndTiesToEven(double a, double b, double c, double rounded) {
        ExactSums sums = new ExactSums(1);

        sums.add(0, c);
        sums.add(0, a);
        sums.add(0, b);

        assertThat(sums.rounded(0)).isEqualTo(rounded);
    }

    @Test
    void roundingUpCarriesIntoTheExponent() {
        ExactSums sums = new ExactSums(1);

        // 2^54 - 1 has 54 bits set, one more than a double holds
        sums.add(0, 0x1.fffffffffffffp53);
        sums.add(0, 1);

        assertThat(sums.rounded(0)).isEqualTo(0x1p54);
    }

    @Test
    void sumsSubnormalsExactly() {
        ExactSums sums = new ExactSums(1);
        for (int i = 0; i < 1000; i++) {
            sums.add(0, Double.MIN_VALUE);
        }
        assertThat(sums.rounded(0)).isEqualTo(1000 * Double.MIN_VALUE);

        sums.add(0, Math.nextDown(Double.MIN_NORMAL) - 1000 * Double.MIN_VALUE);
        assertThat(sums.rounded(0)).isEqualTo(Math.nextDown(Double.MIN_NORMAL));

        sums.add(0, Double.MIN_VALUE);
        assertThat(sums.rounded(0)).isEqualTo(Double.MIN_NORMAL);

        sums.add(0, Double.MIN_NORMAL);
        assertThat(sums.rounded(0)).isEqualTo(2 * Double.MIN_NORMAL);
    }

    @Test
    void staysAtTheLargestDoubleWhenTheSumExceedsIt() {
        ExactSums sums = new ExactSums(1);
        for (int i = 0; i < 5000; i++) {
            sums.add(0, Double.MAX_VALUE);

            assertThat(sums.rounded(0)).isEqualTo(Double.MAX_VALUE);
        }
    }

    @Test
    void staysAtTheLargestDoubleWhenRoundingWouldExceedIt() {
        ExactSums sums = new ExactSums(1);

        sums.add(0, Double.MAX_VALUE);
        sums.add(0, Math.ulp(Double.MAX_VALUE) / 2);

        assertThat(sums.rounded(0)).isEqualTo(Double.MAX_VALUE);
    }

    @Test
    void carriesThroughFullLimbs() {
        ExactSums sums = new ExactSums(2);
        BigDecimal expected = BigDecimal.ZERO;
        // every bit from 2^-60 to 2^200 set, then one more at the bottom
        for (int exponent = -60; exponent <= 200; exponent++) {
            sums.add(1, Math.scalb(1d, exponent));
            expected = expected.add(new BigDecimal(Math.scalb(1d, exponent)));
        }
        assertThat(sums.rounded(1)).isEqualTo(nearest(expected));

        sums.add(1, Math.scalb(1d, -60));

        assertThat(sums.rounded(1)).isEqualTo(0x1p201);
        assertThat(sums.rounded(0)).isZero();
    }

    @Test
    void everyBitIsIndependentOfTheOrder() {
        for (int seed = 0; seed < SEEDS; seed++) {
            List<Double> values = values(seed);
            ExactSums inOrder = sumOf(values);
            Collections.shuffle(values, new Random(seed));
            ExactSums shuffled = sumOf(values);

            assertThat(written(shuffled, 2)).as("seed %d", seed).isEqualTo(written(inOrder, 2));
        }
    }

    @Test
    void addingPartsEqualsAddingTheirValues() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            List<Double> values = values(seed);
            ExactSums whole = sumOf(values);
            List<ExactSums> parts = new ArrayList<>();
            int partCount = 1 + random.nextInt(5);
            for (int i = 0; i < partCount; i++) {
                parts.add(new ExactSums(2));
            }
            for (int i = 0; i < values.size(); i++) {
                parts.get(random.nextInt(partCount)).add(sumFor(values.get(i)), values.get(i));
            }

            ExactSums merged = new ExactSums(2);
            for (ExactSums part : parts) {
                merged.add(part);
            }

            assertThat(written(merged, 2)).as("seed %d", seed).isEqualTo(written(whole, 2));
        }
    }

    @Test
    void readsBackWhatItWrote() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            ExactSums sums = new ExactSums(4);
            Random random = new Random(seed);
            for (double value : values(seed)) {
                // equal or zero sums, as the volumes of a pair that is only bought
                int sum = random.nextInt(2);
                sums.add(sum, value);
                if (seed % 3 == 0) {
                    sums.add(sum + 2, value);
                }
            }
            byte[] written = written(sums, 4);

            ExactSums read = read(written, 4);

            assertThat(written(read, 4)).as("seed %d", seed).isEqualTo(written);
            for (int sum = 0; sum < 4; sum++) {
                assertThat(read.rounded(sum)).isEqualTo(sums.rounded(sum));
            }
        }
    }

    @Test
    void remainsExactAfterReading() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            List<Double> values = values(seed);
            ExactSums sums = new ExactSums(2);
            for (int i = 0; i < values.size(); i++) {
                sums.add(sumFor(values.get(i)), values.get(i));
                if (i % 7 == 0) {
                    sums = read(written(sums, 2), 2);
                }
            }

            assertThat(written(sums, 2)).as("seed %d", seed).isEqualTo(written(sumOf(values), 2));
        }
    }

    @Test
    void readsTheLimbsOfZeroThatFormerReleasesWrote() throws IOException {
        // from limb 15 on, three limbs, of which only the middle one of the first sum is not 0
        // the second sum is equal to it, the third is 0
        String limbs = "0".repeat(16) + "0".repeat(15) + "1" + "0".repeat(16);
        byte[] former = HexFormat.of().parseHex("0f03" + "02" + limbs + "0100" + "00");

        ExactSums read = read(former, 3);

        assertThat(read.rounded(0)).isEqualTo(Math.scalb(1d, 16 * 64 - 1074));
        assertThat(read.rounded(1)).isEqualTo(read.rounded(0));
        assertThat(read.rounded(2)).isZero();
        assertThat(written(read, 3)).hasSize(2 + 1 + 8 + 2 + 1);
    }

    /** Groups of sums in one object behave like objects of their own. */
    @Test
    void sumsAreSetClearedAndAddedWithinAndBetweenObjects() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            ExactSums sums = new ExactSums(2);
            ExactSums others = new ExactSums(2);
            BigDecimal[] expected = {BigDecimal.ZERO, BigDecimal.ZERO};
            BigDecimal[] expectedOthers = {BigDecimal.ZERO, BigDecimal.ZERO};
            sums.resize(4);
            for (double value : values(seed)) {
                int sum = random.nextInt(2);
                sums.add(sum, value);
                expected[sum] = expected[sum].add(new BigDecimal(value));
                others.add(1 - sum, value / 2);
                expectedOthers[1 - sum] = expectedOthers[1 - sum].add(new BigDecimal(value / 2));
            }

            sums.set(2, others, 0, 2);
            sums.add(0, sums, 3);
            sums.add(1, others, 0);

            assertThat(sums.rounded(0))
                    .as("seed %d", seed)
                    .isEqualTo(nearest(expected[0].add(expectedOthers[1])));
            assertThat(sums.rounded(1)).isEqualTo(nearest(expected[1].add(expectedOthers[0])));
            assertThat(sums.rounded(2)).isEqualTo(nearest(expectedOthers[0]));
            assertThat(sums.rounded(3)).isEqualTo(nearest(expectedOthers[1]));

            sums.clear(1, 2);

            assertThat(sums.rounded(1)).isZero();
            assertThat(sums.rounded(2)).isZero();
            assertThat(sums.rounded(3)).isEqualTo(nearest(expectedOthers[1]));
        }
    }

    @Test
    void aCopyIsIndependent() {
        ExactSums sums = new ExactSums(1);
        sums.add(0, 1);

        ExactSums copy = sums.copy(1);
        copy.add(0, 2);
        sums.add(0, 4);

        assertThat(copy.rounded(0)).isEqualTo(3);
        assertThat(sums.rounded(0)).isEqualTo(5);
    }

    private static byte[] written(ExactSums sums, int count) {
        return Bytes.of(out -> sums.write(out, 0, count));
    }

    private static ExactSums read(byte[] written, int count) throws IOException {
        ExactSums read = new ExactSums(count);
        Bytes.read(
                written,
                in -> {
                    read.read(in, 0, count);
                    return read;
                });
        return read;
    }

    private static ExactSums sumOf(List<Double> values) {
        ExactSums sums = new ExactSums(2);
        for (double value : values) {
            sums.add(sumFor(value), value);
        }
        return sums;
    }

    /**
     * Returns the sum that a value is added to. It depends on the value only, so a shuffle keeps
     * it.
     */
    private static int sumFor(double value) {
        return Double.hashCode(value) & 1;
    }

    private static List<Double> values(int seed) {
        Random random = new Random(seed);
        int[] range = RANGES[seed % RANGES.length];
        int count = 1 + random.nextInt(40);
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int exponent = range[0] + random.nextInt(range[1] - range[0] + 1);
            double mantissa =
                    switch (random.nextInt(4)) {
                        case 0 -> 1;
                        case 1 -> 1 + random.nextInt(1 << 20) / (double) (1 << 20);
                        default -> 1 + 8 * random.nextDouble();
                    };
            values.add(Math.min(mantissa * Double.parseDouble("1e" + exponent), Double.MAX_VALUE));
        }
        return values;
    }

    /** Rounds with the JDK, to the nearest double and ties to even. */
    private static double nearest(BigDecimal sum) {
        return Math.min(sum.doubleValue(), Double.MAX_VALUE);
    }
}
