package io.dexklines.clock;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.clock.SimulatedSources.Conditions;
import org.junit.jupiter.api.Test;

/** Runs the clocks in thousands of simulations of their sources, see {@link Seeds}. */
class ChainClocksSimulationTest {

    @Test
    void noTradeOfAnOrderlyFeedIsLateAndNoClockStands() {
        Seeds.run(getClass(), (seed, schedule) -> assertRight(seed, true, schedule));
    }

    @Test
    void whatAnAttemptCountedIsCountedAfterACrashThoughTheFeedIsDisorderly() {
        Seeds.run(getClass(), (seed, schedule) -> assertRight(seed, false, schedule));
    }

    private static void assertRight(long seed, boolean orderly, StringBuilder schedule)
            throws Exception {
        assertThat(
                        CountingJob.run(
                                seed,
                                new Conditions(orderly, true, 160),
                                EnumeratorClocks::new,
                                schedule))
                .isNull();
    }
}
