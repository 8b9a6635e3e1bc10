package io.dexklines.job.sink.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.kline.Interval;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AcceptedTimeTest {

    private static final long HOUR_MS = Duration.ofHours(1).toMillis();
    private static final long START_MS = 1_788_220_800_000L;

    private final AcceptedTime accepted = new AcceptedTime(START_MS);

    @Test
    void anOutageOfAnHourIsNoticedOnce() {
        assertThat(accepted.accepts(START_MS + HOUR_MS)).hasValue(START_MS);
        assertThat(accepted.accepts(START_MS + HOUR_MS + 1)).isEmpty();
        assertThat(accepted.timeMs()).isEqualTo(START_MS + HOUR_MS + 1);
    }

    @Test
    void aShorterOneIsNot() {
        assertThat(accepted.accepts(START_MS + HOUR_MS - 1)).isEmpty();
        assertThat(accepted.accepts(START_MS + 2 * HOUR_MS - 2)).isEmpty();
    }

    @Test
    void noSetExpiresInAnOutageThatIsNotNoticedIfItsPairTradesEveryFiveHours() {
        for (Interval interval : Interval.values()) {
            assertThat(KlineRedisScript.expiry(interval))
                    .isGreaterThanOrEqualTo(Duration.ofHours(5).plusMillis(HOUR_MS));
        }
    }
}
