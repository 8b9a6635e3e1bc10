package io.dexklines.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.bench.peers.SteadyState.WarmUp;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SteadyStateTest {

    /** A slow start, two seconds at full speed, and a last checkpoint after a wait. */
    private static final List<Moment> RUN =
            List.of(
                    moment(50_000, 4, 8_000, 4_000, 100),
                    moment(100_000, 5, 9_000, 4_400, 200),
                    moment(140_000, 6, 9_800, 4_600, 260),
                    moment(200_000, 7, 11_000, 4_800, 300),
                    moment(210_000, 17, 11_500, 4_900, 310));

    @Test
    void countsFromTheEndOfTheWarmUpToTheLastMomentBeforeTheEnd() {
        SteadyState steady = SteadyState.of(RUN, warmUp(100_000, 60), 210_000);

        assertThat(steady).isEqualTo(new SteadyState(100_000, 2, 20, 4, 1));
        assertThat(steady.tradesPerSecond()).isEqualTo(50_000);
    }

    @Test
    void theWarmUpOfASlowEngineEndsWithItsTime() {
        assertThat(SteadyState.of(RUN, warmUp(1_000_000, 2), 210_000))
                .isEqualTo(new SteadyState(60_000, 1, 20, 200 / 60.0, 40 / 60.0));
    }

    @Test
    void refusesABacklogThatIsTooShort() {
        assertThatThrownBy(() -> SteadyState.of(RUN, warmUp(200_000, 60), 210_000))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "1 of 5 measurements are between the warm-up of 200000 trades or 60 s and the end after"
                                + " 210000 trades: the backlog is too short");
    }

    private static WarmUp warmUp(long trades, long seconds) {
        return new WarmUp(trades, Duration.ofSeconds(seconds));
    }

    private static Moment moment(
            double trades, long seconds, long cpuMs, long compilerMs, long collectorMs) {
        return new Moment(
                trades,
                Duration.ofSeconds(seconds).toNanos(),
                Duration.ofMillis(cpuMs),
                Duration.ofMillis(compilerMs),
                Duration.ofMillis(collectorMs));
    }
}
