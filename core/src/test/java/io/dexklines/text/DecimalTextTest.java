package io.dexklines.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecimalTextTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "100, 100",
        "1e7, 10000000",
        "9007199254740991, 9007199254740991",
        "9007199254740992, 9007199254740992",
        "1e18, 1000000000000000000",
        "1e21, 1000000000000000000000",
        "0.5, 0.5",
        "0.001, 0.001",
        "0.0001, 0.0001",
        "2269.9572429367754, 2269.9572429367754",
        "12345678.5, 12345678.5",
        "1e-18, 0.000000000000000001",
        "1.25e-7, 0.000000125",
        "-0.25, -0.25",
        "-9223372036854775808, -9223372036854775808"
    })
    void writesPlainDecimalsWithoutExponentOrTrailingZeros(double value, String text) {
        assertThat(DecimalText.of(value)).isEqualTo(text);
    }

    @Test
    void readsBackAsTheSameDouble() {
        Random random = new Random(42);
        for (int i = 0; i < 50_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (!Double.isFinite(value)) {
                continue;
            }

            String text = DecimalText.of(value);

            assertThat(Double.parseDouble(text)).isEqualTo(value);
            assertThat(text).matches("-?\\d+(\\.\\d*[1-9])?");
        }
    }

    @Test
    void readsBackTheEndsOfTheRange() {
        for (double value :
                new double[] {
                    Double.MIN_VALUE, Double.MIN_NORMAL, Double.MAX_VALUE, Math.nextUp(1d)
                }) {
            assertThat(Double.parseDouble(DecimalText.of(value))).isEqualTo(value);
        }
    }
}
