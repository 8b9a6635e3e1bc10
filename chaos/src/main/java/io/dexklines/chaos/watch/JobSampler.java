package io.dexklines.chaos.watch;

import com.fasterxml.jackson.databind.JsonNode;
import io.dexklines.chaos.watch.JobTimeline.Checkpoint;
import io.dexklines.local.stack.FlinkRest;
import io.dexklines.local.stack.JobClocks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Flink's REST API for the state of a job once a second, and for its clocks every five
 * seconds. Thread-safe.
 */
public final class JobSampler implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JobSampler.class);
    private static final long INTERVAL_MS = 1_000;

    /** Clocks and restarts take many requests, so they are asked for in every fifth sample. */
    private static final int SAMPLES_A_DETAIL = 5;

    private final Callable<FlinkRest> rest;
    private final Callable<String> jobId;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final JobTimeline timeline = new JobTimeline();
    private final Thread thread;

    private JobSampler(Callable<FlinkRest> rest, Callable<String> jobId) {
        this.rest = rest;
        this.jobId = jobId;
        this.thread = new Thread(this::run, "job-sampler");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Starts to sample.
     *
     * @param rest returns a client of the leading JobManager; it may throw while there is none
     * @param jobId returns the job's id, which changes when the job is submitted again
     */
    public static JobSampler start(Callable<FlinkRest> rest, Callable<String> jobId) {
        return new JobSampler(rest, jobId);
    }

    private void run() {
        try {
            boolean wasRunning = false;
            for (long sample = 0; !closing.await(INTERVAL_MS, TimeUnit.MILLISECONDS); sample++) {
                wasRunning = sample(sample % SAMPLES_A_DETAIL == 0, wasRunning);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes a sample. Returns whether all tasks are running. */
    private boolean sample(boolean inDetail, boolean wasRunning) throws InterruptedException {
        try {
            FlinkRest client = rest.call();
            String id = jobId.call();
            JsonNode job = client.get("/jobs/" + id);
            boolean running = isRunning(job);
            List<Checkpoint> checkpoints =
                    checkpoints(id, client.get("/jobs/" + id + "/checkpoints"));
            long nowMs = System.currentTimeMillis();
            synchronized (this) {
                timeline.state(nowMs, running);
                timeline.checkpoints(checkpoints);
            }
            if (running && (inDetail || !wasRunning)) {
                sampleDetails(client, id, job.at("/timestamps/INITIALIZING").asLong());
            }
            return running;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            LOG.debug("no answer from Flink", e);
            synchronized (this) {
                timeline.unreachable(System.currentTimeMillis());
            }
            return false;
        }
    }

    /** Samples restarts and clocks, which may fail although the job is running. */
    private void sampleDetails(FlinkRest client, String id, long initializedMs)
            throws InterruptedException {
        try {
            long attempts = client.job(id).restarts();
            JobClocks clocks = client.clocks(id);
            long nowMs = System.currentTimeMillis();
            synchronized (this) {
                timeline.attempts(id, initializedMs, attempts);
                clocks.clocks()
                        .forEach(clock -> timeline.clock(nowMs, clock.chainId(), clock.lagMs()));
            }
        } catch (IOException e) {
            LOG.debug("no details from Flink", e);
        }
    }

    /** Returns whether all tasks of all vertices are running. */
    static boolean isRunning(JsonNode job) {
        if (!job.path("state").asText().equals("RUNNING") || job.path("vertices").isEmpty()) {
            return false;
        }
        for (JsonNode vertex : job.path("vertices")) {
            if (vertex.path("tasks").path("RUNNING").asInt() < vertex.path("parallelism").asInt()) {
                return false;
            }
        }
        return true;
    }

    /** Returns the checkpoints that have ended, of the few that the answer has. */
    static List<Checkpoint> checkpoints(String jobId, JsonNode answer) {
        List<Checkpoint> ended = new ArrayList<>();
        for (JsonNode checkpoint : answer.path("history")) {
            String status = checkpoint.path("status").asText();
            if (!checkpoint.path("is_savepoint").asBoolean() && !status.equals("IN_PROGRESS")) {
                boolean completed = status.equals("COMPLETED");
                ended.add(
                        new Checkpoint(
                                jobId,
                                checkpoint.path("id").asLong(),
                                completed,
                                checkpoint
                                        .path(
                                                completed
                                                        ? "latest_ack_timestamp"
                                                        : "failure_timestamp")
                                        .asLong()));
            }
        }
        return ended;
    }

    /** Returns what the samples tell so far. */
    public synchronized JobObservations result() {
        return timeline.observations();
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
