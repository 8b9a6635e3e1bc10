package io.dexklines.chaos.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.chaos.watch.JobObservations.Outage;
import io.dexklines.chaos.watch.JobTimeline.Checkpoint;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobTimelineTest {

    private static final long START_MS = 1_767_960_000_000L;

    private final JobTimeline timeline = new JobTimeline();

    @Test
    void anOutageLastsFromItsFirstSampleToTheFirstOneThatRunsAgain() {
        running(0);
        timeline.state(START_MS + 1_000, false);
        timeline.unreachable(START_MS + 2_000);
        running(9_000);
        running(10_000);
        timeline.unreachable(START_MS + 11_000);

        JobObservations seen = timeline.observations();

        assertThat(seen.outages()).containsExactly(new Outage(START_MS + 1_000, START_MS + 9_000));
        assertThat(seen.downSinceMs()).isEqualTo(START_MS + 11_000);
        assertThat(seen.samples()).isEqualTo(6);
        assertThat(seen.unanswered()).isEqualTo(2);
        assertThat(seen.recoveryMs(START_MS + 500, START_MS + 3_000)).isEqualTo(8_500);
        assertThat(seen.recoveryMs(START_MS + 9_500, START_MS + 10_000)).isZero();
    }

    @Test
    void restartsAddUpAlthoughEachLeaderBeginsToCountAtZero() {
        timeline.attempts("a", START_MS, 1);
        timeline.attempts("a", START_MS, 3);
        timeline.attempts("a", START_MS + 1, 3);
        timeline.attempts("a", START_MS + 1, 4);

        assertThat(timeline.observations().restarts()).isEqualTo(7);
        assertThat(timeline.observations().newLeaders()).isEqualTo(1);
    }

    @Test
    void aJobThatIsSubmittedAgainHasNoNewLeader() {
        timeline.attempts("a", START_MS, 1);
        timeline.attempts("b", START_MS + 1, 1);

        assertThat(timeline.observations().restarts()).isEqualTo(2);
        assertThat(timeline.observations().newLeaders()).isZero();
    }

    @Test
    void everyCheckpointCountsOnce() {
        running(0);
        timeline.checkpoints(List.of(checkpoint(7, true, 2_000), checkpoint(8, false, 3_000)));
        timeline.checkpoints(List.of(checkpoint(7, true, 2_000), checkpoint(9, true, 8_000)));
        timeline.checkpoints(List.of(new Checkpoint("b", 9, true, START_MS + 9_000)));
        running(10_000);

        JobObservations seen = timeline.observations();

        assertThat(seen.checkpointsCompleted()).isEqualTo(3);
        assertThat(seen.checkpointsFailed()).isEqualTo(1);
        assertThat(seen.longestWithoutCheckpointMs()).isEqualTo(6_000);
    }

    @Test
    void aClockStandsStillWhileItsLagGrowsAsFastAsTimePasses() {
        timeline.clock(START_MS, "56", -1);
        timeline.clock(START_MS + 10_000, "56", 6_000);
        timeline.clock(START_MS + 20_000, "56", 6_100);
        timeline.clock(START_MS + 30_000, "56", 16_100);
        timeline.clock(START_MS + 40_000, "56", 26_200);
        timeline.clock(START_MS + 50_000, "56", 7_000);

        assertThat(timeline.observations().longestStallMs()).containsEntry("56", 20_000L);
        assertThat(timeline.observations().greatestLagMs()).containsEntry("56", 26_200L);
    }

    @Test
    void aValueThatTheClusterRepeatsSaysNothing() {
        timeline.clock(START_MS, "56", 6_000);
        timeline.clock(START_MS + 5_000, "56", 6_000);
        timeline.clock(START_MS + 10_000, "56", 16_000);

        assertThat(timeline.observations().longestStallMs()).containsEntry("56", 10_000L);
    }

    private void running(long afterMs) {
        timeline.state(START_MS + afterMs, true);
    }

    private static Checkpoint checkpoint(long number, boolean completed, long afterMs) {
        return new Checkpoint("a", number, completed, START_MS + afterMs);
    }
}
