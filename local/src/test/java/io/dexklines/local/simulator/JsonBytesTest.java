package io.dexklines.local.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class JsonBytesTest {

    private static String text(JsonBytes json) {
        return new String(json.copy(), StandardCharsets.UTF_8);
    }

    private static String decimal(double value) {
        return text(new JsonBytes().decimal(value, 15));
    }

    private static String number(double value) {
        return text(new JsonBytes().number(value, 15));
    }

    @Test
    void aDecimalHasNoExponentAndNoTrailingZeros() {
        assertThat(decimal(0)).isEqualTo("0");
        assertThat(decimal(1)).isEqualTo("1");
        assertThat(decimal(1200)).isEqualTo("1200");
        assertThat(decimal(22.68611)).isEqualTo("22.68611");
        assertThat(decimal(-3.5)).isEqualTo("-3.5");
        assertThat(decimal(0.000000000123)).isEqualTo("0.000000000123");
        assertThat(decimal(1.5e21)).isEqualTo("1500000000000000000000");
        assertThat(decimal(0.999999999999999999)).isEqualTo("1");
    }

    @Test
    void aNumberHasAnExponentWhereGoWritesOne() {
        assertThat(number(0.000001)).isEqualTo("0.000001");
        assertThat(number(1.25e-7)).isEqualTo("1.25e-7");
        assertThat(number(3e-11)).isEqualTo("3e-11");
        assertThat(number(-4.5e-9)).isEqualTo("-4.5e-9");
        assertThat(number(1e20)).isEqualTo("100000000000000000000");
        assertThat(number(1.5e21)).isEqualTo("1.5e21");
    }

    @Test
    void writtenNumbersReadBackToFifteenDigits() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 20_000; i++) {
            double value = (random.nextDouble() + 0.01) * Math.pow(10, random.nextInt(50) - 25);

            assertThat(Math.abs(Double.parseDouble(decimal(value)) / value - 1))
                    .as("decimal of %s, seed %d", value, seed)
                    .isLessThan(1e-14);
            assertThat(Math.abs(Double.parseDouble(number(value)) / value - 1))
                    .as("number of %s, seed %d", value, seed)
                    .isLessThan(1e-14);
        }
    }

    @Test
    void integersCoverTheWholeRange() {
        assertThat(text(new JsonBytes().integer(0))).isEqualTo("0");
        assertThat(text(new JsonBytes().integer(-17))).isEqualTo("-17");
        assertThat(text(new JsonBytes().integer(Long.MAX_VALUE))).isEqualTo("9223372036854775807");
        assertThat(text(new JsonBytes().integer(Long.MIN_VALUE))).isEqualTo("-9223372036854775808");
    }

    @Test
    void htmlCharactersAreEscapedAsInGo() {
        assertThat(JsonBytes.quoted("<a href=\"x\">\n\u0001"))
                .isEqualTo("\"\\u003ca href=\\\"x\\\"\\u003e\\n\\u0001\"");
    }
}
