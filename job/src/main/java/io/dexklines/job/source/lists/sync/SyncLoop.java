package io.dexklines.job.source.lists.sync;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Polls at intervals until it is stopped. A poll that failed is repeated after a second, then after
 * twice that time each, up to the interval.
 */
final class SyncLoop {

    /** The attempts of a single poll. */
    static final int ATTEMPTS = 3;

    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);

    /** One poll. */
    interface Poll {

        /**
         * Polls.
         *
         * @throws FailedPollException if a server failed; the next poll begins anew
         */
        PollReport run() throws FailedPollException;
    }

    /** A wait that a stop ends early. */
    interface Pause {

        /** Waits, and returns whether the loop is to end. */
        boolean isStoppedWithin(Duration delay) throws InterruptedException;
    }

    private final Poll poll;
    private final Pause pause;
    private final Duration interval;
    private final Consumer<String> log;
    private final Consumer<Boolean> health;

    private long polls;
    private long failures;
    private int failuresInARow;
    private List<String> warned = List.of();

    /**
     * @param interval the time between two polls
     * @param log receives each line
     * @param health receives whether a poll succeeded
     */
    SyncLoop(
            Poll poll,
            Pause pause,
            Duration interval,
            Consumer<String> log,
            Consumer<Boolean> health) {
        this.poll = poll;
        this.pause = pause;
        this.interval = interval;
        this.log = log;
        this.health = health;
    }

    /** Polls until it is stopped. */
    void run() throws InterruptedException {
        do {
            poll();
        } while (!pause.isStoppedWithin(failuresInARow == 0 ? interval : delay()));
        log.accept(
                String.format(
                        Locale.ROOT,
                        "stopped after %d polls, of which %d failed",
                        polls,
                        failures));
    }

    /**
     * Polls until a poll succeeds, three times at most.
     *
     * @return the outcome, or null if all failed or the loop was stopped
     */
    PollReport once() throws InterruptedException {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            PollReport report = poll();
            if (report != null) {
                return report;
            }
            if (attempt < ATTEMPTS && pause.isStoppedWithin(delay())) {
                return null;
            }
        }
        return null;
    }

    /** Polls, and returns the outcome, or null if the poll failed. */
    private PollReport poll() {
        polls++;
        try {
            PollReport report = poll.run();
            failuresInARow = 0;
            List<String> warnings = report.warnings();
            if (!warnings.equals(warned)) {
                // once, until something about them changes
                warnings.forEach(log);
                warned = warnings;
            }
            log.accept(report.line());
            health.accept(true);
            return report;
        } catch (FailedPollException e) {
            failures++;
            failuresInARow++;
            log.accept(
                    String.format(
                            Locale.ROOT,
                            "poll failed (%d in a row, %d in all): %s",
                            failuresInARow,
                            failures,
                            e.getMessage()));
            health.accept(false);
            return null;
        }
    }

    private Duration delay() {
        int doublings = Math.min(failuresInARow - 1, 20);
        Duration delay = FIRST_DELAY.multipliedBy(1L << doublings);
        return delay.compareTo(interval) < 0 ? delay : interval;
    }
}
