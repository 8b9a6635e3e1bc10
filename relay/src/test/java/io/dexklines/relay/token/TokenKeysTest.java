package io.dexklines.relay.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenKeysTest {

    private static final String SECRET = "hunter2-hunter2-hunter2-hunter2-";

    @Test
    void everyLineIsAKeyAndTheFirstSigns() {
        TokenKeys keys =
                TokenKeys.parse(
                        "# of this year\r\n2026-02:   %s  \r\n\n  2026-01:%s%s\n"
                                .formatted(SECRET, SECRET, SECRET));

        assertThat(keys.first()).isEqualTo(new TokenKey("2026-02", SECRET));
        assertThat(keys.byId("2026-01")).isEqualTo(new TokenKey("2026-01", SECRET + SECRET));
        assertThat(keys.byId("2026-03")).isNull();
        assertThat(keys.byId(null)).isNull();
    }

    @Test
    void aRandomKeyIsAValidLineOf256Bits() {
        String line = TokenKeys.randomLine("local");

        assertThat(line)
                .matches("local: [0-9a-f]{64}\n")
                .isNotEqualTo(TokenKeys.randomLine("local"));
        assertThat(TokenKeys.parse(line).first().id()).isEqualTo("local");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|there is no key",
                "'# a: hunter2-hunter2-hunter2-hunter2-'|there is no key",
                "'hunter2-hunter2-hunter2-hunter2-'|line 1: expected `kid: secret`",
                "'a b: hunter2-hunter2-hunter2-hunter2-'|line 1: expected `kid: secret`",
                "'a: hunter2-hunter2 hunter2-hunter2-'|line 1: expected `kid: secret`",
                "'a: hunter2-hunter2-hunter2-hunter2'|line 1: a secret needs at least 32 characters"
            })
    void aMalformedTextIsRefusedWithoutShowingIt(String text, String message) {
        assertThatThrownBy(() -> TokenKeys.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void anIdThatIsThereTwiceIsRefused() {
        String line = "a: " + SECRET + "\n";

        assertThatThrownBy(() -> TokenKeys.parse(line + line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("line 2: the kid is there twice");
    }

    @Test
    void theTextsOfObjectsContainNoSecret() {
        TokenKeys keys = TokenKeys.parse("a: " + SECRET);

        assertThat(keys).hasToString("[a]");
        assertThat(keys.first()).hasToString("a");
        assertThat(new TokenGrant("alice", "1", null, null, keys.first()).toString())
                .doesNotContain("hunter2");
    }
}
