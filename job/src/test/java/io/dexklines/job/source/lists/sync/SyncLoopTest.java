package io.dexklines.job.source.lists.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When polls are made, repeated and reported. */
class SyncLoopTest {

    private static final PollReport WELL = report(0, 0, List.of());

    private final Deque<PollReport> answers = new ArrayDeque<>();
    private final List<Long> pausesS = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private final List<Boolean> health = new ArrayList<>();

    private final SyncLoop loop =
            new SyncLoop(
                    () -> {
                        PollReport answer = answers.pop();
                        if (answer == FAILED) {
                            throw new FailedPollException("the database: refused", null);
                        }
                        return answer;
                    },
                    delay -> {
                        pausesS.add(delay.toSeconds());
                        return answers.isEmpty();
                    },
                    Duration.ofSeconds(5),
                    log::add,
                    health::add);

    private static final PollReport FAILED = report(0, 0, List.of());

    @Test
    void aFailedPollIsRepeatedSoonerThanTheNextOneIsDue() throws InterruptedException {
        answers.addAll(List.of(WELL, FAILED, FAILED, FAILED, FAILED, WELL, FAILED, WELL));

        loop.run();

        assertThat(pausesS).containsExactly(5L, 1L, 2L, 4L, 5L, 5L, 1L, 5L);
        assertThat(log)
                .contains(
                        "poll failed (1 in a row, 1 in all): the database: refused",
                        "poll failed (4 in a row, 4 in all): the database: refused",
                        "poll failed (1 in a row, 5 in all): the database: refused")
                .endsWith("stopped after 8 polls, of which 5 failed");
        assertThat(health).containsExactly(true, false, false, false, false, true, false, true);
    }

    @Test
    void asksOnceThreeTimesAtMost() throws InterruptedException {
        answers.addAll(List.of(FAILED, FAILED, WELL));

        assertThat(loop.once()).isEqualTo(WELL);

        answers.addAll(List.of(FAILED, FAILED, FAILED, WELL));

        assertThat(loop.once()).isNull();
        assertThat(answers).hasSize(1);
        assertThat(pausesS).containsExactly(1L, 2L, 1L, 2L);
    }

    @Test
    void warnsOnceUntilSomethingAboutItChanges() throws InterruptedException {
        PollReport invalid = report(30, 0, List.of("row 1"));
        PollReport withheld = report(0, 7, List.of());
        answers.addAll(List.of(invalid, invalid, withheld, WELL, invalid));

        loop.run();

        assertThat(log)
                .containsExactly(
                        "row 1",
                        "29 more invalid rows",
                        invalid.line(),
                        invalid.line(),
                        "follows: withheld 7 removals of 8: the answer is empty or they are more"
                                + " than 10 and 10 %; to make them, run once with --once"
                                + " --allow-removals",
                        withheld.line(),
                        WELL.line(),
                        "row 1",
                        "29 more invalid rows",
                        invalid.line(),
                        "stopped after 5 polls, of which 0 failed");
        assertThat(withheld.line())
                .isEqualTo(
                        "follows: 1 rows, 2 added, 3 changed, 0 removed, 5 unchanged, 7 withheld, 6"
                                + " of others; 0 invalid rows; 12 ms");
        assertThat(invalid.isComplete()).isFalse();
        assertThat(withheld.isComplete()).isFalse();
        assertThat(WELL.isComplete()).isTrue();
    }

    private static PollReport report(long invalid, long withheld, List<String> problems) {
        return new PollReport(
                List.of(new PollReport.OfList("follows", 1, 8, 2, 3, 0, withheld, 5, 6)),
                invalid,
                problems,
                RemovalLimit.parse("10,10%"),
                12);
    }
}
