package io.dexklines.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Keccak256Test {

    private static final int SHA3_SUFFIX = 0x06;

    @Test
    void theHashesOfTheReferenceImplementation() {
        assertThat(keccak(""))
                .isEqualTo("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
        assertThat(keccak("abc"))
                .isEqualTo("4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
        assertThat(keccak("Transfer(address,address,uint256)"))
                .isEqualTo("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
    }

    @Test
    void withTheSuffixOfSha3ItIsTheHashOfTheJdkForEveryLength() throws Exception {
        Random random = new Random(1);
        for (int length = 0; length <= Keccak256.MAX_BYTES; length++) {
            byte[] message = new byte[length];
            random.nextBytes(message);

            assertThat(Keccak256.digest(message, SHA3_SUFFIX))
                    .as("%d bytes", length)
                    .isEqualTo(MessageDigest.getInstance("SHA3-256").digest(message));
        }
    }

    @Test
    void aMessageOfMoreThanOneBlockIsRefused() {
        assertThatThrownBy(() -> Keccak256.digest(new byte[Keccak256.MAX_BYTES + 1], SHA3_SUFFIX))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the message has 136 bytes");
    }

    private static String keccak(String message) {
        return HexFormat.of()
                .formatHex(
                        Keccak256.digest(
                                message.getBytes(StandardCharsets.US_ASCII), Keccak256.SUFFIX));
    }
}
