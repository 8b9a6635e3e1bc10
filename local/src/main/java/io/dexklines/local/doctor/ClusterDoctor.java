package io.dexklines.local.doctor;

import io.dexklines.local.stack.ProjectHome;
import io.dexklines.text.JdbcUrls;
import io.dexklines.verifier.Cluster;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Examines whether a job with a given configuration would find what it needs. All servers are asked
 * at the same time, and one that does not answer hides nothing of the others.
 */
public final class ClusterDoctor {

    /** Longer than the questions to a server take, each of which has a timeout of its own. */
    private static final long SERVER_TIMEOUT_MS = 40_000;

    /** The questions to one server. */
    private record Examination(String subject, Callable<List<Finding>> questions) {}

    private ClusterDoctor() {}

    /**
     * Asks the servers that the job's properties file names, and changes nothing there.
     *
     * @param home the project, which knows the keys of the file
     * @throws IllegalArgumentException if the file contains an invalid value
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    public static Diagnosis examine(ProjectHome home, Path jobProperties)
            throws IOException, InterruptedException {
        JobTarget job = JobTarget.of(jobProperties);
        List<Examination> examinations = examinations(job);
        ExecutorService threads =
                Executors.newFixedThreadPool(
                        examinations.size(),
                        task -> {
                            Thread thread = new Thread(task, "doctor");
                            thread.setDaemon(true);
                            return thread;
                        });
        try {
            List<Future<List<Finding>>> answers =
                    examinations.stream().map(each -> threads.submit(each.questions())).toList();
            long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SERVER_TIMEOUT_MS);
            List<Finding> findings = new ArrayList<>();
            findings.add(
                    KeyChecks.finding(
                            job.keys(),
                            Files.readAllLines(
                                    home.folder().resolve("flink-conf/klines.properties"))));
            for (int i = 0; i < answers.size(); i++) {
                findings.addAll(
                        findings(examinations.get(i).subject(), answers.get(i), deadlineNs));
            }
            return new Diagnosis(findings);
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Finding> findings(
            String subject, Future<List<Finding>> answer, long deadlineNs)
            throws InterruptedException {
        try {
            return answer.get(Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            return List.of(
                    e.getCause() instanceof ProbeFailure failure
                            ? failure.finding(subject)
                            : Finding.unreachable(
                                    subject,
                                    "the check itself failed (%s)".formatted(e.getCause()),
                                    "report this"));
        } catch (TimeoutException e) {
            return List.of(
                    Finding.unreachable(
                            subject,
                            "no answer within %d s".formatted(SERVER_TIMEOUT_MS / 1000),
                            "is it well?"));
        }
    }

    private static List<Examination> examinations(JobTarget job) {
        List<Examination> all = new ArrayList<>();
        all.add(new Examination("Kafka", () -> KafkaChecks.findings(job, KafkaProbe.read(job))));
        for (Cluster.Store store : job.mysql()) {
            String server = JdbcUrls.server(store.url());
            all.add(
                    new Examination(
                            "MySQL " + server,
                            () ->
                                    MySqlChecks.findings(
                                            server,
                                            store.url().replaceFirst("[?].*$", ""),
                                            store.username().orElse("the user"),
                                            MySqlProbe.read(store),
                                            Instant.now())));
        }
        job.redis().ifPresent(redis -> all.add(new Examination("Redis", () -> redis(redis))));
        for (URI relay : job.relays()) {
            all.add(
                    new Examination(
                            RelayChecks.subject(relay), () -> List.of(publisher(job, relay))));
        }
        for (URI relay : job.checkedRelays()) {
            all.add(
                    new Examination(
                            RelayChecks.subject(relay),
                            () ->
                                    List.of(
                                            RelayChecks.history(
                                                    relay,
                                                    RelayProbe.read(
                                                            relay,
                                                            Optional.empty(),
                                                            job.relayCaFile())))));
        }
        return all;
    }

    private static List<Finding> redis(Cluster.Redis redis) throws ProbeFailure {
        List<Finding> findings = new ArrayList<>();
        for (RedisFacts facts : RedisProbe.read(redis)) {
            findings.addAll(
                    RedisChecks.findings(
                            redis.username().orElse("default"),
                            redis.keyPrefix() + "kline:*",
                            facts));
        }
        return findings;
    }

    private static Finding publisher(JobTarget job, URI relay)
            throws ProbeFailure, InterruptedException {
        if (job.relayToken().isEmpty()) {
            return Finding.problem(
                    RelayChecks.subject(relay),
                    "relay.urls needs relay.token",
                    "set relay.token to a reference, env:NAME or file:/path");
        }
        return RelayChecks.publisher(
                relay, RelayProbe.read(relay, job.relayToken(), job.relayCaFile()));
    }
}
