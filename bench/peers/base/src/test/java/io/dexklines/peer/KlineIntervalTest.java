package io.dexklines.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class KlineIntervalTest {

    private static final Instant WEDNESDAY = Instant.parse("2026-01-07T13:47:59.500Z");

    @Test
    void aWeekOpensOnMonday() {
        assertThat(opening(KlineInterval.W1)).isEqualTo("2026-01-05T00:00:00Z");
    }

    @Test
    void allOthersOpenAtAMultipleOfTheirLength() {
        assertThat(opening(KlineInterval.M1)).isEqualTo("2026-01-07T13:47:00Z");
        assertThat(opening(KlineInterval.M30)).isEqualTo("2026-01-07T13:30:00Z");
        assertThat(opening(KlineInterval.H4)).isEqualTo("2026-01-07T12:00:00Z");
        assertThat(opening(KlineInterval.D1)).isEqualTo("2026-01-07T00:00:00Z");
    }

    private static Instant opening(KlineInterval interval) {
        return Instant.ofEpochMilli(interval.openTimeMs(WEDNESDAY.toEpochMilli()));
    }
}
