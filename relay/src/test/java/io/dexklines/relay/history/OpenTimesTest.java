package io.dexklines.relay.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.kline.Interval;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenTimesTest {

    @ParameterizedTest
    @CsvSource({
        "1m, 2026-01-07T10:07:31Z, 2026-01-07T10:07:00Z, 2026-01-07T10:08:00Z, 2026-01-07T10:05:00Z",
        "4h, 2026-01-07T10:07:31Z, 2026-01-07T08:00:00Z, 2026-01-07T12:00:00Z, 2026-01-07T00:00:00Z",
        "1d, 1969-12-31T23:59:59Z, 1969-12-31T00:00:00Z, 1970-01-01T00:00:00Z, 1969-12-29T00:00:00Z",
        "1w, 2026-01-07T10:07:31Z, 2026-01-05T00:00:00Z, 2026-01-12T00:00:00Z, 2025-12-22T00:00:00Z",
        "1M, 2024-02-29T10:07:31Z, 2024-02-01T00:00:00Z, 2024-03-01T00:00:00Z, 2023-12-01T00:00:00Z"
    })
    void openTimesFollowTheCalendar(
            String code, Instant time, Instant open, Instant next, Instant twoBefore) {
        Interval interval = Interval.ofCode(code);

        long openTime = OpenTimes.open(interval, time.getEpochSecond());

        assertThat(Instant.ofEpochSecond(openTime)).isEqualTo(open);
        assertThat(Instant.ofEpochSecond(OpenTimes.next(interval, openTime))).isEqualTo(next);
        assertThat(Instant.ofEpochSecond(OpenTimes.before(interval, openTime, 2)))
                .isEqualTo(twoBefore);
        assertThat(OpenTimes.firstFrom(interval, openTime)).isEqualTo(openTime);
        assertThat(Instant.ofEpochSecond(OpenTimes.firstFrom(interval, openTime + 1)))
                .isEqualTo(next);
    }
}
