package io.dexklines.relay.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.relay.history.StoreAwayException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OutageTest {

    private long nowNanos = Long.MAX_VALUE - 1;
    private final Outage outage = new Outage("Redis", () -> nowNanos);

    @Test
    void aStoreThatFailedIsNotAskedAgainForASecondAndThenIs() {
        assertAway(
                () -> {
                    throw new IOException("gone");
                });

        nowNanos += TimeUnit.MILLISECONDS.toNanos(Outage.QUIET_MS) - 1;
        assertAway(
                () -> {
                    throw new AssertionError("asked");
                });
        nowNanos++;
        assertThat(outage.<String>ask(() -> "back")).isEqualTo("back");
        assertThat(outage.<String>ask(() -> "at once")).isEqualTo("at once");
    }

    private void assertAway(Outage.Question<String> question) {
        assertThatThrownBy(() -> outage.ask(question))
                .isInstanceOf(StoreAwayException.class)
                .hasMessage("Redis does not answer");
    }
}
