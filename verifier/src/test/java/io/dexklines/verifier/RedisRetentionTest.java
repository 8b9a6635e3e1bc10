package io.dexklines.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RedisRetentionTest {

    private static final long NOON = 1_767_960_000L;

    @Test
    void byDefaultTheNumberOfKlinesDecides() {
        RedisRetention retention = RedisRetention.of(job(null));

        assertThat(retention.kept(new Span("1m"), List.of(NOON))).isEqualTo(1500);
        assertThat(retention.expiry(new Span("1m"))).isEqualTo(Duration.ofHours(6));
        assertThat(retention.expiry(new Span("1h"))).isEqualTo(Duration.ofHours(30));
        assertThat(retention.expiry(new Span("1d"))).isEqualTo(Duration.ofDays(30));
    }

    @Test
    void byAgeThreeDaysOfMinutesAndThreeHundredOlderOnesStay() {
        RedisRetention retention = RedisRetention.of(job("age"));

        assertThat(retention.kept(new Span("1m"), every(60, 10_000))).isEqualTo(4320 + 300);
        assertThat(retention.kept(new Span("1m"), every(3600, 10_000))).isEqualTo(72 + 300);
        assertThat(retention.expiry(new Span("1m"))).isEqualTo(Duration.ofDays(3));
    }

    @Test
    void byAgeSevenDaysOfLongerIntervalsStay() {
        RedisRetention retention = RedisRetention.of(job("age"));

        assertThat(retention.kept(new Span("1h"), every(3600, 1000))).isEqualTo(168 + 300);
        assertThat(retention.kept(new Span("1w"), every(604_800, 1000))).isEqualTo(1 + 300);
        assertThat(retention.expiry(new Span("5m"))).isEqualTo(Duration.ofDays(7));
        assertThat(retention.expiry(new Span("1M"))).isEqualTo(Duration.ofDays(7));
    }

    @Test
    void ofIntervalsBelowAMinuteTheNumberDecidesInAnyCase() {
        RedisRetention retention = RedisRetention.of(job("age"));

        assertThat(retention.kept(new Span("5s"), every(5, 10_000))).isEqualTo(1500);
        assertThat(retention.expiry(new Span("5s"))).isEqualTo(Duration.ofHours(6));
    }

    @Test
    void anUnknownNameIsRefused() {
        assertThatThrownBy(() -> RedisRetention.of(job("1500")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("redis.retention: '1500' is neither newest nor age");
    }

    private static List<Long> every(long seconds, int count) {
        return LongStream.range(0, count).map(i -> NOON - i * seconds).boxed().toList();
    }

    private static JobProperties job(String retention) {
        Properties properties = new Properties();
        if (retention != null) {
            properties.setProperty("redis.retention", retention);
        }
        return new JobProperties(properties);
    }
}
