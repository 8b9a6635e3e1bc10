package io.dexklines.trade;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.kline.Bytes;
import java.io.DataInput;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UtfTextTest {

    private static void assertIsReadLikeUtf(String text) throws IOException {
        byte[] written = Bytes.of(out -> out.writeUTF(text));

        assertThat(Bytes.read(written, UtfText::read)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640",
                "\0",
                "a\0b",
                "\u007f",
                "\u0080",
                "é",
                "狗狗币",
                "🚀",
                "\uD83D",
                "\uDE80\uD83D",
                "\uFFFD",
                "?"
            })
    void readsWhatDataOutputWrites(String text) throws IOException {
        assertIsReadLikeUtf(text);
    }

    @Test
    void randomTextsAreReadLikeUtf() throws IOException {
        long seed = System.nanoTime();
        System.out.println("UtfTextTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            int most = random.nextBoolean() ? 0x80 : 0x10000;
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(40); length > 0; length--) {
                text.append((char) random.nextInt(most));
            }
            assertIsReadLikeUtf(text.toString());
        }
    }

    @Test
    void theLongestTextHas65535Bytes() throws IOException {
        assertIsReadLikeUtf("a".repeat(0xFFFF));
    }

    /** A byte 0 is not written, but read like the two bytes of the character 0. */
    @Test
    void readsWhateverDataInputReads() throws IOException {
        byte[] bytes = {0, 2, 0, 'a'};

        assertThat(Bytes.read(bytes, DataInput::readUTF)).isEqualTo("\0a");
        assertThat(Bytes.read(bytes, UtfText::read)).isEqualTo("\0a");
    }
}
