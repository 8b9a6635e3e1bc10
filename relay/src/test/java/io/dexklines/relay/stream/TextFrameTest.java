package io.dexklines.relay.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextFrameTest {

    @ParameterizedTest
    @CsvSource({
        "0,     81 00",
        "125,   81 7d",
        "126,   81 7e 00 7e",
        "65535, 81 7e ff ff",
        "65536, 81 7f 00 00 00 00 00 01 00 00"
    })
    void theLengthIsEncodedInAsFewBytesAsPossible(int length, String header) {
        byte[] payload = new byte[length];
        Arrays.fill(payload, (byte) 'x');

        byte[] frame = TextFrame.of(payload);

        int headerLength = header.split(" ").length;
        StringBuilder hex = new StringBuilder();
        for (byte b : Arrays.copyOf(frame, headerLength)) {
            hex.append("%02x ".formatted(b));
        }
        assertThat(hex.toString().strip()).isEqualTo(header);
        assertThat(Arrays.copyOfRange(frame, headerLength, frame.length)).isEqualTo(payload);
    }

    @Test
    void aLongMessageIsFragmented() {
        byte[] payload = "abcdefg".getBytes(StandardCharsets.US_ASCII);

        assertThat(TextFrame.fragmented(payload, 7)).isEqualTo(TextFrame.of(payload));
        assertThat(new String(TextFrame.fragmented(payload, 3), StandardCharsets.ISO_8859_1))
                .isEqualTo("\u0001\u0003abc\u0000\u0003def\u0080\u0001g");
    }
}
