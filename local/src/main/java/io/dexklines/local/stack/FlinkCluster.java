package io.dexklines.local.stack;

import io.dexklines.access.certificate.FlinkCertificates;
import io.dexklines.secret.TlsIdentity;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A standalone Flink cluster of JobManagers and TaskManagers. Each is a JVM whose class path
 * contains only Flink and a logger. Jobs are submitted by Flink's command line, as to any cluster.
 *
 * <p>Usually there is one JobManager, with which all jobs end. With {@link Settings#withRecovery},
 * a ZooKeeper server knows who leads, and the next leader goes on with the jobs.
 *
 * <p>All connections use mutual TLS: the REST API accepts the certificates of {@code bin/flink} and
 * of the proxy for browsers only, and JobManager and TaskManagers only each other.
 *
 * <p>Checkpoints stay in the cluster's folder when a job or the cluster ends, see {@link
 * #latestCheckpoint}. The folder also has the command-line client {@code bin/flink}.
 */
public final class FlinkCluster implements AutoCloseable {

    private static final Duration SUBMIT_TIMEOUT = Duration.ofSeconds(240);
    private static final Duration CANCEL_TIMEOUT = Duration.ofSeconds(60);
    private static final Pattern SUBMITTED =
            Pattern.compile("Job has been submitted with JobID ([0-9a-f]{32})");
    private static final Pattern SAVED = Pattern.compile("Savepoint completed\\. Path: (\\S+)");
    private static final String CONF = "conf";
    private static final String CLI_CONF = "conf-cli";
    private static final String ENTRYPOINTS = "org.apache.flink.runtime.";
    private static final List<String> EARLY_CIPHERS =
            List.of(
                    "-XX:CompileCommand=quiet",
                    "-XX:CompileCommand=CompileThresholdScaling,com.sun.crypto.provider.*::*,0.1");

    private static final String CLI = "org.apache.flink.client.cli.CliFrontend";

    /** The server and the shell of ZooKeeper, as they are in Flink's own jars. */
    private static final String ZOOKEEPER =
            "org.apache.flink.shaded.zookeeper3.org.apache.zookeeper.";

    private static final String LEADER_NODE = "/flink/default/leader/rest_server/connection_info";
    private static final Pattern LEADER = Pattern.compile("https://[\\d.]+:(\\d+)");
    private static final int ZOOKEEPER_TIMEOUT_MS = 2_000;

    // memory of a TaskManager, which Flink's scripts would compute from one total
    private static final int FRAMEWORK_HEAP_MB = 128;
    private static final int FRAMEWORK_OFF_HEAP_MB = 128;
    private static final int TASK_OFF_HEAP_MB = 64;
    private static final int NETWORK_MB = 64;
    private static final int METASPACE_MB = 256;

    private static final String REPORTER = "prom";
    private static final String REPORTER_KEYS = "metrics.reporter." + REPORTER + ".";
    private static final String REPORTER_FACTORY = REPORTER_KEYS + "factory.class";
    private static final String PROMETHEUS_REPORTER =
            "org.apache.flink.metrics.prometheus.PrometheusReporterFactory";

    private static final Duration VALIDITY = Duration.ofDays(3650);

    private final Path folder;
    private final Settings settings;
    private final String flinkClassPath;
    private final Path loggerSettings;
    private final FlinkCertificates certificates;

    /** Empty without recovery. */
    private final Optional<FlinkProcess> zooKeeper;

    /** Ports of the metrics of JobManagers and TaskManagers, by their names. */
    private final Map<String, Integer> metricsPorts = new HashMap<>();

    private final List<JobManager> jobManagers = new ArrayList<>();
    private final List<FlinkProcess> taskManagers = new ArrayList<>();
    private final FlinkRest rest;

    /** A JobManager; the port of its process is that of its REST API. */
    private record JobManager(FlinkProcess process, int rpcPort) {}

    /**
     * The settings of a cluster.
     *
     * @param restPort port of the REST API; 0 for any free port
     * @param taskManagers number of TaskManagers, at least 1
     * @param slots number of slots of each TaskManager
     * @param taskHeapMb heap for the tasks of a TaskManager, in MiB
     * @param managedMemoryMb memory for RocksDB, in MiB; 0 suffices for state on the heap
     * @param configuration Flink configuration that overrides the defaults of this class
     * @param jobManagers number of JobManagers, at least 1
     * @param recovery whether jobs outlive the JobManager that leads; always so with several
     * @param classPath jars and folders of classes for all processes, besides Flink
     */
    public record Settings(
            int restPort,
            int taskManagers,
            int slots,
            int taskHeapMb,
            int managedMemoryMb,
            Map<String, String> configuration,
            int jobManagers,
            boolean recovery,
            List<Path> classPath) {

        /** Settings with one JobManager, with which all jobs end. */
        public Settings(
                int restPort,
                int taskManagers,
                int slots,
                int taskHeapMb,
                int managedMemoryMb,
                Map<String, String> configuration) {
            this(
                    restPort,
                    taskManagers,
                    slots,
                    taskHeapMb,
                    managedMemoryMb,
                    configuration,
                    1,
                    false,
                    List.of());
        }

        /** Returns settings with one TaskManager, the given number of slots and a free port. */
        public static Settings ofSlots(int slots) {
            return new Settings(0, 1, slots, 512, 0, Map.of());
        }

        public Settings withRestPort(int port) {
            return new Settings(
                    port,
                    taskManagers,
                    slots,
                    taskHeapMb,
                    managedMemoryMb,
                    configuration,
                    jobManagers,
                    recovery,
                    classPath);
        }

        public Settings withTaskManagers(int number) {
            return new Settings(
                    restPort,
                    number,
                    slots,
                    taskHeapMb,
                    managedMemoryMb,
                    configuration,
                    jobManagers,
                    recovery,
                    classPath);
        }

        /** Adds a ZooKeeper server, by which one of the JobManagers leads and jobs outlive it. */
        public Settings withRecovery(int number) {
            return new Settings(
                    restPort,
                    taskManagers,
                    slots,
                    taskHeapMb,
                    managedMemoryMb,
                    configuration,
                    number,
                    true,
                    classPath);
        }

        /** Adds a jar or a folder of classes to the class path of all processes. */
        public Settings withClassPath(Path path) {
            List<Path> more = new ArrayList<>(classPath);
            more.add(path);
            return new Settings(
                    restPort,
                    taskManagers,
                    slots,
                    taskHeapMb,
                    managedMemoryMb,
                    configuration,
                    jobManagers,
                    recovery,
                    List.copyOf(more));
        }

        /**
         * Makes each JobManager and TaskManager export its metrics to Prometheus as in {@code
         * flink-conf}, but on a free port of 127.0.0.1: see {@link #jobManagerMetrics}.
         */
        public Settings withMetrics() {
            return with("metrics.reporters", REPORTER)
                    .with(REPORTER_FACTORY, PROMETHEUS_REPORTER)
                    .with(REPORTER_KEYS + "filterLabelValueCharacters", "false")
                    .withClassPath(LoopbackHttpServers.classPath());
        }

        private boolean exportsMetrics() {
            return configuration.containsKey(REPORTER_FACTORY);
        }

        /** Adds a key of Flink's configuration. */
        public Settings with(String key, String value) {
            Map<String, String> more = new LinkedHashMap<>(configuration);
            more.put(key, value);
            return new Settings(
                    restPort,
                    taskManagers,
                    slots,
                    taskHeapMb,
                    managedMemoryMb,
                    Map.copyOf(more),
                    jobManagers,
                    recovery,
                    classPath);
        }
    }

    private FlinkCluster(Path folder, Settings settings) {
        this.folder = folder.toAbsolutePath();
        this.settings = settings;
        this.flinkClassPath = flinkClassPath();
        this.loggerSettings = JavaCommand.copyResource("flink-log4j2.properties", this.folder);
        this.certificates =
                FlinkCertificates.in(
                        this.folder.resolve("tls"),
                        List.of("localhost", Ports.HOST),
                        Clock.systemUTC(),
                        VALIDITY);
        this.zooKeeper =
                settings.recovery() ? Optional.of(zooKeeper(Ports.free())) : Optional.empty();
        for (int index = 0; index < settings.jobManagers(); index++) {
            String name = settings.recovery() ? "jobmanager-" + index : "jobmanager";
            jobManagers.add(jobManager(name, index == 0 ? settings.restPort() : 0));
        }
        for (int index = 0; index < settings.taskManagers(); index++) {
            taskManagers.add(taskManager("taskmanager-" + index));
        }
        this.rest =
                new FlinkRest(
                        jobManagers.stream().map(each -> restUrl(each.process().port)).toList(),
                        Optional.of(certificates.cli()));
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

    /** Returns the address of the REST API of the first JobManager, {@code https://host:port}. */
    public String restUrl() {
        return restUrl(jobManagers.get(0).process().port);
    }

    private static String restUrl(int port) {
        return "https://" + Ports.HOST + ":" + port;
    }

    /** Returns the port by which TaskManagers call the first JobManager. */
    int rpcPort() {
        return jobManagers.get(0).rpcPort();
    }

    /** Returns a client of the REST API of any JobManager: each answers for the one that leads. */
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
        return submit(jar, resumeFrom, OptionalInt.empty(), arguments);
    }

    /**
     * Submits a job as above.
     *
     * @param parallelism the job's parallelism; empty for that of the cluster's configuration
     */
    public String submit(
            Path jar, Optional<Path> resumeFrom, OptionalInt parallelism, String... arguments) {
        if (!Files.exists(jar)) {
            throw new StackException(jar + " is missing: run `klines build`");
        }
        List<String> words = new ArrayList<>(List.of("run", "--detached"));
        parallelism.ifPresent(
                number -> words.addAll(List.of("--parallelism", Integer.toString(number))));
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
                processes().stream().map(EmbeddedServer::process).toList(),
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

    /**
     * Takes a savepoint of a running job.
     *
     * @throws StackException if it is not taken within a minute
     */
    public Path savepoint(String jobId) {
        return savepoint(List.of("savepoint", jobId));
    }

    /**
     * Takes a savepoint and stops the job with it.
     *
     * @throws StackException if it is not taken within a minute; the job goes on then, unless it
     *     stopped a moment later
     */
    public Path stopWithSavepoint(String jobId) {
        return savepoint(List.of("stop", jobId));
    }

    private Path savepoint(List<String> words) {
        String output = commandLine(words);
        Matcher path = SAVED.matcher(output);
        if (!path.find()) {
            throw new StackException("no savepoint was taken:\n" + output.strip());
        }
        return Path.of(URI.create(path.group(1)).getPath());
    }

    /** Cancels the job and waits until it has ended. Its last checkpoint stays. */
    public void cancel(String jobId) throws IOException, InterruptedException {
        rest.cancel(jobId);
        awaitState(jobId, "CANCELED", CANCEL_TIMEOUT);
    }

    /** Returns the JobManagers. */
    public List<EmbeddedServer> jobManagers() {
        return jobManagers.stream().<EmbeddedServer>map(JobManager::process).toList();
    }

    /** Returns the TaskManagers. */
    public List<EmbeddedServer> taskManagers() {
        return List.copyOf(taskManagers);
    }

    /**
     * Returns the addresses {@code host:port} of the metrics of the JobManagers, which stay the
     * same when processes are restarted. Empty without {@link Settings#withMetrics}.
     */
    public List<String> jobManagerMetrics() {
        return metricsAddresses(jobManagers());
    }

    /** Returns the addresses of the metrics of the TaskManagers, as above. */
    public List<String> taskManagerMetrics() {
        return metricsAddresses(taskManagers());
    }

    private List<String> metricsAddresses(List<EmbeddedServer> processes) {
        return processes.stream()
                .filter(process -> settings.exportsMetrics())
                .map(process -> Ports.HOST + ":" + metricsPorts.get(process.name()))
                .toList();
    }

    /**
     * Returns the JobManager that leads, by what ZooKeeper says. After the leader's death, this is
     * the dead one until ZooKeeper has noticed it.
     *
     * @throws StackException if none leads at the moment
     */
    public EmbeddedServer leader() {
        if (zooKeeper.isEmpty()) {
            return jobManagers.get(0).process();
        }
        List<String> options = new ArrayList<>(JavaCommand.SMALL);
        options.add("-Xmx64m");
        ServerProcess.Command shell =
                command("leader", options, ZOOKEEPER + "ZooKeeperMain")
                        .word("-waitforconnection", "-server", zooKeeperAddress())
                        .word("get", LEADER_NODE);
        Matcher address = LEADER.matcher(output(shell));
        if (!address.find()) {
            throw new StackException("no JobManager leads");
        }
        int port = Integer.parseInt(address.group(1));
        return jobManagers().stream()
                .filter(process -> process.port == port)
                .findFirst()
                .orElseThrow(() -> new StackException("a stranger leads: port " + port));
    }

    /**
     * Kills a TaskManager with SIGKILL.
     *
     * @param index the index of the TaskManager, from 0
     */
    public void killTaskManager(int index) {
        taskManagers.get(index).kill();
    }

    /**
     * Restarts every TaskManager whose process has ended. Does not wait for their registration.
     *
     * @return the number of restarted TaskManagers
     */
    public int restartDeadTaskManagers() {
        int dead = 0;
        for (FlinkProcess taskManager : taskManagers) {
            if (!taskManager.isAlive()) {
                taskManager.kill();
                taskManager.launch();
                dead++;
            }
        }
        return dead;
    }

    /** Returns whether a JobManager is running. All jobs end with the last one. */
    public boolean isJobManagerAlive() {
        return jobManagers.stream().anyMatch(each -> each.process().isAlive());
    }

    /** Returns the process ids: of JobManagers, then of TaskManagers, last of ZooKeeper. */
    public List<Long> pids() {
        return processes().stream().map(EmbeddedServer::pid).toList();
    }

    /** Kills all processes with SIGKILL. The jobs end, their checkpoints stay. */
    public void kill() {
        processes().forEach(EmbeddedServer::kill);
    }

    /** Stops all processes. The jobs end, their checkpoints stay. */
    public void stop() {
        // TaskManagers are killed, since their state is in the checkpoints
        taskManagers.forEach(EmbeddedServer::kill);
        jobManagers.forEach(each -> each.process().stop());
        zooKeeper.ifPresent(EmbeddedServer::stop);
    }

    /** Stops the cluster and starts it again with the same port and without jobs. */
    public void restart() {
        stop();
        start();
    }

    /** Kills all processes with SIGKILL. The jobs end, their checkpoints stay. */
    @Override
    public void close() {
        processes().forEach(EmbeddedServer::close);
    }

    private List<FlinkProcess> processes() {
        List<FlinkProcess> all = new ArrayList<>();
        jobManagers.forEach(each -> all.add(each.process()));
        all.addAll(taskManagers);
        zooKeeper.ifPresent(all::add);
        return all;
    }

    private void start() {
        writeConfiguration();
        try {
            // JobManagers give up soon without it
            zooKeeper.ifPresent(EmbeddedServer::start);
            List<FlinkProcess> flink = new ArrayList<>();
            jobManagers.forEach(each -> flink.add(each.process()));
            flink.addAll(taskManagers);
            EmbeddedServer.startAll(flink);
        } catch (StackException e) {
            zooKeeper.filter(EmbeddedServer::isAlive).ifPresent(EmbeddedServer::kill);
            throw e;
        }
    }

    private JobManager jobManager(String name, int wantedPort) {
        int port = Ports.orFree(wantedPort);
        metricsPorts.put(name, Ports.free());
        int rpcPort = Ports.free();
        Map<String, Integer> ports =
                Map.of(
                        "rest.port", port,
                        "rest.bind-port", port,
                        "jobmanager.rpc.port", rpcPort,
                        "high-availability.jobmanager.port", rpcPort);
        FlinkRest own = new FlinkRest(restUrl(port), Optional.of(certificates.cli()));
        FlinkProcess process =
                new FlinkProcess(
                        name,
                        folder,
                        port,
                        () -> {
                            ServerProcess.Command command =
                                    flinkCommand(
                                            name,
                                            List.of(
                                                    "-Xmx512m",
                                                    "-XX:+UseSerialGC",
                                                    "-XX:MaxMetaspaceSize=256m"),
                                            ENTRYPOINTS
                                                    + "entrypoint.StandaloneSessionClusterEntrypoint");
                            ports.forEach((key, value) -> command.word("-D", key + "=" + value));
                            return command;
                        },
                        () -> {
                            own.taskManagerIds();
                            return true;
                        });
        return new JobManager(process, rpcPort);
    }

    private FlinkProcess taskManager(String name) {
        int heapMb = FRAMEWORK_HEAP_MB + settings.taskHeapMb();
        int directMb = FRAMEWORK_OFF_HEAP_MB + TASK_OFF_HEAP_MB + NETWORK_MB;
        metricsPorts.put(name, Ports.free());
        // a new id at each start, so that the dead one is not taken for the new one
        AtomicInteger starts = new AtomicInteger();
        return new FlinkProcess(
                name,
                folder,
                Ports.free(),
                () ->
                        flinkCommand(
                                        name,
                                        List.of(
                                                "-Xms" + heapMb + "m",
                                                "-Xmx" + heapMb + "m",
                                                "-XX:+UseParallelGC",
                                                "-XX:MaxDirectMemorySize=" + directMb + "m",
                                                "-XX:MaxMetaspaceSize=" + METASPACE_MB + "m"),
                                        ENTRYPOINTS + "taskexecutor.TaskManagerRunner")
                                .word("-D", resourceId(name, starts.incrementAndGet())),
                () -> rest.taskManagerIds().contains(name + "-" + starts));
    }

    private static String resourceId(String name, int start) {
        return "taskmanager.resource-id=%s-%d".formatted(name, start);
    }

    private FlinkProcess zooKeeper(int port) {
        Path settingsFile = folder.resolve("zookeeper.properties");
        return new FlinkProcess(
                "zookeeper",
                folder,
                port,
                () -> {
                    write(
                            settingsFile,
                            """
                            clientPortAddress=%s
                            clientPort=%d
                            dataDir=%s
                            tickTime=2000
                            admin.enableServer=false
                            4lw.commands.whitelist=ruok
                            """
                                    .formatted(Ports.HOST, port, folder.resolve("zookeeper")));
                    List<String> options = new ArrayList<>(JavaCommand.SMALL);
                    options.add("-Xmx128m");
                    return command("zookeeper", options, ZOOKEEPER + "server.ZooKeeperServerMain")
                            .word(settingsFile.toString());
                },
                () -> isZooKeeperOk(port));
    }

    private static boolean isZooKeeperOk(int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(Ports.HOST, port), ZOOKEEPER_TIMEOUT_MS);
            socket.setSoTimeout(ZOOKEEPER_TIMEOUT_MS);
            socket.getOutputStream().write("ruok".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .equals("imok");
        }
    }

    private String zooKeeperAddress() {
        return Ports.HOST + ":" + zooKeeper.orElseThrow().port;
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String commandLine(List<String> words) {
        return output(
                new ServerProcess.Command("cli", folder)
                        .word(commandLine().toString())
                        .words(words));
    }

    /** Runs a command, one at a time, because all write to the same log, and returns its output. */
    private synchronized String output(ServerProcess.Command command) {
        try {
            Files.deleteIfExists(command.log());
            command.start().waitFor(SUBMIT_TIMEOUT);
            return Files.readString(command.log());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("interrupted while a command ran", e);
        }
    }

    private void writeCommandLine() throws IOException {
        List<String> options = new ArrayList<>(List.of("-Xmx512m", "-XX:+UseSerialGC"));
        SharedClasses shared = sharedClasses(CLI);
        options.addAll(shared.silence());
        List<String> java = java("cli", options, CLI);
        Files.createDirectories(commandLine().getParent());
        Files.writeString(
                commandLine(),
                """
                #!/bin/sh
                export FLINK_CONF_DIR=%s CLASSPATH=%s
                %s
                exec %s ${shared:+"$shared"} %s "$@"
                """
                        .formatted(
                                quoted(folder.resolve(CLI_CONF).toString()),
                                quoted(classPath()),
                                shared.shellOption(),
                                quoted(java.get(0)),
                                java.stream()
                                        .skip(1)
                                        .map(FlinkCluster::quoted)
                                        .collect(Collectors.joining(" "))));
        Files.setPosixFilePermissions(commandLine(), PosixFilePermissions.fromString("rwx------"));
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    /** Returns the command of a JobManager or TaskManager, to which arguments can be added. */
    private ServerProcess.Command flinkCommand(
            String name, List<String> jvmOptions, String entrypoint) {
        List<String> options = new ArrayList<>(jvmOptions);
        if (settings.exportsMetrics()) {
            options.addAll(LoopbackHttpServers.JVM_OPTIONS);
        }
        ServerProcess.Command command =
                command(name, options, entrypoint)
                        .word("--configDir", configurationFolder().toString());
        return settings.exportsMetrics()
                ? command.word("-D", REPORTER_KEYS + "port=" + metricsPorts.get(name))
                : command;
    }

    private ServerProcess.Command command(String name, List<String> jvmOptions, String mainClass) {
        SharedClasses shared = sharedClasses(mainClass);
        List<String> options = new ArrayList<>(jvmOptions);
        options.addAll(shared.options());
        return new ServerProcess.Command(name, folder)
                .environment("CLASSPATH", classPath())
                .environment("FLINK_CONF_DIR", configurationFolder().toString())
                .words(java(name, options, mainClass))
                .sharedClasses(shared);
    }

    private SharedClasses sharedClasses(String mainClass) {
        return SharedClasses.of(mainClass, flinkClassPath, settings.classPath());
    }

    /**
     * Returns a command line of Flink. These JVMs need the optimizing compiler, and ciphers after a
     * tenth of the usual calls: only optimized code uses the processor's AES instructions, without
     * which the job's jar of 33 MB takes five seconds to each of them.
     */
    private List<String> java(String name, List<String> jvmOptions, String mainClass) {
        List<String> options = new ArrayList<>(openedModules());
        options.addAll(EARLY_CIPHERS);
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

    private String classPath() {
        List<String> all = new ArrayList<>(List.of(flinkClassPath));
        settings.classPath().forEach(path -> all.add(path.toAbsolutePath().toString()));
        return String.join(File.pathSeparator, all);
    }

    private static String flinkClassPath() {
        Path file = ProjectHome.find().flinkClassPath();
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new StackException(file + " is missing: run `klines build`", e);
        }
    }

    /** Returns the JVM options that Flink needs on Java 17. The build copies them from the pom. */
    static List<String> openedModules() {
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
        keys.put("jobmanager.rpc.port", Integer.toString(rpcPort()));
        keys.put("jobmanager.bind-host", Ports.HOST);
        keys.put("rest.address", Ports.HOST);
        keys.put("rest.bind-address", Ports.HOST);
        String restPort = Integer.toString(jobManagers.get(0).process().port);
        keys.put("rest.port", restPort);
        keys.put("rest.bind-port", restPort);
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
        // as long, the REST API has no new metrics once a process has ended that was asked for them
        keys.put("web.timeout", "1 min");
        keys.put("restart-strategy.type", "exponential-delay");
        keys.put("restart-strategy.exponential-delay.initial-backoff", "1 s");
        keys.put("restart-strategy.exponential-delay.max-backoff", "20 s");
        keys.put("restart-strategy.exponential-delay.backoff-multiplier", "2");
        // the next failure has a cause of its own, and its restart does not wait long
        keys.put("restart-strategy.exponential-delay.reset-backoff-threshold", "20 s");
        // the defaults are for certificates with RSA keys
        keys.put("security.ssl.protocol", "TLSv1.3");
        keys.put("security.ssl.algorithms", "TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384");
        if (zooKeeper.isPresent()) {
            keys.put("high-availability.type", "zookeeper");
            keys.put("high-availability.zookeeper.quorum", zooKeeperAddress());
            keys.put("high-availability.storageDir", folder.resolve("recovery").toUri().toString());
            // a dead leader is noticed in time, but a busy one keeps leading
            keys.put("high-availability.zookeeper.client.session-timeout", "10 s");
        }
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
