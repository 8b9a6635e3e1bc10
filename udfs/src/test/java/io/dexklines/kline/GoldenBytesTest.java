package io.dexklines.kline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.dexklines.kline.Bytes.Reading;
import io.dexklines.kline.Bytes.Writing;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import io.dexklines.trade.PairSwaps;
import io.dexklines.trade.PairSwapsCodec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Bytes that were written once are read for ever. The fixtures are hex text, one file for each type
 * and version: {@code golden/pair-klines.v1.hex}. A fixture is never changed and never deleted.
 *
 * <p>When a codec gets a new version: raise its constant here, keep the old ones under test with
 * {@link #assertReads}, and let the tests write the fixture of the new version, once:
 *
 * <pre>mvn -o -pl udfs test -Dtest=GoldenBytesTest -Dgolden.write=true</pre>
 *
 * which writes files that do not exist and touches no other; then commit the new file.
 */
class GoldenBytesTest {

    private static final int NEWEST_PAIR_KLINES = 1;
    private static final int NEWEST_PAIR_SWAPS = 1;
    private static final int NEWEST_KLINE_UPDATES = 1;
    private static final int NEWEST_KLINE_ACCUMULATOR = 1;
    private static final int NEWEST_EXACT_SUM = 1;

    private static final Path RESOURCES = Path.of("src", "test", "resources");
    private static final int HEX_PER_LINE = 64;

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
        if (Boolean.getBoolean("golden.write")) {
            writeFixture(
                    "pair-klines",
                    NEWEST_PAIR_KLINES,
                    Bytes.of(out -> PairKlinesCodec.write(pair(), out)));
            writeFixture(
                    "pair-swaps",
                    NEWEST_PAIR_SWAPS,
                    Bytes.of(out -> PairSwapsCodec.write(swaps(), out)));
            writeFixture(
                    "kline-updates",
                    NEWEST_KLINE_UPDATES,
                    Bytes.of(out -> KlineUpdatesCodec.write(updates(), out)));
            writeFixture(
                    "kline-accumulator",
                    NEWEST_KLINE_ACCUMULATOR,
                    Bytes.of(out -> KlineAccumulatorCodec.write(accumulator(), out)));
            writeFixture("exact-sum", NEWEST_EXACT_SUM, Bytes.of(exactSum()::write));
        }
    }

    @Test
    void theStateOfAPairIsWrittenAsEver() throws IOException {
        assertGolden(
                "pair-klines",
                NEWEST_PAIR_KLINES,
                out -> PairKlinesCodec.write(pair(), out),
                bytes -> Bytes.of(out -> PairKlinesCodec.write(readPair(bytes), out)));
    }

    @Test
    void theStateOfAPairOfAnyVersionMeansTheSame() throws IOException {
        for (int version = 1; version <= NEWEST_PAIR_KLINES; version++) {
            PairKlines read = readPair(golden("pair-klines", version));

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
                                readPair(golden("pair-klines", version))
                                        .add(told.swap(), RULES, NOON * 1000))
                        .isEqualTo(PairKlines.Verdict.DUPLICATE);
            }
        }
    }

    @Test
    void theSwapsOfAPairAreWrittenAsEver() throws IOException {
        assertGolden(
                "pair-swaps",
                NEWEST_PAIR_SWAPS,
                out -> PairSwapsCodec.write(swaps(), out),
                bytes -> {
                    PairSwaps read = Bytes.read(bytes, PairSwapsCodec::read);
                    return Bytes.of(out -> PairSwapsCodec.write(read, out));
                });
        assertReads("pair-swaps", NEWEST_PAIR_SWAPS, PairSwapsCodec::read, swaps());
    }

    @Test
    void updatesAreWrittenAsEver() throws IOException {
        assertGolden(
                "kline-updates",
                NEWEST_KLINE_UPDATES,
                out -> KlineUpdatesCodec.write(updates(), out),
                bytes -> {
                    KlineUpdates read = Bytes.read(bytes, KlineUpdatesCodec::read);
                    return Bytes.of(out -> KlineUpdatesCodec.write(read, out));
                });
        assertReads("kline-updates", NEWEST_KLINE_UPDATES, KlineUpdatesCodec::read, updates());
    }

    @Test
    void anAccumulatorAloneIsWrittenAsEverAndMeansTheSame() throws IOException {
        assertGolden(
                "kline-accumulator",
                NEWEST_KLINE_ACCUMULATOR,
                out -> KlineAccumulatorCodec.write(accumulator(), out),
                bytes -> {
                    KlineAccumulator read = Bytes.read(bytes, KlineAccumulatorCodec::read);
                    return Bytes.of(out -> KlineAccumulatorCodec.write(read, out));
                });
        assertReads(
                "kline-accumulator",
                NEWEST_KLINE_ACCUMULATOR,
                in -> KlineAccumulatorCodec.read(in).kline(Interval.ONE_DAY, 0, true),
                accumulator().kline(Interval.ONE_DAY, 0, true));
    }

    @Test
    void anExactSumIsWrittenAsEverAndMeansTheSame() throws IOException {
        assertGolden(
                "exact-sum",
                NEWEST_EXACT_SUM,
                exactSum()::write,
                bytes -> Bytes.of(Bytes.read(bytes, ExactSum::read)::write));
        assertReads(
                "exact-sum",
                NEWEST_EXACT_SUM,
                in -> ExactSum.read(in).rounded(),
                exactSum().rounded());
    }

    @Test
    void refusesAVersionThatItDoesNotKnowAndNamesBoth() throws IOException {
        byte[] state = golden("pair-klines", NEWEST_PAIR_KLINES);
        byte[] swaps = golden("pair-swaps", NEWEST_PAIR_SWAPS);
        byte[] updates = golden("kline-updates", NEWEST_KLINE_UPDATES);
        byte[] accumulator = golden("kline-accumulator", NEWEST_KLINE_ACCUMULATOR);
        byte[] sum = golden("exact-sum", NEWEST_EXACT_SUM);
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

    /** Rewrites what it reads. */
    private interface Rewriting {
        byte[] rewrite(byte[] bytes) throws IOException;
    }

    private static void assertGolden(String type, int version, Writing writing, Rewriting rewriting)
            throws IOException {
        byte[] written = Bytes.of(writing);
        byte[] golden = golden(type, version);

        assertThat(HexFormat.of().formatHex(written)).isEqualTo(HexFormat.of().formatHex(golden));
        assertThat(rewriting.rewrite(golden)).isEqualTo(golden);
    }

    /** That each version up to the newest reads as the same value. */
    private static <T> void assertReads(String type, int newest, Reading<T> reading, T expected)
            throws IOException {
        for (int version = 1; version <= newest; version++) {
            assertThat(Bytes.read(golden(type, version), reading)).isEqualTo(expected);
        }
    }

    private static byte[] golden(String type, int version) throws IOException {
        String name = fixture(type, version);
        try (InputStream in = GoldenBytesTest.class.getResourceAsStream("/" + name)) {
            assertThat(in).as("the fixture %s; see the class comment", name).isNotNull();
            String hex = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(hex.replace("\n", ""));
        }
    }

    private static void writeFixture(String type, int version, byte[] bytes) throws IOException {
        String hex = HexFormat.of().formatHex(bytes).replaceAll(".{" + HEX_PER_LINE + "}", "$0\n");
        for (Path root : List.of(RESOURCES, Path.of("target", "test-classes"))) {
            Path file = root.resolve(fixture(type, version));
            if (!Files.exists(file)) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, hex.endsWith("\n") ? hex : hex + "\n");
            }
        }
    }

    private static String fixture(String type, int version) {
        return "io/dexklines/golden/" + type + ".v" + version + ".hex";
    }
}
