package io.dexklines.bench.peers;

import io.dexklines.local.stack.FlinkCluster;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A job in a Flink cluster of one TaskManager with one slot. What it has counted is what its
 * checkpoints cover.
 */
final class FlinkRun implements EngineRun {

    private static final Pattern SUBMITTED =
            Pattern.compile("Job has been submitted with JobID ([0-9a-f]{32})");

    /** The heap of Flink itself, which {@link FlinkCluster} adds to that of the tasks. */
    private static final int FRAMEWORK_HEAP_MB = 128;

    /** Sorts and hash tables of Flink SQL use managed memory, which also holds no state here. */
    private static final int MANAGED_MB = 128;

    private final Setting setting;
    private final FlinkCluster cluster;
    private final String job;
    private final String group;
    private final Runnable stopServers;

    private FlinkRun(
            Setting setting, FlinkCluster cluster, String job, String group, Runnable stopServers) {
        this.setting = setting;
        this.cluster = cluster;
        this.job = job;
        this.group = group;
        this.stopServers = stopServers;
    }

    /**
     * A job.
     *
     * @param mainClass the main class
     * @param classPath the job's class path, of which the first is a jar
     * @param arguments arguments of the main class
     * @param group the consumer group
     * @param stopServers stops the servers of the job
     */
    record Job(
            String mainClass,
            List<Path> classPath,
            List<String> arguments,
            String group,
            Runnable stopServers) {}

    /** Starts a cluster and submits a job. */
    static FlinkRun start(Setting setting, Job job) throws Exception {
        try {
            FlinkCluster cluster =
                    FlinkCluster.start(
                            Files.createTempDirectory(setting.folder(), "flink"),
                            settings(setting));
            try {
                return new FlinkRun(
                        setting, cluster, submit(cluster, job), job.group(), job.stopServers());
            } catch (Exception e) {
                cluster.close();
                throw e;
            }
        } catch (Exception e) {
            job.stopServers().run();
            throw e;
        }
    }

    private static FlinkCluster.Settings settings(Setting setting) {
        int taskHeapMb = setting.heapMb() - FRAMEWORK_HEAP_MB;
        return new FlinkCluster.Settings(0, 1, 1, taskHeapMb, MANAGED_MB, Map.of())
                .with("execution.checkpointing.interval", setting.checkpoints().toMillis() + " ms")
                .with("parallelism.default", "1");
    }

    private static String submit(FlinkCluster cluster, Job job) throws Exception {
        List<String> words = new ArrayList<>();
        words.add(cluster.commandLine().toString());
        words.addAll(List.of("run", "--detached", "--class", job.mainClass()));
        for (Path library : job.classPath().subList(1, job.classPath().size())) {
            words.addAll(List.of("--classpath", library.toUri().toString()));
        }
        words.add(job.classPath().get(0).toString());
        words.addAll(job.arguments());
        Process client = new ProcessBuilder(words).redirectErrorStream(true).start();
        String output = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher id = SUBMITTED.matcher(output);
        if (!id.find()) {
            throw new IllegalStateException("the job was not submitted:\n" + output.strip());
        }
        return id.group(1);
    }

    /** Returns the files and folders of a class path. */
    static List<Path> paths(String classPath) {
        return Arrays.stream(classPath.split(File.pathSeparator)).map(Path::of).toList();
    }

    @Override
    public long pid() {
        return cluster.pids().get(1);
    }

    @Override
    public double trades() throws Exception {
        return setting.backlog().recordsRead(group) * setting.tradesPerRecord();
    }

    @Override
    public boolean hasEnded() throws InterruptedException {
        try {
            return hasFinished();
        } catch (IOException e) {
            return false; // the JobManager of a busy machine may answer later
        }
    }

    private boolean hasFinished() throws IOException, InterruptedException {
        String state = cluster.rest().job(job).state();
        if (List.of("FAILING", "FAILED", "RESTARTING", "CANCELED").contains(state)) {
            throw new IllegalStateException(
                    "the job is " + state + ": " + cluster.rest().rootException(job));
        }
        return state.equals("FINISHED");
    }

    @Override
    public void close() {
        cluster.close();
        stopServers.run();
    }
}
