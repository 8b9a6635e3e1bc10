package io.dexklines.relay.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InboundRateTest {

    private static final long START = Long.MAX_VALUE - 5;

    private final InboundRate rate = new InboundRate(2, START);

    @Test
    void aBurstIsLimitedToOneSecondsWorth() {
        assertThat(rate.admits(START)).isTrue();
        assertThat(rate.admits(START)).isTrue();
        assertThat(rate.admits(START)).isFalse();
    }

    @Test
    void theBudgetRefillsSteadilyUpToOneSecondsWorth() {
        rate.admits(START);
        rate.admits(START);

        assertThat(rate.admits(START + TimeUnit.MILLISECONDS.toNanos(500))).isTrue();
        assertThat(rate.admits(START + TimeUnit.MILLISECONDS.toNanos(500))).isFalse();

        long muchLater = START + TimeUnit.HOURS.toNanos(1);
        assertThat(rate.admits(muchLater)).isTrue();
        assertThat(rate.admits(muchLater)).isTrue();
        assertThat(rate.admits(muchLater)).isFalse();
    }
}
