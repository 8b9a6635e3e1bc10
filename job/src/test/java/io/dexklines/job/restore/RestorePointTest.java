package io.dexklines.job.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The choice of the newest checkpoint or savepoint. Times are milliseconds after an epoch. */
class RestorePointTest {

    private static final RestorePoint TENTH = checkpoint("a", 10, 5_000);

    @Test
    void thereIsNoneAmongNone() {
        assertThat(RestorePoint.newest(List.of())).isEmpty();
    }

    @Test
    void theNumberDecidesWithinAJobAndTheTimeBetweenJobs() {
        // an object store shows when an upload ended, in seconds
        RestorePoint uploadedLater = checkpoint("a", 9, 6_000);
        RestorePoint ofEarlierJob = checkpoint("b", 700, 4_000);

        assertNewest(TENTH, uploadedLater, ofEarlierJob);
    }

    @Test
    void aJobThatBeganAgainHasLowNumbers() {
        assertNewest(checkpoint("b", 1, 7_000), TENTH);
    }

    @Test
    void aSavepointCountsAmongTheCheckpointsOfItsJob() {
        assertNewest(savepoint("a", 11, 5_000), TENTH);
        assertNewest(TENTH, savepoint("a", 9, 5_000));
    }

    @Test
    void aSavepointOfAnUnknownJobIsTheNewestUnlessSomethingIsLater() {
        assertNewest(savepoint("savepoint-by-hand", 0, 5_000), TENTH);
        assertNewest(TENTH, savepoint("savepoint-by-hand", 0, 4_000));
    }

    private static void assertNewest(RestorePoint newest, RestorePoint... others) {
        List<RestorePoint> last = new ArrayList<>(List.of(others));
        List<RestorePoint> first = new ArrayList<>(List.of(newest));
        last.add(newest);
        first.addAll(List.of(others));
        assertThat(RestorePoint.newest(first)).contains(newest);
        assertThat(RestorePoint.newest(last)).contains(newest);
    }

    private static RestorePoint checkpoint(String job, long number, long modifiedMs) {
        return new RestorePoint("s3://k/" + job + "/chk-" + number, job, number, false, modifiedMs);
    }

    private static RestorePoint savepoint(String job, long number, long modifiedMs) {
        return new RestorePoint("s3://k/savepoint-" + job, job, number, true, modifiedMs);
    }
}
