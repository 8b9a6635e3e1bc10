package io.dexklines.kline;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.trade.IdentityFields;
import io.dexklines.trade.Swap;
import io.dexklines.trade.TradeId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KlineAccumulatorTest {

    private static final long NOON = 1_772_193_600L;
    private static final int SEEDS = 500;

    @Test
    void oneTradeMakesAKline() {
        SwapBuilder builder = SwapBuilder.at(NOON).price(2).mcap(2000).volume(10, 5);

        Kline kline = kline(builder);

        assertThat(kline)
                .isEqualTo(
                        new Kline(
                                Interval.ONE_MINUTE,
                                NOON * 1000,
                                2,
                                2,
                                2,
                                2,
                                2000,
                                2000,
                                2000,
                                2000,
                                10,
                                5,
                                10,
                                5,
                                1,
                                1,
                                builder.position().withoutFields(),
                                builder.position().withoutFields(),
                                false));
        assertThat(kline.vwap()).isEqualTo(2);
        assertThat(kline.sells()).isZero();
        assertThat(kline.closeTimeMs()).isEqualTo((NOON + 60) * 1000);
    }

    @Test
    void openAndCloseFollowTheOrderOfTradesAndNotOfArrival() {
        SwapBuilder early = SwapBuilder.at(NOON + 1).price(3).mcap(30);
        SwapBuilder middle = SwapBuilder.at(NOON + 2).price(9).mcap(10);
        SwapBuilder late = SwapBuilder.at(NOON + 3).price(5).mcap(50);

        for (List<SwapBuilder> arrival :
                List.of(
                        List.of(early, middle, late),
                        List.of(late, middle, early),
                        List.of(middle, late, early))) {
            Kline kline = kline(arrival.toArray(SwapBuilder[]::new));

            assertThat(kline.open()).isEqualTo(3);
            assertThat(kline.high()).isEqualTo(9);
            assertThat(kline.low()).isEqualTo(3);
            assertThat(kline.close()).isEqualTo(5);
            assertThat(kline.mcapOpen()).isEqualTo(30);
            assertThat(kline.mcapHigh()).isEqualTo(50);
            assertThat(kline.mcapLow()).isEqualTo(10);
            assertThat(kline.mcapClose()).isEqualTo(50);
            assertThat(kline.first()).isEqualTo(early.position().withoutFields());
            assertThat(kline.last()).isEqualTo(late.position().withoutFields());
        }
    }

    /** Ascending in one field each, for all others of the trades are equal. */
    @Test
    void tiedTradesAreInTheOrderOfEachFieldInAnyOrderOfArrival() {
        List<List<IdentityFields>> ascendingByField =
                List.of(
                        List.of(
                                fields("0xa", "m", 5),
                                fields("0xb", "m", 5),
                                fields("0xba", "m", 5)),
                        List.of(
                                fields("0xa", "m", 5),
                                fields("0xa", "n", 5),
                                fields("0xa", "na", 5)),
                        List.of(
                                fields("0xa", "m", -9),
                                fields("0xa", "m", 0),
                                fields("0xa", "m", 1e9)),
                        List.of(
                                fields("0xa", "m", 5),
                                fields("0xa", "m", 5).withOrdinal(1),
                                fields("0xa", "m", 5).withOrdinal(300)));
        for (List<IdentityFields> ascending : ascendingByField) {
            for (int[] arrival :
                    new int[][] {
                        {0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}
                    }) {
                Kline kline = klineOf(ascending, arrival);

                assertThat(kline.open()).as("%s", ascending).isEqualTo(1);
                assertThat(kline.close()).as("%s", ascending).isEqualTo(3);
            }
        }
    }

    /** Negative control: without the fields, the order of arrival decides. */
    @Test
    void tiedTradesWithoutFieldsAreInTheOrderOfArrival() {
        List<IdentityFields> none = List.of(IdentityFields.NONE, IdentityFields.NONE);

        assertThat(klineOf(none, 0, 1).open()).isEqualTo(1);
        assertThat(klineOf(none, 1, 0).open()).isEqualTo(2);
    }

    /** Returns the kline of trades in one place, of which the first costs 1, the second 2. */
    private static Kline klineOf(List<IdentityFields> fields, int... arrival) {
        KlineAccumulator trades = new KlineAccumulator();
        for (int number : arrival) {
            Swap swap = SwapBuilder.at(NOON).price(1 + number).swap();
            trades.add(
                    new Swap(
                            new TradeId(1, number),
                            swap.position().with(fields.get(number)),
                            swap.buy(),
                            swap.clamp(),
                            swap.priceUsd(),
                            swap.mcapUsd(),
                            swap.volumeUsd(),
                            swap.volumeToken()));
        }
        return trades.kline(Interval.ONE_MINUTE, NOON * 1000, false);
    }

    private static IdentityFields fields(String txHash, String maker, double baseTokenAmount) {
        return IdentityFields.of(txHash, maker, true, 1, baseTokenAmount, 1);
    }

    @Test
    void tradesAreOrderedByTimeBlockTransactionLogIndexAndIdentity() {
        List<SwapBuilder> ascending =
                List.of(
                        SwapBuilder.at(NOON).place(9, 9, 9, 9).identity(9),
                        SwapBuilder.at(NOON + 1).place(1, 9, 9, 9).identity(9),
                        SwapBuilder.at(NOON + 1).place(2, 1, 9, 9).identity(9),
                        SwapBuilder.at(NOON + 1).place(2, 2, 1, 9).identity(9),
                        SwapBuilder.at(NOON + 1).place(2, 2, 2, 1).identity(9),
                        SwapBuilder.at(NOON + 1).place(2, 2, 2, 2).identity(-1),
                        SwapBuilder.at(NOON + 1).place(2, 2, 2, 2).identity(1));

        for (int i = 0; i < ascending.size(); i++) {
            for (int k = i + 1; k < ascending.size(); k++) {
                Kline kline = kline(ascending.get(k).price(7), ascending.get(i).price(3));

                assertThat(kline.open()).as("%d before %d", i, k).isEqualTo(3);
                assertThat(kline.close()).as("%d before %d", i, k).isEqualTo(7);
            }
        }
    }

    @Test
    void sellsCountButNotInTheBuyVolume() {
        Kline kline =
                kline(
                        SwapBuilder.at(NOON).volume(10, 4),
                        SwapBuilder.at(NOON + 1).sell().volume(30, 16));

        assertThat(kline.volumeUsd()).isEqualTo(40);
        assertThat(kline.volumeToken()).isEqualTo(20);
        assertThat(kline.buyVolumeUsd()).isEqualTo(10);
        assertThat(kline.buyVolumeToken()).isEqualTo(4);
        assertThat(kline.trades()).isEqualTo(2);
        assertThat(kline.buys()).isEqualTo(1);
        assertThat(kline.sells()).isEqualTo(1);
        assertThat(kline.vwap()).isEqualTo(2);
    }

    @Test
    void theVwapIsZeroWhileNoTokenMoved() {
        assertThat(kline(SwapBuilder.at(NOON).volume(1, 0)).vwap()).isZero();
        // 1e-310 tokens for 501 USD: the quotient is beyond the largest double
        assertThat(kline(SwapBuilder.at(NOON).volume(501, 1e-310)).vwap())
                .isEqualTo(Double.MAX_VALUE);
    }

    @Test
    void sandwichesCountButTheirPricesDoNot() {
        SwapBuilder front = SwapBuilder.at(NOON).clamp().price(100).mcap(1000).volume(1, 2);
        SwapBuilder clean = SwapBuilder.at(NOON + 1).price(5).mcap(50).volume(4, 8);
        SwapBuilder back =
                SwapBuilder.at(NOON + 2).clamp().sell().price(0.01).mcap(1).volume(16, 32);

        Kline kline = kline(front, clean, back);

        assertThat(kline.open()).isEqualTo(5);
        assertThat(kline.high()).isEqualTo(5);
        assertThat(kline.low()).isEqualTo(5);
        assertThat(kline.close()).isEqualTo(5);
        assertThat(kline.mcapOpen()).isEqualTo(50);
        assertThat(kline.mcapHigh()).isEqualTo(50);
        assertThat(kline.mcapLow()).isEqualTo(50);
        assertThat(kline.mcapClose()).isEqualTo(50);
        assertThat(kline.volumeUsd()).isEqualTo(21);
        assertThat(kline.volumeToken()).isEqualTo(42);
        assertThat(kline.buyVolumeUsd()).isEqualTo(5);
        assertThat(kline.trades()).isEqualTo(3);
        assertThat(kline.first()).isEqualTo(front.position().withoutFields());
        assertThat(kline.last()).isEqualTo(back.position().withoutFields());
    }

    @Test
    void sandwichPricesCountUntilTheFirstCleanTrade() {
        KlineAccumulator accumulator = new KlineAccumulator();
        accumulator.add(SwapBuilder.at(NOON).clamp().price(100).swap());
        accumulator.add(SwapBuilder.at(NOON + 9).clamp().price(1).swap());

        Kline onlySandwiches = accumulator.kline(Interval.ONE_MINUTE, NOON * 1000, false);
        assertThat(onlySandwiches.open()).isEqualTo(100);
        assertThat(onlySandwiches.close()).isEqualTo(1);
        assertThat(onlySandwiches.high()).isEqualTo(100);
        assertThat(onlySandwiches.low()).isEqualTo(1);

        accumulator.add(SwapBuilder.at(NOON + 5).price(7).swap());

        Kline withOneClean = accumulator.kline(Interval.ONE_MINUTE, NOON * 1000, false);
        assertThat(withOneClean.open()).isEqualTo(7);
        assertThat(withOneClean.high()).isEqualTo(7);
        assertThat(withOneClean.low()).isEqualTo(7);
        assertThat(withOneClean.close()).isEqualTo(7);
        assertThat(withOneClean.trades()).isEqualTo(3);

        accumulator.add(SwapBuilder.at(NOON + 1).clamp().price(500).swap());

        assertThat(accumulator.kline(Interval.ONE_MINUTE, NOON * 1000, false).high()).isEqualTo(7);
    }

    @Test
    void cleanPricesReplaceSandwichPricesInAMergeOfEitherOrder() {
        KlineAccumulator clamped = of(SwapBuilder.at(NOON).clamp().price(100));
        KlineAccumulator clean = of(SwapBuilder.at(NOON + 1).price(5));

        KlineAccumulator cleanIntoClamped = merged(clamped, clean);
        KlineAccumulator clampedIntoClean = merged(clean, clamped);

        for (KlineAccumulator merged : List.of(cleanIntoClamped, clampedIntoClean)) {
            Kline kline = merged.kline(Interval.ONE_MINUTE, NOON * 1000, false);
            assertThat(kline.open()).isEqualTo(5);
            assertThat(kline.high()).isEqualTo(5);
            assertThat(kline.trades()).isEqualTo(2);
        }
    }

    @Test
    void mergingAnEmptyAccumulatorChangesNothing() {
        KlineAccumulator one = of(SwapBuilder.at(NOON).clamp());

        KlineAccumulator withNothing = merged(one, new KlineAccumulator());
        KlineAccumulator intoNothing = merged(new KlineAccumulator(), one);

        assertThat(written(withNothing)).isEqualTo(written(one));
        assertThat(written(intoNothing)).isEqualTo(written(one));
    }

    @Test
    void everyByteIsIndependentOfTheOrderOfArrival() {
        for (int seed = 0; seed < SEEDS; seed++) {
            List<Swap> swaps = swaps(seed);
            KlineAccumulator inOrder = addAll(swaps);
            Collections.shuffle(swaps, new Random(seed));
            KlineAccumulator shuffled = addAll(swaps);

            assertThat(written(shuffled)).as("seed %d", seed).isEqualTo(written(inOrder));
        }
    }

    @Test
    void mergingPartsEqualsAddingTheirTrades() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            List<Swap> swaps = swaps(seed);
            List<KlineAccumulator> parts = new ArrayList<>();
            int partCount = 1 + random.nextInt(6);
            for (int i = 0; i < partCount; i++) {
                parts.add(new KlineAccumulator());
            }
            for (Swap swap : swaps) {
                parts.get(random.nextInt(partCount)).add(swap);
            }

            KlineAccumulator merged = new KlineAccumulator();
            parts.forEach(merged::merge);

            assertThat(written(merged)).as("seed %d", seed).isEqualTo(written(addAll(swaps)));
        }
    }

    @Test
    void readsBackWhatItWroteAndContinues() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            List<Swap> swaps = swaps(seed);
            KlineAccumulator accumulator = new KlineAccumulator();
            for (Swap swap : swaps) {
                accumulator.add(swap);
                byte[] bytes = written(accumulator);
                accumulator = Bytes.read(bytes, KlineAccumulator::read);

                assertThat(written(accumulator)).as("seed %d", seed).isEqualTo(bytes);
            }

            assertThat(accumulator.kline(Interval.ONE_MINUTE, 0, true))
                    .as("seed %d", seed)
                    .isEqualTo(addAll(swaps).kline(Interval.ONE_MINUTE, 0, true));
        }
    }

    @Test
    void aKlineSupersedesOneOfFewerTradesAndItsOwnOpenVersion() {
        Kline open = kline(SwapBuilder.at(NOON));
        Kline closed = of(SwapBuilder.at(NOON)).kline(Interval.ONE_MINUTE, NOON * 1000, true);
        Kline more = kline(SwapBuilder.at(NOON), SwapBuilder.at(NOON + 1));

        assertThat(more.supersedes(open)).isTrue();
        assertThat(more.supersedes(closed)).isTrue();
        assertThat(open.supersedes(more)).isFalse();
        assertThat(closed.supersedes(more)).isFalse();
        assertThat(closed.supersedes(open)).isTrue();
        assertThat(open.supersedes(closed)).isFalse();
        assertThat(open.supersedes(open)).isTrue();
        assertThat(closed.supersedes(closed)).isTrue();
    }

    private static List<Swap> swaps(int seed) {
        Random random = new Random(seed);
        List<Swap> swaps = new ArrayList<>();
        int count = 1 + random.nextInt(20);
        boolean mostlyClamped = random.nextBoolean();
        for (int i = 0; i < count; i++) {
            SwapBuilder builder =
                    SwapBuilder.at(NOON + random.nextInt(4))
                            .place(random.nextInt(2), random.nextInt(2), random.nextInt(2), 0)
                            .identity(i)
                            .price(Math.pow(10, random.nextInt(36) - 18) * (1 + random.nextInt(9)))
                            .mcap(random.nextInt(3) * 1e6)
                            .volume(
                                    random.nextDouble() * Math.pow(10, random.nextInt(36) - 18),
                                    random.nextDouble());
            builder = random.nextBoolean() ? builder.sell() : builder;
            builder = random.nextInt(10) < (mostlyClamped ? 9 : 2) ? builder.clamp() : builder;
            swaps.add(builder.swap());
        }
        return swaps;
    }

    private static KlineAccumulator merged(KlineAccumulator one, KlineAccumulator other) {
        KlineAccumulator merged = new KlineAccumulator();
        merged.merge(one);
        merged.merge(other);
        return merged;
    }

    private static KlineAccumulator addAll(List<Swap> swaps) {
        KlineAccumulator accumulator = new KlineAccumulator();
        swaps.forEach(accumulator::add);
        return accumulator;
    }

    private static KlineAccumulator of(SwapBuilder... builder) {
        KlineAccumulator accumulator = new KlineAccumulator();
        Arrays.stream(builder).map(SwapBuilder::swap).forEach(accumulator::add);
        return accumulator;
    }

    private static Kline kline(SwapBuilder... builder) {
        return of(builder).kline(Interval.ONE_MINUTE, NOON * 1000, false);
    }

    private static byte[] written(KlineAccumulator accumulator) {
        return Bytes.of(accumulator::write);
    }
}
