package io.dexklines.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class SpanTest {

    private static final long TIME = seconds("2026-03-01T13:47:59Z");

    @Test
    void fixedSpansAreAlignedToTheEpoch() {
        assertThat(new Span("1m").open(TIME)).isEqualTo(seconds("2026-03-01T13:47:00Z"));
        assertThat(new Span("15m").open(TIME)).isEqualTo(seconds("2026-03-01T13:45:00Z"));
        assertThat(new Span("12h").open(TIME)).isEqualTo(seconds("2026-03-01T12:00:00Z"));
        assertThat(new Span("12h").close(seconds("2026-03-01T12:00:00Z")))
                .isEqualTo(seconds("2026-03-02T00:00:00Z"));
    }

    @Test
    void weeksBeginOnMondayAndMonthsOnTheirFirstDay() {
        assertThat(new Span("1w").open(TIME)).isEqualTo(seconds("2026-02-23T00:00:00Z"));
        assertThat(new Span("1M").open(TIME)).isEqualTo(seconds("2026-03-01T00:00:00Z"));
        assertThat(new Span("1M").close(seconds("2026-02-01T00:00:00Z")))
                .isEqualTo(seconds("2026-03-01T00:00:00Z"));
    }

    @Test
    void aMinuteIsShorterThanAMonth() {
        assertThat(new Span("1m").isShorterThan(new Span("1M"))).isTrue();
        assertThat(new Span("1M").isShorterThan(new Span("1w"))).isFalse();
    }

    @Test
    void whatIsNoIntervalIsRefused() {
        assertThatThrownBy(() -> new Span("1y")).hasMessage("no interval: 1y");
    }

    private static long seconds(String instant) {
        return Instant.parse(instant).getEpochSecond();
    }
}
