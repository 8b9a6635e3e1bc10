package io.dexklines.relay.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RevocationsTest {

    @Test
    void theLineOfAUserNamesTheSecond() {
        assertThat(Revocations.lineOfUser("alice", Instant.parse("2026-01-31T12:00:00.5Z")))
                .isEqualTo("user alice 2026-01-31T12:00:00Z\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user alice",
                "user alice today",
                "user alice 2026-01-31T12:00:00Z now",
                "all",
                "all alice 2026-01-31T12:00:00Z",
                "token",
                "tokens 1",
                "alice 2026-01-31T12:00:00Z"
            })
    void aMalformedLineIsRefusedByItsNumber(String line) {
        assertThatThrownBy(() -> Revocations.parse("\n# comment\n" + line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("line 3: expected ");
    }

    @Test
    void anEmptyTextRevokesNothing() {
        assertThat(Revocations.parse("\n# nothing yet\n")).hasToString("0");
    }
}
