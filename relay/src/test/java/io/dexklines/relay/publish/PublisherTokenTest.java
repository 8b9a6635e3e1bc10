package io.dexklines.relay.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PublisherTokenTest {

    @Test
    void onlyTheWholeTokenIsAdmitted() {
        PublisherToken token = new PublisherToken("secret");

        assertThat(token.admits("Bearer secret")).isTrue();
        assertThat(token.admits("Bearer secre")).isFalse();
        assertThat(token.admits("Bearer secret ")).isFalse();
        assertThat(token.admits("Bearer ")).isFalse();
        assertThat(token.admits("secret")).isFalse();
        assertThat(token.admits(null)).isFalse();
    }

    @Test
    void anEmptyTokenIsRefused() {
        assertThatThrownBy(() -> new PublisherToken(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("empty");
    }
}
