package io.dexklines.relay.subscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class UserTokensTest {

    @Test
    void aTokenIsTheHmacOfTheUserIdInHex() {
        // printf 42 | openssl dgst -sha256 -hmac 0123456789abcdef
        assertThat(new UserTokens("0123456789abcdef").tokenOf("42"))
                .isEqualTo("8d24a2a526d5f556469db8b6280e3a7b877a41155ca536be3a1f2a9d2be0eacd");
    }

    @Test
    void aTokenOpensTheAlertsOfItsUserOnly() {
        UserTokens tokens = new UserTokens("0123456789abcdef");

        assertThat(tokens.admits("42", tokens.tokenOf("42"))).isTrue();
        assertThat(tokens.admits("43", tokens.tokenOf("42"))).isFalse();
        assertThat(tokens.admits("42", new UserTokens("another secret..").tokenOf("42"))).isFalse();
        assertThat(tokens.admits("42", "")).isFalse();
        assertThat(tokens.admits("42", null)).isFalse();
    }

    @Test
    void aShortSecretIsRefused() {
        assertThatThrownBy(() -> new UserTokens("short"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("16 characters");
    }
}
