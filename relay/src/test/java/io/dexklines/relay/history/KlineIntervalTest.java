package io.dexklines.relay.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KlineIntervalTest {

    @ParameterizedTest
    @CsvSource({
        "1m, 2026-01-07T10:07:31Z, 2026-01-07T10:07:00Z, 2026-01-07T10:08:00Z, 2026-01-07T10:05:00Z",
        "4h, 2026-01-07T10:07:31Z, 2026-01-07T08:00:00Z, 2026-01-07T12:00:00Z, 2026-01-07T00:00:00Z",
        "1d, 1969-12-31T23:59:59Z, 1969-12-31T00:00:00Z, 1970-01-01T00:00:00Z, 1969-12-29T00:00:00Z",
        "1w, 2026-01-07T10:07:31Z, 2026-01-05T00:00:00Z, 2026-01-12T00:00:00Z, 2025-12-22T00:00:00Z",
        "1M, 2024-02-29T10:07:31Z, 2024-02-01T00:00:00Z, 2024-03-01T00:00:00Z, 2023-12-01T00:00:00Z"
    })
    void aKlineHasItsPlaceInTheCalendar(
            String code, Instant time, Instant open, Instant next, Instant twoBefore) {
        KlineInterval interval = KlineInterval.ofCode(code);

        long openTime = interval.open(time.getEpochSecond());

        assertThat(Instant.ofEpochSecond(openTime)).isEqualTo(open);
        assertThat(Instant.ofEpochSecond(interval.next(openTime))).isEqualTo(next);
        assertThat(Instant.ofEpochSecond(interval.before(openTime, 2))).isEqualTo(twoBefore);
        assertThat(interval.firstOpenFrom(openTime)).isEqualTo(openTime);
        assertThat(Instant.ofEpochSecond(interval.firstOpenFrom(openTime + 1))).isEqualTo(next);
    }

    @Test
    void aMinuteIsNoMonth() {
        assertThat(KlineInterval.ofCode("1m")).isEqualTo(KlineInterval.ONE_MINUTE);
        assertThat(KlineInterval.ofCode("1M")).isEqualTo(KlineInterval.ONE_MONTH);
        assertThatThrownBy(() -> KlineInterval.ofCode("2m"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1s 5s 15s 30s 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 1w 1M");
    }
}
