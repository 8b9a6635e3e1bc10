package io.dexklines.local.stack;

import io.dexklines.access.certificate.FlinkCertificates;
import io.dexklines.secret.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A standalone Flink cluster of a JobManager and of TaskManagers. Each is a JVM whose class path
 * contains only Flink and a logger. Jobs are submitted by Flink's command line, as to any cluster.
 *
 * <p>All connections use mutual TLS: the REST API accepts the certificates of {@code bin/flink} and
 * of the proxy for browsers only, and JobManager and TaskManagers only each other.
 *
 * <p>Checkpoints stay in the cluster's folder when a job or the cluster ends, see {@link
 * #latestCheckpoint}. The folder also has the command-line client {@code bin/flink}.
 */
public final class FlinkCluster implements AutoCloseable {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(240);
    private static final Duration SUBMIT_TIMEOUT = Duration.ofSeconds(240);
    private static final Duration CANCEL_TIMEOUT = Duration.ofSeconds(60);
    private static final Pattern SUBMITTED =
            Pattern.compile("Job has been submitted with JobID ([0-9a-f]{32})");
    private static final String CONF = "conf";
    private static final String CLI_CONF = "conf-cli";
    private static final String ENTRYPOINTS = "org.apache.flink.runtime.";

    // memory of a TaskManager, which Flink's scripts would compute from one total
    private static final int FRAMEWORK_HEAP_MB = 128;
    private static final int FRAMEWORK_OFF_HEAP_MB = 128;
    private static final int TASK_OFF_HEAP_MB = 64;
    private static final int NETWORK_MB = 64;
    private static final int METASPACE_MB = 256;

    private static final Duration VALIDITY = Duration.ofDays(3650);

    private final Path folder;
    private final Settings settings;
    private final int restPort;
    private final int rpcPort = Ports.free();
    private final String classPath;
    private final Path loggerSettings;
    private final FlinkCertificates certificates;
    private final FlinkRest rest;
    private final ServerProcess[] taskManagers;
    private ServerProcess jobManager;

    /**
     * The settings of a cluster.
     *
     * @param restPort port of the REST API; 0 for any free port
     * @param taskManagers number of TaskManagers, at least 1
     * @param slots number of slots of each TaskManager
     * @param taskHeapMb heap for the tasks of a TaskManager, in MiB
     * @param managedMemoryMb memory for RocksDB, in MiB; 0 suffices for state on the heap
     * @param configuration Flink configuration that overrides the defaults of this class
     */
    public record Settings(
            int restPort,
            int taskManagers,
            int slots,
            int taskHeapMb,
            int managedMemoryMb,
            Map<String, String> configuration) {

        /** Returns settings with one TaskManager, the given number of slots and a free port. */
        public static Settings ofSlots(int slots) {
            return new Settings(0, 1, slots, 512, 0, Map.of());
        }

        public Settings withRestPort(int port) {
            return new Settings(
                    port, taskManagers, slots, taskHeapMb, managedMemoryMb, configuration);
        }

        /** Adds a key of Flink's configuration. */
        public Settings with(String key, String value) {
            Map<String, String> more = new LinkedHashMap<>(configuration);
            more.put(key, value);
            return new Settings(
                    restPort, taskManagers, slots, taskHeapMb, managedMemoryMb, Map.copyOf(more));
        }
    }

    private FlinkCluster(Path folder, Settings settings) {
        this.folder = folder.toAbsolutePath();
        this.settings = settings;
        this.restPort = Ports.orFree(settings.restPort());
        this.classPath = classPath();
        this.loggerSettings = JavaCommand.copyResource("flink-log4j2.properties", this.folder);
        this.certificates =
                FlinkCertificates.in(
                        this.folder.resolve("tls"),
                        List.of("localhost", Ports.HOST),
                        Clock.systemUTC(),
                        VALIDITY);
        this.rest = new FlinkRest(restUrl(), Optional.of(certificates.cli()));
        this.taskManagers = new ServerProcess[settings.taskManagers()];
    }

    /**
     * Starts a cluster and waits until all its TaskManagers are registered.
     *
     * @param folder the folder for configuration, logs and checkpoints; existing checkpoints stay
     */
    public static FlinkCluster start(Path folder, Settings settings) {
        FlinkCluster cluster = new FlinkCluster(folder, settings);
        cluster.start();
        return cluster;
    }

    /** Returns the address of the REST API, {@code https://host:port}. */
    public String restUrl() {
        return "https://" + Ports.HOST + ":" + restPort;
    }

    /** Returns the port by which TaskManagers call the JobManager. */
    int rpcPort() {
        return rpcPort;
    }

    public FlinkRest rest() {
        return rest;
    }

    /** Returns the certificates of the cluster and of its clients. */
    public FlinkCertificates certificates() {
        return certificates;
    }

    /** Returns the folder of the checkpoints. */
    public Path checkpoints() {
        return folder.resolve("checkpoints");
    }

    /** Returns the path of the command-line client, as {@code bin/flink} in a Flink download. */
    public Path commandLine() {
        return folder.resolve("bin").resolve("flink");
    }

    /**
     * Returns the newest complete checkpoint or savepoint of any job of this cluster, for {@link
     * #submit}.
     */
    public Optional<Path> latestCheckpoint() {
        return FlinkCheckpoints.latest(checkpoints());
    }

    /**
     * Submits a job by {@code flink run --detached}.
     *
     * @param jar a jar whose manifest names the main class
     * @param resumeFrom a checkpoint or savepoint; empty to start without state
     * @param arguments arguments of the job's main method
     * @return the id of the job
     */
    public String submit(Path jar, Optional<Path> resumeFrom, String... arguments) {
        if (!Files.exists(jar)) {
            throw new StackException(jar + " is missing: run `klines build`");
        }
        List<String> words = new ArrayList<>(List.of("run", "--detached"));
        resumeFrom.ifPresent(
                checkpoint -> {
                    words.add("--fromSavepoint");
                    words.add(checkpoint.toUri().toString());
                });
        words.add(jar.toAbsolutePath().toString());
        words.addAll(Arrays.asList(arguments));
        String output = commandLine(words);
        Matcher id = SUBMITTED.matcher(output);
        if (!id.find()) {
            throw new StackException("the job was not submitted:\n" + output.strip());
        }
        return id.group(1);
    }

    /**
     * Waits until the job is in the given state, such as {@code RUNNING}.
     *
     * @throws StackException if the job fails, a process ends or after the timeout
     */
    public void awaitState(String jobId, String state, Duration timeout) {
        Readiness.await(
                "job " + jobId,
                processes(),
                timeout,
                () -> {
                    String current = rest.job(jobId).state();
                    if (current.equals("FAILED") && !state.equals(current)) {
                        throw new StackException(
                                "job %s failed: %s".formatted(jobId, rest.rootException(jobId)));
                    }
                    return current.equals(state);
                });
    }

    /** Cancels the job and waits until it has ended. Its last checkpoint stays. */
    public void cancel(String jobId) throws IOException, InterruptedException {
        rest.cancel(jobId);
        awaitState(jobId, "CANCELED", CANCEL_TIMEOUT);
    }

    /**
     * Kills a TaskManager with SIGKILL.
     *
     * @param index the index of the TaskManager, from 0
     */
    public void killTaskManager(int index) {
        taskManagers[index].kill();
    }

    /**
     * Restarts every TaskManager whose process has ended. Does not wait for their registration.
     *
     * @return the number of restarted TaskManagers
     */
    public int restartDeadTaskManagers() {
        int dead = 0;
        for (int index = 0; index < taskManagers.length; index++) {
            if (!taskManagers[index].isAlive()) {
                taskManagers[index].kill();
                startTaskManager(index);
                dead++;
            }
        }
        return dead;
    }

    /** Returns whether the JobManager is running. All jobs end with it. */
    public boolean isJobManagerAlive() {
        return jobManager.isAlive();
    }

    /** Returns the process ids, with that of the JobManager first. */
    public List<Long> pids() {
        return processes().stream().map(ServerProcess::pid).toList();
    }

    /** Kills all processes with SIGKILL. The jobs end, their checkpoints stay. */
    public void kill() {
        processes().forEach(ServerProcess::kill);
    }

    /** Stops all processes. The jobs end, their checkpoints stay. */
    public void stop() {
        // TaskManagers are killed, since their state is in the checkpoints
        Arrays.stream(taskManagers).filter(process -> process != null).forEach(ServerProcess::kill);
        if (jobManager != null) {
            jobManager.stop();
        }
    }

    /** Stops the cluster and starts it again with the same port and without jobs. */
    public void restart() {
        stop();
        start();
    }

    @Override
    public void close() {
        stop();
    }

    private List<ServerProcess> processes() {
        List<ServerProcess> all = new ArrayList<>(List.of(jobManager));
        all.addAll(Arrays.asList(taskManagers));
        return all;
    }

    private void start() {
        writeConfiguration();
        jobManager =
                command(
                                "jobmanager",
                                List.of(
                                        "-Xmx512m",
                                        "-XX:+UseSerialGC",
                                        "-XX:TieredStopAtLevel=1",
                                        "-XX:MaxMetaspaceSize=256m"),
                                ENTRYPOINTS + "entrypoint.StandaloneSessionClusterEntrypoint")
                        .word("--configDir", configurationFolder().toString())
                        .start();
        for (int index = 0; index < taskManagers.length; index++) {
            startTaskManager(index);
        }
        try {
            Readiness.await(
                    "flink",
                    processes(),
                    START_TIMEOUT,
                    () -> rest.taskManagers() == taskManagers.length);
        } catch (StackException e) {
            kill();
            throw e;
        }
    }

    private void startTaskManager(int index) {
        int heapMb = FRAMEWORK_HEAP_MB + settings.taskHeapMb();
        int directMb = FRAMEWORK_OFF_HEAP_MB + TASK_OFF_HEAP_MB + NETWORK_MB;
        taskManagers[index] =
                command(
                                "taskmanager-" + index,
                                List.of(
                                        "-Xms" + heapMb + "m",
                                        "-Xmx" + heapMb + "m",
                                        "-XX:+UseParallelGC",
                                        "-XX:MaxDirectMemorySize=" + directMb + "m",
                                        "-XX:MaxMetaspaceSize=" + METASPACE_MB + "m"),
                                ENTRYPOINTS + "taskexecutor.TaskManagerRunner")
                        .word("--configDir", configurationFolder().toString())
                        .start();
    }

    private String commandLine(List<String> words) {
        ServerProcess.Command command =
                new ServerProcess.Command("cli", folder)
                        .word(commandLine().toString())
                        .words(words);
        try {
            Files.deleteIfExists(command.log());
            command.start().waitFor(SUBMIT_TIMEOUT);
            return Files.readString(command.log());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("interrupted while a job was submitted", e);
        }
    }

    private void writeCommandLine() throws IOException {
        List<String> options = new ArrayList<>(JavaCommand.SMALL);
        options.add("-Xmx512m");
        List<String> java = java("cli", options, "org.apache.flink.client.cli.CliFrontend");
        Files.createDirectories(commandLine().getParent());
        Files.writeString(
                commandLine(),
                """
                #!/bin/sh
                export FLINK_CONF_DIR=%s CLASSPATH=%s
                exec %s "$@"
                """
                        .formatted(
                                quoted(folder.resolve(CLI_CONF).toString()),
                                quoted(classPath),
                                java.stream()
                                        .map(FlinkCluster::quoted)
                                        .collect(Collectors.joining(" "))));
        Files.setPosixFilePermissions(commandLine(), PosixFilePermissions.fromString("rwx------"));
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    private ServerProcess.Command command(String name, List<String> jvmOptions, String mainClass) {
        return new ServerProcess.Command(name, folder)
                .environment("CLASSPATH", classPath)
                .environment("FLINK_CONF_DIR", configurationFolder().toString())
                .words(java(name, jvmOptions, mainClass));
    }

    private List<String> java(String name, List<String> jvmOptions, String mainClass) {
        List<String> options = new ArrayList<>(openedModules());
        options.addAll(jvmOptions);
        // 10 s by default, in which a busy laptop does not load all classes for TLS; Flink's own
        // key for it has no effect
        options.add("-Dpekko.remote.classic.startup-timeout=60s");
        // Flink's web UI shows the log files in this folder
        Path logs = folder.resolve("log");
        options.add("-Dlog.file=" + logs.resolve(name + ".log"));
        return JavaCommand.words(options, loggerSettings, mainClass);
    }

    private Path configurationFolder() {
        return folder.resolve(CONF);
    }

    private static String classPath() {
        Path file = ProjectHome.find().flinkClassPath();
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new StackException(file + " is missing: run `klines build`", e);
        }
    }

    /** Returns the JVM options that Flink needs on Java 17. The build copies them from the pom. */
    private static List<String> openedModules() {
        try (InputStream in = FlinkCluster.class.getResourceAsStream("flink-jvm-options.txt")) {
            return List.of(
                    new String(in.readAllBytes(), StandardCharsets.UTF_8).strip().split("\\s+"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void writeConfiguration() {
        Map<String, String> keys = new TreeMap<>();
        keys.put("jobmanager.rpc.address", Ports.HOST);
        keys.put("jobmanager.rpc.port", Integer.toString(rpcPort));
        keys.put("jobmanager.bind-host", Ports.HOST);
        keys.put("rest.address", Ports.HOST);
        keys.put("rest.bind-address", Ports.HOST);
        keys.put("rest.port", Integer.toString(restPort));
        keys.put("rest.bind-port", Integer.toString(restPort));
        keys.put("web.submit.enable", "false");
        keys.put("web.cancel.enable", "false");
        keys.put("web.rescale.enable", "false");
        keys.put("web.tmpdir", folder.resolve("tmp").toString());
        keys.put("io.tmp.dirs", folder.resolve("tmp").toString());
        keys.put("taskmanager.bind-host", Ports.HOST);
        keys.put("taskmanager.host", Ports.HOST);
        keys.put("taskmanager.numberOfTaskSlots", Integer.toString(settings.slots()));
        keys.put("taskmanager.cpu.cores", Integer.toString(settings.slots()));
        keys.put("taskmanager.memory.framework.heap.size", FRAMEWORK_HEAP_MB + "m");
        keys.put("taskmanager.memory.framework.off-heap.size", FRAMEWORK_OFF_HEAP_MB + "m");
        keys.put("taskmanager.memory.task.heap.size", settings.taskHeapMb() + "m");
        keys.put("taskmanager.memory.task.off-heap.size", TASK_OFF_HEAP_MB + "m");
        keys.put("taskmanager.memory.network.min", NETWORK_MB + "m");
        keys.put("taskmanager.memory.network.max", NETWORK_MB + "m");
        keys.put("taskmanager.memory.managed.size", settings.managedMemoryMb() + "m");
        keys.put("taskmanager.memory.jvm-metaspace.size", METASPACE_MB + "m");
        keys.put("taskmanager.memory.jvm-overhead.min", "128m");
        keys.put("taskmanager.memory.jvm-overhead.max", "128m");
        // detects a dead process in time, but tolerates a busy laptop
        keys.put("heartbeat.interval", "2 s");
        keys.put("heartbeat.timeout", "30 s");
        // as in flink-conf: a restart waits for the slots of a TaskManager that is being restarted
        keys.put("resourcemanager.standalone.start-up-time", "240 d");
        keys.put("state.backend.type", "hashmap");
        keys.put("execution.checkpointing.interval", "5 s");
        keys.put("execution.checkpointing.mode", "EXACTLY_ONCE");
        keys.put("execution.checkpointing.timeout", "2 min");
        keys.put("execution.checkpointing.tolerable-failed-checkpoints", "4");
        keys.put(
                "execution.checkpointing.externalized-checkpoint-retention",
                "RETAIN_ON_CANCELLATION");
        keys.put("execution.checkpointing.num-retained", "2");
        keys.put("execution.checkpointing.dir", checkpoints().toUri().toString());
        keys.put(
                "execution.checkpointing.savepoint-dir",
                checkpoints().resolve("savepoints").toUri().toString());
        keys.put("metrics.fetcher.update-interval", "1 s");
        keys.put("web.refresh-interval", "1 s");
        keys.put("restart-strategy.type", "exponential-delay");
        keys.put("restart-strategy.exponential-delay.initial-backoff", "1 s");
        keys.put("restart-strategy.exponential-delay.max-backoff", "20 s");
        keys.put("restart-strategy.exponential-delay.backoff-multiplier", "2");
        // the next failure has a cause of its own, and its restart does not wait long
        keys.put("restart-strategy.exponential-delay.reset-backoff-threshold", "20 s");
        // the defaults are for certificates with RSA keys
        keys.put("security.ssl.protocol", "TLSv1.3");
        keys.put("security.ssl.algorithms", "TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384");
        keys.putAll(settings.configuration());
        try {
            Files.createDirectories(folder.resolve("tmp"));
            Files.createDirectories(folder.resolve("log"));
            putTls(keys, "rest", certificates.cli());
            writeConfiguration(CLI_CONF, keys);
            putTls(keys, "rest", certificates.rest());
            putTls(keys, "internal", certificates.internal());
            writeConfiguration(CONF, keys);
            writeCommandLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Flink takes the passwords of stores from its configuration only, which is private. */
    private static void putTls(Map<String, String> keys, String connections, TlsIdentity identity) {
        String prefix = "security.ssl." + connections + ".";
        String password = identity.password().resolve();
        keys.put(prefix + "enabled", "true");
        if (connections.equals("rest")) {
            keys.put(prefix + "authentication-enabled", "true");
        }
        keys.put(prefix + "keystore", identity.store().toString());
        keys.put(prefix + "keystore-password", password);
        keys.put(prefix + "key-password", password);
        keys.put(prefix + "truststore", identity.store().toString());
        keys.put(prefix + "truststore-password", password);
    }

    private void writeConfiguration(String name, Map<String, String> keys) throws IOException {
        StringBuilder text = new StringBuilder();
        keys.forEach(
                (key, value) ->
                        text.append(key)
                                .append(": '")
                                .append(value.replace("'", "''"))
                                .append("'\n"));
        StackFiles.writePrivate(folder.resolve(name).resolve("config.yaml"), text.toString());
    }
}
