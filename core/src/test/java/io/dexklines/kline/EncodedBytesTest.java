package io.dexklines.kline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.DataOutput;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EncodedBytesTest {

    private static final List<String> TEXTS =
            List.of("", "WETH", "a\u0000b", "W\u00f6BNB", "\ud83e\udd5e \u20ac", "\ud800");

    /** The JDK's stream is the reference. */
    @Test
    void encodesAsTheStreamOfTheJdk() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<Bytes.Writing> writings = new ArrayList<>();
            for (int i = random.nextInt(60); i > 0; i--) {
                writings.add(writing(random));
            }

            byte[] encoded =
                    Bytes.of(
                            out -> {
                                EncodedBytes bytes = new EncodedBytes(1);
                                writeAll(writings, bytes);
                                bytes.writeTo(out);
                            });

            assertThat(encoded)
                    .as("seed %d", seed)
                    .isEqualTo(Bytes.of(out -> writeAll(writings, out)));
        }
    }

    @Test
    void longsAreTheSameBytesAtOnceAndOneByOne() throws IOException {
        long[] values = new Random(1).longs(1000).toArray();
        EncodedBytes atOnce = new EncodedBytes(1);
        atOnce.writeByte(7);
        EncodedBytes oneByOne = new EncodedBytes(1);
        oneByOne.writeByte(7);

        atOnce.writeLongs(values, 3, 990);
        for (int i = 3; i < 993; i++) {
            oneByOne.writeLong(values[i]);
        }

        assertThat(Bytes.of(atOnce::writeTo)).isEqualTo(Bytes.of(oneByOne::writeTo));
    }

    @Test
    void refusesATextThatIsTooLong() {
        EncodedBytes bytes = new EncodedBytes(16);

        assertThatExceptionOfType(UTFDataFormatException.class)
                .isThrownBy(() -> bytes.writeUTF("\u20ac".repeat(21_846)))
                .withMessage("a text takes 65538 bytes");
    }

    private static Bytes.Writing writing(Random random) {
        long value = random.nextLong() >> random.nextInt(64);
        int small = (int) value;
        byte[] several = new byte[random.nextInt(40)];
        random.nextBytes(several);
        String text = TEXTS.get(random.nextInt(TEXTS.size()));
        return switch (random.nextInt(14)) {
            case 0 -> out -> out.write(small);
            case 1 -> out -> out.write(several);
            case 2 -> out -> out.write(several, several.length / 2, several.length / 3);
            case 3 -> out -> out.writeBoolean(value < 0);
            case 4 -> out -> out.writeByte(small);
            case 5 -> out -> out.writeShort(small);
            case 6 -> out -> out.writeChar(small);
            case 7 -> out -> out.writeInt(small);
            case 8 -> out -> out.writeLong(value);
            case 9 -> out -> out.writeFloat(Float.intBitsToFloat(small));
            case 10 -> out -> out.writeDouble(Double.longBitsToDouble(value));
            case 11 -> out -> out.writeBytes(text);
            case 12 -> out -> out.writeChars(text);
            default -> out -> out.writeUTF(text);
        };
    }

    private static void writeAll(List<Bytes.Writing> writings, DataOutput out) throws IOException {
        for (Bytes.Writing writing : writings) {
            writing.to(out);
        }
    }
}
