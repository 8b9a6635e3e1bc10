package io.dexklines.kline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import io.dexklines.trade.PairSwaps;
import io.dexklines.trade.PairSwapsCodec;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The bytes of the engine, see {@link Golden}. */
class GoldenBytesTest {

    private static final int NEWEST_PAIR_KLINES = 1;
    private static final int NEWEST_PAIR_SWAPS = 1;
    private static final int NEWEST_KLINE_UPDATES = 1;
    private static final int NEWEST_KLINE_ACCUMULATOR = 1;
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

    /** All that state can hold: every flag, ties in position, sums of one limb and of many. */
    private static final List<ToldSwap> STORY =
            List.of(
                    ToldSwap.at(NOON - 600).identity(0).price(3.5).mcap(35).volume(12.25, 3.5),
                    ToldSwap.at(NOON).clamp().price(1e-18).volume(1e-18, 1e18),
                    ToldSwap.at(NOON).place(NOON, 1, 2, 3).identity(-5).price(1e18).mcap(7),
                    ToldSwap.at(NOON + 59).sell().price(0.1).volume(0.1, 0.3).mcap(1e9),
                    ToldSwap.at(NOON + 60).sell().clamp().volume(0, 0).price(8),
                    ToldSwap.at(NOON + 360).identity(Long.MIN_VALUE).volume(4.9e-324, 1e308));

    @BeforeAll
    static void writesTheFixturesOfNewVersionsWhenAsked() throws IOException {
        if (Golden.isToWrite()) {
            Golden.writeFixture(
                    "pair-klines",
                    NEWEST_PAIR_KLINES,
                    Bytes.of(out -> PairKlinesCodec.write(pair(), out)));
            Golden.writeFixture(
                    "pair-swaps",
                    NEWEST_PAIR_SWAPS,
                    Bytes.of(out -> PairSwapsCodec.write(swaps(), out)));
            Golden.writeFixture(
                    "kline-updates",
                    NEWEST_KLINE_UPDATES,
                    Bytes.of(out -> KlineUpdatesCodec.write(updates(), out)));
            Golden.writeFixture(
                    "kline-accumulator",
                    NEWEST_KLINE_ACCUMULATOR,
                    Bytes.of(out -> KlineAccumulatorCodec.write(accumulator(), out)));
            Golden.writeFixture("exact-sum", NEWEST_EXACT_SUM, Bytes.of(exactSum()::write));
        }
    }

    @Test
    void theStateOfAPairIsWrittenAsEver() throws IOException {
        Golden.assertGolden(
                "pair-klines",
                NEWEST_PAIR_KLINES,
                out -> PairKlinesCodec.write(pair(), out),
                bytes -> Bytes.of(out -> PairKlinesCodec.write(readPair(bytes), out)));
    }

    @Test
    void theStateOfAPairOfAnyVersionMeansTheSame() throws IOException {
        for (int version = 1; version <= NEWEST_PAIR_KLINES; version++) {
            PairKlines read = readPair(Golden.bytes("pair-klines", version));

            assertThat(read.labels()).isEqualTo(LABELS);
            assertThat(read.timerMs()).isEqualTo(pair().timerMs());
            assertThat(read.nextEventMs(RULES)).isEqualTo(pair().nextEventMs(RULES));
            PairKlines expected = pair();
            for (long watermarkMs :
                    new long[] {NOON * 1000, NOON * 1000 + 70_000, Long.MAX_VALUE}) {
                assertThat(read.takeChanged(RULES, watermarkMs))
                        .isNotEmpty()
                        .isEqualTo(expected.takeChanged(RULES, watermarkMs));
            }
            for (ToldSwap told : STORY.subList(1, STORY.size())) {
                assertThat(
                                readPair(Golden.bytes("pair-klines", version))
                                        .add(told.swap(), RULES, NOON * 1000))
                        .isEqualTo(PairKlines.Verdict.DUPLICATE);
            }
        }
    }

    @Test
    void theSwapsOfAPairAreWrittenAsEver() throws IOException {
        Golden.assertGolden(
                "pair-swaps",
                NEWEST_PAIR_SWAPS,
                out -> PairSwapsCodec.write(swaps(), out),
                bytes -> {
                    PairSwaps read = Bytes.read(bytes, PairSwapsCodec::read);
                    return Bytes.of(out -> PairSwapsCodec.write(read, out));
                });
        Golden.assertReads("pair-swaps", NEWEST_PAIR_SWAPS, PairSwapsCodec::read, swaps());
    }

    @Test
    void updatesAreWrittenAsEver() throws IOException {
        Golden.assertGolden(
                "kline-updates",
                NEWEST_KLINE_UPDATES,
                out -> KlineUpdatesCodec.write(updates(), out),
                bytes -> {
                    KlineUpdates read = Bytes.read(bytes, KlineUpdatesCodec::read);
                    return Bytes.of(out -> KlineUpdatesCodec.write(read, out));
                });
        Golden.assertReads(
                "kline-updates", NEWEST_KLINE_UPDATES, KlineUpdatesCodec::read, updates());
    }

    @Test
    void anAccumulatorAloneIsWrittenAsEverAndMeansTheSame() throws IOException {
        Golden.assertGolden(
                "kline-accumulator",
                NEWEST_KLINE_ACCUMULATOR,
                out -> KlineAccumulatorCodec.write(accumulator(), out),
                bytes -> {
                    KlineAccumulator read = Bytes.read(bytes, KlineAccumulatorCodec::read);
                    return Bytes.of(out -> KlineAccumulatorCodec.write(read, out));
                });
        Golden.assertReads(
                "kline-accumulator",
                NEWEST_KLINE_ACCUMULATOR,
                in -> KlineAccumulatorCodec.read(in).kline(Interval.ONE_DAY, 0, true),
                accumulator().kline(Interval.ONE_DAY, 0, true));
    }

    @Test
    void anExactSumIsWrittenAsEverAndMeansTheSame() throws IOException {
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
    void refusesAVersionThatItDoesNotKnowAndNamesBoth() throws IOException {
        byte[] state = Golden.bytes("pair-klines", NEWEST_PAIR_KLINES);
        byte[] swaps = Golden.bytes("pair-swaps", NEWEST_PAIR_SWAPS);
        byte[] updates = Golden.bytes("kline-updates", NEWEST_KLINE_UPDATES);
        byte[] accumulator = Golden.bytes("kline-accumulator", NEWEST_KLINE_ACCUMULATOR);
        byte[] sum = Golden.bytes("exact-sum", NEWEST_EXACT_SUM);
        state[0] = 99;
        swaps[0] = 99;
        updates[0] = 99;
        accumulator[0] = 99;
        sum[0] = 99;

        assertThatIOException()
                .isThrownBy(() -> Bytes.read(state, PairKlinesCodec::read))
                .withMessage(
                        "the klines of a pair are of version 99, and this code knows no later one"
                                + " than 1");
        assertThatIOException()
                .isThrownBy(() -> Bytes.read(swaps, PairSwapsCodec::read))
                .withMessage(
                        "the swaps are of version 99, and this code knows no later one than 1");
        assertThatIOException()
                .isThrownBy(() -> Bytes.read(updates, KlineUpdatesCodec::read))
                .withMessage(
                        "the updates are of version 99, and this code knows no later one than 1");
        assertThatIOException()
                .isThrownBy(() -> Bytes.read(accumulator, KlineAccumulatorCodec::read))
                .withMessage(
                        "the trades of a kline are of version 99, and this code knows no later one"
                                + " than 1");
        assertThatIOException()
                .isThrownBy(() -> Bytes.read(sum, ExactSum::read))
                .withMessage("the sum is of version 99, and this code knows no later one than 1");
    }

    private static PairKlines pair() {
        PairKlines pair = new PairKlines();
        for (ToldSwap told : STORY.subList(0, 4)) {
            pair.add(told.swap(), RULES, NOON * 1000 - 600_000);
            pair.label(LABELS, told.position());
        }
        // some told of, some closed, some ended, some changed again
        pair.takeChanged(RULES, NOON * 1000);
        pair.dropEnded(RULES, NOON * 1000);
        for (ToldSwap told : STORY.subList(4, 6)) {
            pair.add(told.swap(), RULES, NOON * 1000);
        }
        pair.timerMs(pair.nextEventMs(RULES));
        return pair;
    }

    private static PairSwaps swaps() {
        return new PairSwaps(
                PAIR,
                LABELS,
                "bsc-trades",
                3,
                1L << 40,
                STORY.stream().map(ToldSwap::swap).toList());
    }

    private static KlineUpdates updates() {
        return new KlineUpdates(PAIR, LABELS, pair().takeChanged(RULES, NOON * 1000 + 70_000));
    }

    private static KlineAccumulator accumulator() {
        KlineAccumulator trades = new KlineAccumulator();
        STORY.forEach(told -> trades.add(told.swap()));
        return trades;
    }

    private static ExactSum exactSum() {
        ExactSum sum = new ExactSum();
        STORY.forEach(told -> sum.add(told.usd()));
        return sum;
    }

    private static PairKlines readPair(byte[] bytes) throws IOException {
        return Bytes.read(bytes, PairKlinesCodec::read);
    }
}
