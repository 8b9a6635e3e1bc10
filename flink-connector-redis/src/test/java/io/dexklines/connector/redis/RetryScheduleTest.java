package io.dexklines.connector.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RetryScheduleTest {
    private static final RetrySchedule SCHEDULE = new RetrySchedule(50, 2_000, 600_000);

    private static final double LONGEST = 1.0;
    private static final double SHORTEST = 0.0;

    @Test
    void theDelayDoublesUpToItsLimit() {
        long[] delays = new long[8];
        for (int attempt = 1; attempt <= delays.length; attempt++) {
            delays[attempt - 1] = SCHEDULE.nextDelayMs(attempt, 0, LONGEST).orElseThrow();
        }

        assertThat(delays).containsExactly(50, 100, 200, 400, 800, 1_600, 2_000, 2_000);
    }

    @Test
    void upToHalfOfTheDelayIsLeftOutAtRandom() {
        assertThat(SCHEDULE.nextDelayMs(1, 0, SHORTEST)).hasValue(25);
        assertThat(SCHEDULE.nextDelayMs(1, 0, 0.5)).hasValue(38);
        assertThat(SCHEDULE.nextDelayMs(20, 0, SHORTEST)).hasValue(1_000);
    }

    @Test
    void manyAttemptsDoNotOverflow() {
        assertThat(SCHEDULE.nextDelayMs(Integer.MAX_VALUE, 0, LONGEST)).hasValue(2_000);
    }

    @Test
    void theLastAttemptIsMadeWhenTheBudgetEnds() {
        assertThat(SCHEDULE.nextDelayMs(300, 599_000, LONGEST)).hasValue(1_000);
        assertThat(SCHEDULE.nextDelayMs(301, 599_999, LONGEST)).hasValue(1);
        assertThat(SCHEDULE.nextDelayMs(302, 600_000, LONGEST)).isEmpty();
    }
}
