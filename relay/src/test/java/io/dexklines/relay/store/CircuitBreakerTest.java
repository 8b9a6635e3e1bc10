package io.dexklines.relay.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.relay.history.StoreUnavailableException;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {

    private long nowNanos = Long.MAX_VALUE - 1;
    private final CircuitBreaker breaker = new CircuitBreaker("Redis", () -> nowNanos);

    @Test
    void aStoreThatFailedIsCalledAgainAfterOneSecond() {
        assertUnavailable(
                () -> {
                    throw new IOException("connection refused");
                });

        nowNanos += TimeUnit.MILLISECONDS.toNanos(CircuitBreaker.OPEN_MS) - 1;
        assertUnavailable(
                () -> {
                    throw new AssertionError("called");
                });
        nowNanos++;
        assertThat(breaker.<String>call(() -> "back")).isEqualTo("back");
        assertThat(breaker.<String>call(() -> "at once")).isEqualTo("at once");
    }

    private void assertUnavailable(Callable<String> query) {
        assertThatThrownBy(() -> breaker.call(query))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage("Redis does not answer");
    }
}
