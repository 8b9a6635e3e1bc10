package io.dexklines.job.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The search finds a canary wherever one is planted. */
class SecretSearchTest {

    private static final String CANARY = "canary-?>~öf0e1d2c3";

    private final SecretSearch search = new SecretSearch(CANARY);

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16BE", "UTF-16LE"})
    void findsItInText(String charset) throws IOException {
        assertThat(search.finds(("password=" + CANARY + "\n").getBytes(charset))).isTrue();
        assertThat(search.finds("password=******\n".getBytes(charset))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void findsItInBase64WhereverItBegins(int before) {
        byte[] text = ("x".repeat(before) + CANARY + "yz").getBytes(StandardCharsets.UTF_8);

        assertThat(search.finds(Base64.getEncoder().encode(text))).isTrue();
        assertThat(search.finds(Base64.getUrlEncoder().encode(text))).isTrue();
    }

    @Test
    void findsItInHexadecimalDigits() {
        byte[] utf8 = CANARY.getBytes(StandardCharsets.UTF_8);
        HexFormat hex = HexFormat.of();

        assertThat(search.finds(hex.formatHex(utf8).getBytes(StandardCharsets.US_ASCII))).isTrue();
        assertThat(
                        search.finds(
                                hex.withUpperCase()
                                        .formatHex(utf8)
                                        .getBytes(StandardCharsets.US_ASCII)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, (1 << 20) - 7, 1 << 20, (2 << 20) - 1})
    void findsItAcrossTheChunksOfAFile(int before) throws IOException {
        Path sub = Files.createDirectories(folder.resolve("a/b"));
        Files.writeString(sub.resolve("planted"), " ".repeat(before) + CANARY);
        Files.writeString(sub.resolve("clean"), " ".repeat(before));

        assertThat(search.filesBelow(folder)).containsExactly("a/b/planted");
    }

    @Test
    void refusesASecretSoShortThatItOccursByChance() {
        assertThatThrownBy(() -> new SecretSearch("secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
    }
}
