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

    @Test
    void oneCallAtATimeTriesAStoreThatHangs() {
        assertUnavailable(
                () -> {
                    throw new IOException("timed out");
                });

        nowNanos += TimeUnit.MILLISECONDS.toNanos(CircuitBreaker.OPEN_MS);
        assertUnavailable(
                () -> {
                    // while this call waits for the store, time passes and others come
                    nowNanos += TimeUnit.MILLISECONDS.toNanos(2 * CircuitBreaker.OPEN_MS);
                    assertUnavailable(
                            () -> {
                                throw new AssertionError("called");
                            });
                    throw new IOException("timed out again");
                });
        assertUnavailable(
                () -> {
                    throw new AssertionError("called at once after the second failure");
                });

        nowNanos += TimeUnit.MILLISECONDS.toNanos(CircuitBreaker.OPEN_MS);
        assertThat(breaker.<String>call(() -> "back")).isEqualTo("back");
    }

    private void assertUnavailable(Callable<String> query) {
        assertThatThrownBy(() -> breaker.call(query))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage("Redis does not answer");
    }
}
