package io.dexklines.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineAccumulator;
import io.dexklines.kline.KlineNumbers;
import io.dexklines.kline.SwapBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.Test;

/**
 * Calls the aggregate functions as Flink does: in any order, in parts, and with serialized state.
 */
class AggregateFunctionsTest {

    private static final long NOON = 1_772_193_600L;

    private static final SwapBuilder EARLY = SwapBuilder.at(NOON).price(3);
    private static final SwapBuilder MIDDLE = SwapBuilder.at(NOON + 1).price(9);
    private static final SwapBuilder LATE = SwapBuilder.at(NOON + 2).price(5);

    private final KlineFunction kline = new KlineFunction();
    private final ExactSumFunction sum = new ExactSumFunction();
    private final FirstByPlaceFunction first = new FirstByPlaceFunction();
    private final LastByPlaceFunction last = new LastByPlaceFunction();

    @Test
    void firstAndLastAreByPlaceInAnyOrderOfArrival() {
        for (List<SwapBuilder> arrival :
                List.of(
                        List.of(EARLY, MIDDLE, LATE),
                        List.of(LATE, MIDDLE, EARLY),
                        List.of(MIDDLE, LATE, EARLY))) {
            assertThat(by(first, arrival)).isEqualTo(3.0);
            assertThat(by(last, arrival)).isEqualTo(5.0);
        }
    }

    @Test
    void tiesInPlaceAreBrokenByIndexThenIdentity() {
        SwapBuilder one = SwapBuilder.at(NOON).place(7, 1, 2, 0).identity(-1).price(1);
        SwapBuilder two = SwapBuilder.at(NOON).place(7, 1, 2, 0).identity(5).price(2);
        SwapBuilder three = SwapBuilder.at(NOON).place(7, 1, 2, 1).identity(-9).price(3);

        assertThat(by(first, List.of(three, two, one))).isEqualTo(1.0);
        assertThat(by(last, List.of(three, two, one))).isEqualTo(3.0);
        assertThat(by(last, List.of(two, one))).isEqualTo(2.0);
    }

    @Test
    void mergedPartsEqualTheWhole() {
        for (ByPlaceFunction function : List.of(first, last)) {
            ByPlaceFunction.Candidate merged = function.createAccumulator();
            function.merge(
                    merged,
                    List.of(
                            of(function, List.of(MIDDLE)),
                            function.createAccumulator(),
                            of(function, List.of(LATE, EARLY))));

            assertThat(function.getValue(merged))
                    .isEqualTo(by(function, List.of(EARLY, MIDDLE, LATE)));
        }
    }

    @Test
    void rowsWithoutValueOrPlaceDoNotCount() {
        ByPlaceFunction.Candidate held = first.createAccumulator();
        assertThat(first.getValue(held)).isNull();

        first.accumulate(held, null, Place.row(EARLY.position()));
        first.accumulate(held, 1.0, null);
        assertThat(first.getValue(held)).isNull();

        first.accumulate(held, 9.0, Place.row(MIDDLE.position()));
        assertThat(first.getValue(held)).isEqualTo(9.0);

        ExactSumFunction.State none = sum.createAccumulator();
        sum.accumulate(none, null);
        assertThat(sum.getValue(none)).isNull();
        assertThat(none.getBytes()).isNull();
        assertThat(kline.getValue(kline.createAccumulator())).isNull();
    }

    @Test
    void anExactSumIsTheSameInAnyOrderAndInParts() {
        List<Double> numbers = new ArrayList<>(Collections.nCopies(10, 0.1));
        numbers.addAll(List.of(1e18, 1e-18, 0.0, 4.9e-324));
        Random random = new Random(7);

        for (int round = 0; round < 20; round++) {
            Collections.shuffle(numbers, random);
            ExactSumFunction.State whole = sum.createAccumulator();
            List<ExactSumFunction.State> parts = new ArrayList<>(List.of(sum.createAccumulator()));
            for (double number : numbers) {
                sum.accumulate(whole, number);
                ExactSumFunction.State part = sum.createAccumulator();
                sum.accumulate(part, number);
                parts.add(reread(part, ExactSumFunction.State::new));
                whole = reread(whole, ExactSumFunction.State::new);
            }
            ExactSumFunction.State merged = sum.createAccumulator();
            sum.merge(merged, parts);

            assertThat(sum.getValue(whole)).isEqualTo(1e18 + 1);
            assertThat(merged.getBytes()).isEqualTo(whole.getBytes());
        }
    }

    @Test
    void anExactSumRefusesNegativeAndNonFiniteNumbers() {
        for (double wrong : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> sum.accumulate(sum.createAccumulator(), wrong))
                    .withMessage("an exact sum takes finite, non-negative numbers, not " + wrong);
        }
        ExactSumFunction.State zero = sum.createAccumulator();
        sum.accumulate(zero, -0.0);
        assertThat(sum.getValue(zero)).isEqualTo(0.0);
    }

    @Test
    void aKlineEqualsTheAccumulatorsInAnyOrderAndInParts() {
        long seed = 20_251_125;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            KlineAccumulator accumulator = new KlineAccumulator();
            KlineFunction.State whole = kline.createAccumulator();
            List<KlineFunction.State> parts = new ArrayList<>(List.of(kline.createAccumulator()));
            for (int number = 0; number < 1 + random.nextInt(30); number++) {
                SwapBuilder builder = randomSwap(random, number);
                accumulator.add(builder.swap());
                add(whole, builder);
                whole = reread(whole, KlineFunction.State::new);
                if (random.nextInt(3) == 0) {
                    parts.add(kline.createAccumulator());
                }
                add(parts.get(parts.size() - 1), builder);
            }
            KlineFunction.State merged = kline.createAccumulator();
            Collections.shuffle(parts, random);
            kline.merge(merged, parts);

            assertSame(kline.getValue(whole), accumulator.kline(Interval.ONE_MINUTE, 0, true));
            assertThat(kline.getValue(merged)).isEqualTo(kline.getValue(whole));
        }
    }

    @Test
    void aKlineNamesAnInvalidArgument() {
        RowData place = Place.row(EARLY.position());
        KlineFunction.State state = kline.createAccumulator();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> kline.accumulate(state, place, "gift", false, 1., 1., 1., 1.))
                .withMessage("KLINE: side is buy or sell, not gift");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kline.accumulate(state, null, "buy", false, 1., 1., 1., 1.))
                .withMessage("KLINE: place and clamp must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kline.accumulate(state, place, "buy", false, 0., 1., 1., 1.))
                .withMessage("KLINE: token_price_usd must not be 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kline.accumulate(state, place, "buy", false, 1., null, 1., 1.))
                .withMessage("KLINE: mcap must be finite and not negative, not null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kline.accumulate(state, place, "buy", false, 1., 1., -1., 1.))
                .withMessage("KLINE: total_usd must be finite and not negative, not -1.0");
        assertThat(kline.getValue(state)).isNull();
    }

    private static SwapBuilder randomSwap(Random random, int number) {
        SwapBuilder builder =
                SwapBuilder.at(NOON + random.nextInt(60))
                        .place(random.nextInt(5), random.nextInt(3), 0, random.nextInt(3))
                        .identity(number)
                        .price(Math.pow(10, random.nextInt(36) - 18))
                        .mcap(random.nextInt(100))
                        .volume(random.nextDouble() * 1e6, random.nextDouble());
        builder = random.nextBoolean() ? builder.sell() : builder;
        return random.nextInt(3) == 0 ? builder.clamp() : builder;
    }

    private void add(KlineFunction.State state, SwapBuilder builder) {
        kline.accumulate(
                state,
                Place.row(builder.position()),
                builder.isBuy() ? "buy" : "sell",
                builder.isClamp(),
                builder.price(),
                builder.mcap(),
                builder.usd(),
                builder.token());
    }

    private static void assertSame(RowData row, Kline kline) {
        List<Double> numbers = KlineNumbers.of(kline);
        for (int i = 0; i < numbers.size(); i++) {
            assertThat(row.getDouble(i)).isEqualTo(numbers.get(i));
        }
        assertThat(row.getLong(12)).isEqualTo(kline.trades());
        assertThat(row.getLong(13)).isEqualTo(kline.buys());
        assertThat(row.getLong(14)).isEqualTo(kline.sells());
        assertThat(row.getDouble(15)).isEqualTo(kline.vwap());
        assertThat(row.getLong(16)).isEqualTo(kline.first().blockTimeSeconds());
        assertThat(row.getLong(17)).isEqualTo(kline.last().blockTimeSeconds());
        assertThat(row.getString(18)).hasToString(kline.first().text());
        assertThat(row.getString(19)).hasToString(kline.last().text());
    }

    private static Double by(ByPlaceFunction function, List<SwapBuilder> arrival) {
        return function.getValue(of(function, arrival));
    }

    private static ByPlaceFunction.Candidate of(
            ByPlaceFunction function, List<SwapBuilder> arrival) {
        ByPlaceFunction.Candidate held = function.createAccumulator();
        arrival.forEach(
                builder ->
                        function.accumulate(held, builder.price(), Place.row(builder.position())));
        return held;
    }

    /** Returns a state that was restored from the bytes of another, as by Flink. */
    private static <S extends EncodedState<?>> S reread(S state, Supplier<S> fresh) {
        S again = fresh.get();
        again.setBytes(state.getBytes());
        return again;
    }
}
