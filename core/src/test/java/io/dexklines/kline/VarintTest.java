package io.dexklines.kline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VarintTest {

    @ParameterizedTest
    @CsvSource({
        "0, 1",
        "1, 1",
        "127, 1",
        "128, 2",
        "16383, 2",
        "16384, 3",
        "1700000000, 5",
        "9223372036854775807, 9",
        "-1, 10",
        "-9223372036854775808, 10"
    })
    void takesSevenBitsPerByteAndReadsBack(long value, int bytes) throws IOException {
        byte[] written = Bytes.of(out -> Varint.write(out, value));

        assertThat(written).hasSize(bytes);
        assertThat(Bytes.read(written, Varint::read)).isEqualTo(value);
    }

    @Test
    void readsBackAnyLong() throws IOException {
        Random random = new Random(4711);
        for (int i = 0; i < 10_000; i++) {
            long value = random.nextLong() >> random.nextInt(64);

            assertThat(Bytes.read(Bytes.of(out -> Varint.write(out, value)), Varint::read))
                    .isEqualTo(value);
        }
    }

    @Test
    void writesTheLowestBitsFirst() {
        assertThat(Bytes.of(out -> Varint.write(out, 300)))
                .containsExactly((byte) 0b1010_1100, (byte) 0b0000_0010);
    }

    @Test
    void refusesMoreThanTenBytes() {
        byte[] endless = new byte[11];
        Arrays.fill(endless, (byte) 0x80);

        assertThatIOException()
                .isThrownBy(() -> Bytes.read(endless, Varint::read))
                .withMessage("an integer takes more than ten bytes");
    }

    @Test
    void refusesTruncatedBytes() {
        assertThatIOException()
                .isThrownBy(() -> Bytes.read(new byte[] {(byte) 0x80}, Varint::read))
                .isInstanceOf(EOFException.class);
    }
}
