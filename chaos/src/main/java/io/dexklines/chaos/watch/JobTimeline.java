package io.dexklines.chaos.watch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Puts samples of a job's state together: its outages, restarts, checkpoints and clocks. Not
 * thread-safe.
 */
final class JobTimeline {

    /** How far a clock must advance to count as moving, milliseconds. */
    private static final long LEAST_ADVANCE_MS = 1_000;

    /** A checkpoint that has ended. A job that resumes goes on with its numbers. */
    record Checkpoint(String jobId, long number, boolean completed, long endMs) {}

    private record CheckpointId(String jobId, long number) {}

    /** The clock of one chain. */
    private static final class ChainClock {
        private long lagMs = Long.MIN_VALUE;
        private long clockMs = Long.MIN_VALUE;
        private long advancedMs;
        private long longestStallMs;
        private long greatestLagMs;
    }

    private final List<JobObservations.Outage> outages = new ArrayList<>();
    private final Set<CheckpointId> completed = new HashSet<>();
    private final Set<CheckpointId> failed = new HashSet<>();
    private final NavigableSet<Long> completedMs = new TreeSet<>();
    private final Map<String, ChainClock> clocks = new TreeMap<>();
    private long firstMs = -1;
    private long lastMs;
    private long downSinceMs = -1;
    private long samples;
    private long unanswered;
    private String jobId = "";
    private long leadingSinceMs;
    private long attempts;
    private long restarts;
    private long newLeaders;

    /** Notes that the cluster did not answer. */
    void unreachable(long nowMs) {
        unanswered++;
        down(nowMs);
    }

    /**
     * Notes the state of the job.
     *
     * @param running whether all tasks are running
     */
    void state(long nowMs, boolean running) {
        if (!running) {
            down(nowMs);
            return;
        }
        sampled(nowMs);
        if (downSinceMs >= 0) {
            outages.add(new JobObservations.Outage(downSinceMs, nowMs));
            downSinceMs = -1;
        }
    }

    private void down(long nowMs) {
        sampled(nowMs);
        if (downSinceMs < 0) {
            downSinceMs = nowMs;
        }
    }

    private void sampled(long nowMs) {
        samples++;
        lastMs = nowMs;
        if (firstMs < 0) {
            firstMs = nowMs;
        }
    }

    /**
     * Notes how often the tasks of the job were started again under its leader.
     *
     * @param initializedMs when the leader took the job over, epoch milliseconds
     */
    void attempts(String job, long initializedMs, long count) {
        if (job.equals(jobId) && initializedMs == leadingSinceMs) {
            restarts += count - attempts;
        } else {
            newLeaders += job.equals(jobId) ? 1 : 0;
            restarts += count;
        }
        jobId = job;
        leadingSinceMs = initializedMs;
        attempts = count;
    }

    void checkpoints(Collection<Checkpoint> ended) {
        for (Checkpoint checkpoint : ended) {
            CheckpointId id = new CheckpointId(checkpoint.jobId(), checkpoint.number());
            if (!checkpoint.completed()) {
                failed.add(id);
            } else if (completed.add(id)) {
                completedMs.add(checkpoint.endMs());
            }
        }
    }

    /**
     * Notes how far the clock of a chain was behind the wall clock. The cluster repeats an old
     * value until it has a newer one, so equal values say nothing.
     *
     * @param lagMs milliseconds; negative if the clock has not started
     */
    void clock(long nowMs, String chainId, long lagMs) {
        ChainClock clock = clocks.computeIfAbsent(chainId, chain -> new ChainClock());
        if (lagMs < 0 || lagMs == clock.lagMs) {
            return;
        }
        clock.lagMs = lagMs;
        clock.greatestLagMs = Math.max(clock.greatestLagMs, lagMs);
        long clockMs = nowMs - lagMs;
        if (clock.clockMs == Long.MIN_VALUE || clockMs >= clock.clockMs + LEAST_ADVANCE_MS) {
            clock.clockMs = clockMs;
            clock.advancedMs = nowMs;
        } else {
            clock.longestStallMs = Math.max(clock.longestStallMs, nowMs - clock.advancedMs);
        }
    }

    JobObservations observations() {
        Map<String, Long> stalls = new TreeMap<>();
        Map<String, Long> lags = new TreeMap<>();
        clocks.forEach(
                (chain, clock) -> {
                    stalls.put(chain, clock.longestStallMs);
                    lags.put(chain, clock.greatestLagMs);
                });
        return new JobObservations(
                samples,
                unanswered,
                restarts,
                newLeaders,
                completed.size(),
                failed.size(),
                longestWithoutCheckpointMs(),
                List.copyOf(outages),
                downSinceMs,
                stalls,
                lags);
    }

    private long longestWithoutCheckpointMs() {
        long longestMs = 0;
        long beforeMs = firstMs;
        for (long endMs : completedMs.tailSet(firstMs)) {
            longestMs = Math.max(longestMs, endMs - beforeMs);
            beforeMs = endMs;
        }
        return Math.max(longestMs, lastMs - beforeMs);
    }
}
