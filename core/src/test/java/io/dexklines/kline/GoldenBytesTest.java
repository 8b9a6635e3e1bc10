package io.dexklines.kline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import io.dexklines.trade.PairSwaps;
import io.dexklines.trade.PairTape;
import io.dexklines.trade.Swap;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Checks the bytes of the kline types, see {@link Golden}. */
class GoldenBytesTest {

    private static final int NEWEST_PAIR_KLINES = 2;
    private static final int NEWEST_PAIR_SWAPS = 2;
    private static final int NEWEST_PAIR_TAPE = 1;
    private static final int NEWEST_KLINE_UPDATES = 2;
    private static final int NEWEST_KLINE_ACCUMULATOR = 2;
    private static final int NEWEST_EXACT_SUM = 1;

    private static final long NOON = 1_772_193_600L;
    private static final Pair PAIR = new Pair("56", "0x58f876857a02d6762e0101bb5c46a8c1ed44dc16");
    private static final PairLabels LABELS =
            new PairLabels("PancakeV2", "0xbb4c", "W\u00f6BNB \ud83e\udd5e", "BUSD");
    private static final KlineRules RULES =
            KlineRules.of(
                    List.of(
                            Interval.ONE_SECOND,
                            Interval.ONE_MINUTE,
                            Interval.FIVE_MINUTES,
                            Interval.ONE_WEEK,
                            Interval.ONE_MONTH),
                    60_000);

    /** Swaps that cover every flag, ties in position, and sums of one limb and of many. */
    private static final List<SwapBuilder> SWAPS =
            List.of(
                    SwapBuilder.at(NOON - 600).identity(0).price(3.5).mcap(35).volume(12.25, 3.5),
                    SwapBuilder.at(NOON).clamp().price(1e-18).volume(1e-18, 1e18),
                    SwapBuilder.at(NOON).place(NOON, 1, 2, 3).identity(-5).price(1e18).mcap(7),
                    SwapBuilder.at(NOON + 59).sell().price(0.1).volume(0.1, 0.3).mcap(1e9),
                    SwapBuilder.at(NOON + 60).sell().clamp().volume(0, 0).price(8),
                    SwapBuilder.at(NOON + 360).identity(Long.MIN_VALUE).volume(4.9e-324, 1e308));

    @BeforeAll
    static void writesTheFixturesOfNewVersionsWhenAsked() throws IOException {
        if (Golden.isToWrite()) {
            Golden.writeFixture("pair-klines", NEWEST_PAIR_KLINES, Bytes.of(pair()::write));
            Golden.writeFixture("pair-swaps", NEWEST_PAIR_SWAPS, Bytes.of(swaps()::write));
            Golden.writeFixture("pair-tape", NEWEST_PAIR_TAPE, Bytes.of(tape()::write));
            Golden.writeFixture("kline-updates", NEWEST_KLINE_UPDATES, Bytes.of(updates()::write));
            Golden.writeFixture(
                    "kline-accumulator", NEWEST_KLINE_ACCUMULATOR, Bytes.of(accumulator()::write));
            Golden.writeFixture("exact-sum", NEWEST_EXACT_SUM, Bytes.of(exactSum()::write));
        }
    }

    @Test
    void theStateOfAPairMatchesItsFixture() throws IOException {
        Golden.assertGolden(
                "pair-klines",
                NEWEST_PAIR_KLINES,
                pair()::write,
                bytes -> Bytes.of(readPair(bytes)::write));
    }

    @Test
    void everyVersionOfTheStateOfAPairReadsTheSame() throws IOException {
        for (int version = 1; version <= NEWEST_PAIR_KLINES; version++) {
            PairKlines read = readPair(Golden.bytes("pair-klines", version));

            assertThat(read.labels()).isEqualTo(LABELS);
            assertThat(read.timerMs()).isEqualTo(pair().timerMs());
            assertThat(read.nextEventMs(RULES, NOON * 1000))
                    .isEqualTo(pair().nextEventMs(RULES, NOON * 1000));
            PairKlines expected = pair();
            for (long watermarkMs :
                    new long[] {NOON * 1000, NOON * 1000 + 70_000, Long.MAX_VALUE}) {
                assertThat(read.takeChanged(RULES, watermarkMs))
                        .isNotEmpty()
                        .isEqualTo(expected.takeChanged(RULES, watermarkMs));
            }
            for (SwapBuilder builder : SWAPS.subList(1, SWAPS.size())) {
                Swap swap = version == 1 ? builder.formerSwap() : builder.swap();
                assertThat(
                                readPair(Golden.bytes("pair-klines", version))
                                        .add(PAIR, swap, RULES, NOON * 1000))
                        .isEqualTo(PairKlines.AddResult.DUPLICATE);
            }
        }
    }

    @Test
    void theSwapsOfAPairMatchTheirFixture() throws IOException {
        Golden.assertGolden(
                "pair-swaps",
                NEWEST_PAIR_SWAPS,
                swaps()::write,
                bytes -> {
                    PairSwaps read = Bytes.read(bytes, PairSwaps::read);
                    return Bytes.of(read::write);
                });
        assertThat(Bytes.read(Golden.bytes("pair-swaps", 1), PairSwaps::read))
                .isEqualTo(swaps(SwapBuilder::formerSwap));
        assertThat(Bytes.read(Golden.bytes("pair-swaps", 2), PairSwaps::read)).isEqualTo(swaps());
    }

    @Test
    void aTapeMatchesItsFixture() throws IOException {
        Golden.assertGolden(
                "pair-tape",
                NEWEST_PAIR_TAPE,
                tape()::write,
                bytes -> {
                    PairTape read = Bytes.read(bytes, PairTape::read);
                    return Bytes.of(read::write);
                });
        Golden.assertReads("pair-tape", NEWEST_PAIR_TAPE, PairTape::read, tape());
    }

    @Test
    void updatesMatchTheirFixture() throws IOException {
        Golden.assertGolden(
                "kline-updates",
                NEWEST_KLINE_UPDATES,
                updates()::write,
                bytes -> {
                    KlineUpdates read = Bytes.read(bytes, KlineUpdates::read);
                    return Bytes.of(read::write);
                });
        Golden.assertReads("kline-updates", NEWEST_KLINE_UPDATES, KlineUpdates::read, updates());
    }

    @Test
    void anAccumulatorAloneMatchesItsFixture() throws IOException {
        Golden.assertGolden(
                "kline-accumulator",
                NEWEST_KLINE_ACCUMULATOR,
                accumulator()::write,
                bytes -> {
                    KlineAccumulator read = Bytes.read(bytes, KlineAccumulator::read);
                    return Bytes.of(read::write);
                });
        Golden.assertReads(
                "kline-accumulator",
                NEWEST_KLINE_ACCUMULATOR,
                in -> KlineAccumulator.read(in).kline(Interval.ONE_DAY, 0, true),
                accumulator().kline(Interval.ONE_DAY, 0, true));
    }

    @Test
    void anExactSumMatchesItsFixture() throws IOException {
        Golden.assertGolden(
                "exact-sum",
                NEWEST_EXACT_SUM,
                exactSum()::write,
                bytes -> Bytes.of(Bytes.read(bytes, ExactSum::read)::write));
        Golden.assertReads(
                "exact-sum",
                NEWEST_EXACT_SUM,
                in -> ExactSum.read(in).rounded(),
                exactSum().rounded());
    }

    @Test
    void refusesAnUnknownVersionAndNamesTheNewest() throws IOException {
        byte[] state = Golden.bytes("pair-klines", NEWEST_PAIR_KLINES);
        byte[] swaps = Golden.bytes("pair-swaps", NEWEST_PAIR_SWAPS);
        byte[] tape = Golden.bytes("pair-tape", NEWEST_PAIR_TAPE);
        byte[] updates = Golden.bytes("kline-updates", NEWEST_KLINE_UPDATES);
        byte[] accumulator = Golden.bytes("kline-accumulator", NEWEST_KLINE_ACCUMULATOR);
        byte[] sum = Golden.bytes("exact-sum", NEWEST_EXACT_SUM);
        state[0] = 99;
        swaps[0] = 99;
        tape[0] = 99;
        updates[0] = 99;
        accumulator[0] = 99;
        sum[0] = 99;

        assertThatIOException()
                .isThrownBy(() -> Bytes.read(state, PairKlines::read))
                .withMessage(
                        "cannot read the klines of a pair of format version 99: this release reads"
                                + " versions up to 2");
        assertThatIOException()
                .isThrownBy(() -> Bytes.read(swaps, PairSwaps::read))
                .withMessage(
                        "cannot read swaps of format version 99: this release reads versions up to 2");
        assertThatIOException()
                .isThrownBy(() -> Bytes.read(tape, PairTape::read))
                .withMessage(
                        "cannot read a tape of format version 99: this release reads versions up to 1");
        assertThatIOException()
                .isThrownBy(() -> Bytes.read(updates, KlineUpdates::read))
                .withMessage(
                        "cannot read kline updates of format version 99: this release reads versions up"
                                + " to 2");
        assertThatIOException()
                .isThrownBy(() -> Bytes.read(accumulator, KlineAccumulator::read))
                .withMessage(
                        "cannot read the trades of a kline of format version 99: this release reads"
                                + " versions up to 2");
        assertThatIOException()
                .isThrownBy(() -> Bytes.read(sum, ExactSum::read))
                .withMessage(
                        "cannot read exact sums of format version 99: this release reads versions up to"
                                + " 1");
    }

    private static PairKlines pair() {
        PairKlines pair = new PairKlines();
        for (SwapBuilder builder : SWAPS.subList(0, 4)) {
            pair.add(PAIR, builder.swap(), RULES, NOON * 1000 - 600_000);
            pair.label(LABELS, builder.position());
        }
        // some klines are emitted, some closed, some ended, some changed again
        pair.takeChanged(RULES, NOON * 1000);
        pair.dropEnded(RULES, NOON * 1000);
        for (SwapBuilder builder : SWAPS.subList(4, 6)) {
            pair.add(PAIR, builder.swap(), RULES, NOON * 1000);
        }
        pair.timerMs(pair.nextEventMs(RULES, NOON * 1000));
        return pair;
    }

    private static PairSwaps swaps() {
        return swaps(SwapBuilder::swap);
    }

    private static PairSwaps swaps(Function<SwapBuilder, Swap> swap) {
        return new PairSwaps(
                PAIR, LABELS, "bsc-trades", 3, 1L << 40, SWAPS.stream().map(swap).toList());
    }

    private static PairTape tape() {
        return new PairTape(PAIR, 1L << 33, SWAPS.stream().map(SwapBuilder::swap).toList());
    }

    private static KlineUpdates updates() {
        return new KlineUpdates(PAIR, LABELS, pair().takeChanged(RULES, NOON * 1000 + 70_000));
    }

    private static KlineAccumulator accumulator() {
        KlineAccumulator trades = new KlineAccumulator();
        SWAPS.forEach(builder -> trades.add(builder.swap()));
        return trades;
    }

    private static ExactSum exactSum() {
        ExactSum sum = new ExactSum();
        SWAPS.forEach(builder -> sum.add(builder.usd()));
        return sum;
    }

    private static PairKlines readPair(byte[] bytes) throws IOException {
        return Bytes.read(bytes, PairKlines::read);
    }
}
