package io.dexklines.smartmoney;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrowingBloomFilterTest {

    private static final long SEED = Long.getLong("bloom.seed", 20260227);

    private static final int PROBES = 300_000;

    /** The cases are a full layer, a filter that has just grown, six layers, and small filters. */
    @ParameterizedTest(name = "{0} expected, {1} added, at most {2}: {3} layers")
    @CsvSource({
        "100000, 100000, 0.001, 1",
        "100000, 110000, 0.001, 2",
        "10000, 500000, 0.001, 6",
        "1, 5000, 0.001, 3",
        "1024, 7000, 0.05, 3",
    })
    void falsePositivesStayBelowTheRate(long expected, int added, double rate, int layers) {
        Random random = new Random(SEED);
        GrowingBloomFilter filter = GrowingBloomFilter.of(rate, expected);
        for (int i = 0; i < added; i++) {
            filter.add(GrowingBloomFilter.fingerprint(address("in", i, random)));
        }

        int falsePositives = 0;
        for (int i = 0; i < PROBES; i++) {
            if (filter.mightContain(GrowingBloomFilter.fingerprint(address("out", i, random)))) {
                falsePositives++;
            }
        }

        double measured = (double) falsePositives / PROBES;
        System.out.printf(
                "seed %d: %d added, %d layers, %d bytes, rate %.6f of %.6f%n",
                SEED, added, filter.layers(), filter.toBytes().length, measured, rate);
        assertThat(filter.layers()).isEqualTo(layers);
        // five standard deviations of the measured rate
        assertThat(measured).isLessThan(rate + 5 * Math.sqrt(rate / PROBES));
    }

    @Test
    void containsEverythingThatWasAddedAlsoAfterSerialization() throws IOException {
        GrowingBloomFilter filter = GrowingBloomFilter.of(0.001, 1024);
        for (int i = 0; i < 50_000; i++) {
            filter.add(GrowingBloomFilter.fingerprint("0x" + i));
        }

        GrowingBloomFilter read = GrowingBloomFilter.read(filter.toBytes());

        for (int i = 0; i < 50_000; i++) {
            assertThat(filter.mightContain(GrowingBloomFilter.fingerprint("0x" + i))).isTrue();
            assertThat(read.mightContain(GrowingBloomFilter.fingerprint("0x" + i))).isTrue();
        }
        // a false positive is not added
        assertThat(filter.size()).isBetween(49_900L, 50_000L);
        assertThat(read.size()).isEqualTo(filter.size());
        assertThat(read.layers()).isEqualTo(filter.layers()).isEqualTo(6);
    }

    @Test
    void growsTheSameAfterSerialization() throws IOException {
        GrowingBloomFilter filter = GrowingBloomFilter.of(0.001, 1024);
        GrowingBloomFilter read = GrowingBloomFilter.read(filter.toBytes());
        for (int i = 0; i < 10_000; i++) {
            filter.add(GrowingBloomFilter.fingerprint("0x" + i));
            read.add(GrowingBloomFilter.fingerprint("0x" + i));
            if (i == 3000) {
                read = GrowingBloomFilter.read(read.toBytes());
            }
        }

        assertThat(read.toBytes()).isEqualTo(filter.toBytes());
    }

    @Test
    void addingTwiceChangesNothing() {
        GrowingBloomFilter filter = GrowingBloomFilter.of(0.001, 1024);
        assertThat(filter.add(GrowingBloomFilter.fingerprint("0xab"))).isTrue();
        byte[] once = filter.toBytes();

        assertThat(filter.add(GrowingBloomFilter.fingerprint("0xab"))).isFalse();

        assertThat(filter.toBytes()).isEqualTo(once);
        assertThat(filter.size()).isEqualTo(1);
    }

    /** One layer holds all the expected wallets. */
    @Test
    void aMillionExpectedWalletsTakeTwoMegabytes() {
        assertThat(GrowingBloomFilter.of(0.001, 1_000_000).toBytes().length)
                .isBetween(1_950_000, 2_000_000);
    }

    /** The filters in savepoints consist of fingerprints. */
    @Test
    void theFingerprintOfAnAddressNeverChanges() {
        assertThat(GrowingBloomFilter.fingerprint("0x58f876857a02d6762e0101bb5c46a8c1ed44dc16"))
                .isEqualTo(8_551_695_780_353_750_100L);
        assertThat(GrowingBloomFilter.fingerprint("5R7YGYuHNizsgmjTMS94cr138Gjdv8GpEGuuMBQA1HZR"))
                .isEqualTo(7_342_782_419_777_626_914L);
    }

    @Test
    void damageToAnyByteIsDetected() {
        GrowingBloomFilter filter = GrowingBloomFilter.of(0.01, 1024);
        filter.add(GrowingBloomFilter.fingerprint("0xab"));
        byte[] bytes = filter.toBytes();

        for (int i = 1; i < bytes.length; i++) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= 4;
            assertThatIOException()
                    .isThrownBy(() -> GrowingBloomFilter.read(damaged))
                    .withMessage(
                            "a wallet filter of "
                                    + bytes.length
                                    + " bytes is damaged: wrong checksum");
        }
    }

    @Test
    void bytesOfTheWrongLengthAreRefused() {
        byte[] bytes = GrowingBloomFilter.of(0.01, 1024).toBytes();

        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatIOException().isThrownBy(() -> GrowingBloomFilter.read(cut));
        }
        assertThatIOException()
                .isThrownBy(() -> GrowingBloomFilter.read(Arrays.copyOf(bytes, bytes.length + 1)));
    }

    private static String address(String prefix, int number, Random random) {
        return prefix + number + "x" + Long.toHexString(random.nextLong());
    }
}
