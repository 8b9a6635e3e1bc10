package io.dexklines.chaos.watch;

import java.util.List;
import java.util.Map;

/**
 * What Flink's REST API said of a job over a time.
 *
 * @param samples how often the API was asked
 * @param unanswered how often it did not answer
 * @param restarts how often the tasks were started again, as far as samples tell: two restarts
 *     under a leader that dies before it is asked count as one
 * @param newLeaders how often another JobManager had taken over
 * @param checkpointsCompleted the number of completed checkpoints
 * @param checkpointsFailed the number of failed checkpoints
 * @param longestWithoutCheckpointMs the longest time in which none completed, milliseconds
 * @param outages the times in which not all tasks were running or the API did not answer
 * @param downSinceMs when an outage began that has not ended, epoch milliseconds; -1 for none
 * @param longestStallMs for how long the clock of each chain stood still at most, milliseconds, to
 *     about ten seconds; silent chains and open transactions are among the causes
 * @param greatestLagMs how far the clock of each chain was behind at most, milliseconds
 */
public record JobObservations(
        long samples,
        long unanswered,
        long restarts,
        long newLeaders,
        long checkpointsCompleted,
        long checkpointsFailed,
        long longestWithoutCheckpointMs,
        List<Outage> outages,
        long downSinceMs,
        Map<String, Long> longestStallMs,
        Map<String, Long> greatestLagMs) {

    /**
     * A time in which not all tasks were running.
     *
     * @param fromMs the first sample of it, epoch milliseconds
     * @param toMs the first sample after it
     */
    public record Outage(long fromMs, long toMs) {

        public long lengthMs() {
            return toMs - fromMs;
        }
    }

    /**
     * Returns how long after a fault all tasks were running again, milliseconds; 0 if the fault did
     * not stop any.
     *
     * @param fromMs when the fault began, epoch milliseconds
     * @param toMs the time until which an outage counts as its consequence
     */
    public long recoveryMs(long fromMs, long toMs) {
        return outages.stream()
                .filter(outage -> outage.toMs() > fromMs && outage.fromMs() <= toMs)
                .mapToLong(outage -> outage.toMs() - fromMs)
                .max()
                .orElse(0);
    }
}
