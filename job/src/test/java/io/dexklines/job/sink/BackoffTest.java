package io.dexklines.job.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BackoffTest {

    @Test
    void theWaitDoublesUpToTheLongestAndHalfOfItIsRandom() {
        Backoff backoff =
                new Backoff(
                        Duration.ofMillis(100), Duration.ofMillis(500), new SplittableRandom(7));

        assertThat(backoff.nextMs()).isBetween(50L, 100L);
        assertThat(backoff.nextMs()).isBetween(100L, 200L);
        assertThat(backoff.nextMs()).isBetween(200L, 400L);
        assertThat(backoff.nextMs()).isBetween(250L, 500L);
        assertThat(backoff.nextMs()).isBetween(250L, 500L);
    }

    @Test
    void aResetStartsWithTheFirstWait() {
        Backoff backoff =
                new Backoff(Duration.ofMillis(100), Duration.ofHours(1), new SplittableRandom(7));
        for (int i = 0; i < 10; i++) {
            backoff.nextMs();
        }

        backoff.reset();

        assertThat(backoff.nextMs()).isBetween(50L, 100L);
    }
}
