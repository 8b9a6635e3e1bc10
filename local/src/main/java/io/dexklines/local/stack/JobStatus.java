package io.dexklines.local.stack;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is known of a job at one moment. Whatever cannot be asked for is empty. */
public record JobStatus(
        FlinkJob job,
        JobTraffic traffic,
        JobClocks clocks,
        StoreBacklogs backlogs,
        StoreChecks checks) {

    private static final String RUNNING = "RUNNING";
    private static final String UNREACHABLE = "UNREACHABLE";

    /** Checkpoints of the local stack are 5 s apart. */
    private static final Duration OLD_CHECKPOINT = Duration.ofMinutes(1);

    private static final long LONG_WAIT_SECONDS = 30;

    /** A question to a cluster. */
    private interface Question<T> {
        T ask() throws IOException, InterruptedException;
    }

    /**
     * Asks a cluster.
     *
     * @param jobId the job that is named if the cluster does not answer
     */
    static JobStatus of(FlinkRest flink, String jobId) throws InterruptedException {
        String id = answer(() -> flink.newestJobId().orElse(jobId), jobId);
        return new JobStatus(
                answer(() -> flink.job(id), new FlinkJob(id, UNREACHABLE, 0, 0, 0)),
                answer(() -> flink.traffic(id), JobTraffic.NONE),
                answer(() -> flink.clocks(id), JobClocks.NONE),
                answer(() -> flink.backlogs(id), StoreBacklogs.NONE),
                answer(() -> flink.checks(id), StoreChecks.NONE));
    }

    private static <T> T answer(Question<T> question, T otherwise) throws InterruptedException {
        try {
            return question.ask();
        } catch (IOException e) {
            // the stack may be restarting the JobManager
            return otherwise;
        }
    }

    /**
     * Returns the status as text.
     *
     * @param now the time at which the cluster was asked
     */
    public List<String> lines(Instant now) {
        String state =
                String.format(
                        Locale.ROOT,
                        "%-9s %s, %d restarts, %d checkpoints (%s)",
                        "job",
                        job.state(),
                        job.restarts(),
                        job.checkpoints(),
                        job.id());
        return Stream.of(
                        List.of(state),
                        traffic.lines(),
                        clocks.lines(now),
                        backlogs.lines(),
                        checks.lines())
                .flatMap(List::stream)
                .toList();
    }

    /**
     * Returns what is wrong and where to look, one sentence or two for each fault; empty if nothing
     * is wrong.
     *
     * @param now the time at which the cluster was asked
     */
    public List<String> hints(Instant now) {
        List<String> hints = new ArrayList<>();
        if (job.state().equals(UNREACHABLE)) {
            hints.add("Flink does not answer: see `klines logs jobmanager`");
            return hints;
        }
        if (!job.state().equals(RUNNING)) {
            hints.add("the job is %s: see `klines logs jobmanager`".formatted(job.state()));
        }
        if (job.restarts() > 0) {
            hints.add("the job has restarted: Flink's UI shows why, under Exceptions");
        }
        long sinceCheckpointMs = now.toEpochMilli() - job.checkpointTriggeredMs();
        if (job.checkpointTriggeredMs() > 0 && sinceCheckpointMs > OLD_CHECKPOINT.toMillis()) {
            hints.add(
                    "the last checkpoint is %d s old: Flink's UI shows the task that does not answer,"
                                    .formatted(sinceCheckpointMs / 1000)
                            + " under Checkpoints");
        }
        chainsByHolder()
                .forEach(
                        (partition, chains) ->
                                hints.add(
                                        "%s holds back the clock of %s %s: see docs/monitoring.md,"
                                                        .formatted(
                                                                partition,
                                                                chains.size() == 1
                                                                        ? "chain"
                                                                        : "chains",
                                                                String.join(", ", chains))
                                                + " What holds a clock"));
        for (StoreBacklogs.Backlog backlog : backlogs.waiting()) {
            if (backlog.oldestSeconds() > LONG_WAIT_SECONDS) {
                hints.add(
                        "%s has not accepted rows for %d s: see `klines logs %s`"
                                .formatted(
                                        backlog.store(),
                                        backlog.oldestSeconds(),
                                        backlog.store().equals("mysql") ? "mariadb" : "redis"));
            }
        }
        for (StoreChecks.StoreCheck check : checks.checks()) {
            if (check.wrong() + check.missing() > 0) {
                hints.add(
                        "%s lacks klines or has wrong ones: `klines verify` finds them"
                                .formatted(check.store()));
            }
        }
        return hints;
    }

    /** Returns the chains that a partition holds back, by the partition and the reason. */
    private Map<String, List<String>> chainsByHolder() {
        return clocks.heldBy().stream()
                .collect(
                        Collectors.groupingBy(
                                holder ->
                                        "partition %s-%d (%s)"
                                                .formatted(
                                                        holder.topic(),
                                                        holder.partition(),
                                                        holder.reason()),
                                LinkedHashMap::new,
                                Collectors.mapping(
                                        JobClocks.Holder::chainId, Collectors.toList())));
    }
}
