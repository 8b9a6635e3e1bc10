package io.dexklines.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalNumberTest {

    private static double parse(String text) {
        byte[] padded = ("9" + text + "9").getBytes(StandardCharsets.ISO_8859_1);
        return DecimalNumber.parse(padded, 1, padded.length - 1);
    }

    @ParameterizedTest
    @CsvSource({
        "0,0.0",
        "1,1.0",
        "+1,1.0",
        "-1.5,-1.5",
        "007,7.0",
        ".5,0.5",
        "5.,5.0",
        "1e-18,1e-18",
        "1E+18,1e18",
        "22.68611,22.68611",
        "2269.9572429367754,2269.9572429367754",
        "0.783707260129944808,0.783707260129944808",
        "0.000000000000000001,1e-18",
        "9007199254740993,9007199254740992",
        "9007199254740992.9999999999999999999,9007199254740993",
        "1157920892373161954235709850086879078532699846656405640394575840079131296399.35,1.157920892373162e75",
        "1.7976931348623157e308,1.7976931348623157e308",
        "4.9e-324,4.9e-324",
        "0.1e1,1.0",
        "100000e-5,1.0",
        "1e0000000000000000000001,10",
        "0e99999999999999,0.0",
    })
    void readsDecimalNumbers(String text, double value) {
        assertThat(Double.doubleToLongBits(parse(text))).isEqualTo(Double.doubleToLongBits(value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "+",
                ".",
                "e5",
                "1e",
                "1e+",
                "1e1.5",
                "1.2.3",
                " 1",
                "1 ",
                "1,5",
                "1_000",
                "--1",
                "+-1",
                "0x10",
                "0x1p3",
                "NaN",
                "Infinity",
                "-Infinity",
                "inf",
                "1d",
                "1f",
                "1L",
                "abc",
                "1a",
                "½",
                "１",
                "١",
                "\u00001",
                "1\n"
            })
    void refusesAnythingElse(String text) {
        assertThat(parse(text)).isNaN();
    }

    @Test
    void refusesTextLongerThanTheMaximum() {
        assertThat(parse("1".repeat(DecimalNumber.MAX_LENGTH + 1))).isNaN();
        assertThat(parse("0".repeat(DecimalNumber.MAX_LENGTH - 1) + "1")).isEqualTo(1);
        assertThat(parse("0." + "0".repeat(DecimalNumber.MAX_LENGTH - 3) + "1")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e309", "1.8e308", "1e2001", "1e99999999999999999999"})
    void numbersBeyondTheRangeOfDoublesAreInfinite(String text) {
        assertThat(parse(text)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(parse("-" + text)).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-0", "-0.0", "-0e5", "1e-400", "-1e-400", "-1e-9999999999"})
    void everyZeroIsPositiveZero(String text) {
        assertThat(Double.doubleToRawLongBits(parse(text))).isZero();
    }

    @Test
    void roundsAsBigDecimalDoes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String text = randomNumber(random);
            assertThat(parse(text))
                    .as(() -> "seed " + seed + ", " + text)
                    .isEqualTo(new BigDecimal(text).doubleValue() + 0.0);
        }
    }

    private static String randomNumber(Random random) {
        StringBuilder text = new StringBuilder(random.nextBoolean() ? "" : "-");
        digits(text, random, 1 + random.nextInt(24));
        if (random.nextBoolean()) {
            text.append('.');
            digits(text, random, 1 + random.nextInt(24));
        }
        if (random.nextInt(3) == 0) {
            text.append(random.nextBoolean() ? 'e' : 'E').append(random.nextInt(700) - 350);
        }
        return text.toString();
    }

    private static void digits(StringBuilder text, Random random, int count) {
        for (int i = 0; i < count; i++) {
            text.append((char) ('0' + random.nextInt(10)));
        }
    }
}
