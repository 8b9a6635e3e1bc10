package io.dexklines.local.stack;

import io.dexklines.access.proxy.FlinkProxy;
import io.dexklines.local.simulator.SimulatedChain;
import io.dexklines.local.simulator.Simulator;
import io.dexklines.local.wallets.FollowConditions;
import io.dexklines.local.wallets.WalletKey;
import io.dexklines.local.wallets.WalletLists;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The job, the servers that it needs and, optionally, a simulated market, on one machine. All state
 * is in one folder. A later stack in the same folder resumes the job from its last checkpoint.
 */
public final class Stack implements AutoCloseable {

    private static final Duration JOB_TIMEOUT = Duration.ofSeconds(240);
    private static final long SUPERVISION_PERIOD_MS = 1_000;
    private static final Duration RETENTION_PERIOD = Duration.ofMinutes(10);
    private static final Duration LOG_PERIOD = Duration.ofSeconds(10);

    /** Number of slots of the cluster, and so the highest parallelism of the job. */
    public static final int SLOTS = 4;

    private static final String SIMULATOR = "io.dexklines.local.simulator.Simulator";

    /** The user who follows some of the simulated wallets. */
    public static final String DEMO_USER = "demo";

    private static final int FOLLOWED_WALLETS_PER_CHAIN = 4;

    private final StackSettings settings;
    private final ProjectHome home;
    private final PrintStream log;
    private final Path folder;
    private final int relayPort;
    private final FileChannel lock;
    private final long startedNs = System.nanoTime();
    private final Deque<AutoCloseable> started = new ConcurrentLinkedDeque<>();

    private EmbeddedKafka kafka;
    private EmbeddedMariaDb mariaDb;
    private EmbeddedRedis redis;
    private EmbeddedRelay relay;
    private FlinkCluster flink;
    private FlinkProxy flinkUi;

    /** Null without monitoring. */
    private EmbeddedPrometheus prometheus;

    private ServerProcess simulator;
    private String jobId;

    private Stack(StackSettings settings, ProjectHome home, PrintStream log) throws IOException {
        this.settings = settings;
        this.home = home;
        this.log = log;
        this.folder = settings.folder().toAbsolutePath();
        this.relayPort = Ports.orFree(settings.ports().relay());
        this.lock = lock(folder);
    }

    /**
     * Checks the preconditions of a start.
     *
     * @throws StackException if a stack is up in the folder, the folder cannot be used, the job is
     *     not built, Prometheus is wanted and not installed, or a port is in use
     */
    public static void check(StackSettings settings, ProjectHome home) throws IOException {
        StackFiles.requireFolder(settings.folder());
        Optional<ProcessHandle> running = RunningStack.process(settings.folder());
        if (running.isPresent()) {
            throw new StackException(
                    "a stack is up already in %s (process %d)%n`klines status` shows it, `klines down` stops it"
                            .formatted(settings.folder(), running.get().pid()));
        }
        StackFiles.requireWritable(settings.folder());
        // processes of a killed stack would occupy the ports
        RecordedProcess.killAllIn(settings.folder());
        if (settings.monitoring()) {
            EmbeddedPrometheus.requiredProgram();
        }
        if (!Files.exists(home.jobJar())) {
            throw new StackException(home.jobJar() + " is missing: run `klines build`");
        }
        List<String> taken = settings.ports().taken();
        if (!taken.isEmpty()) {
            throw new StackException(String.join("\n", taken));
        }
    }

    /**
     * Starts everything and returns once the job is running.
     *
     * @param fresh whether to delete the state in the folder first
     * @param log receives the address of the chart, then a short line for each step
     * @throws StackException if {@link #check} fails or a part does not start; the other parts are
     *     stopped then
     */
    public static Stack start(
            StackSettings settings, ProjectHome home, boolean fresh, PrintStream log)
            throws IOException {
        check(settings, home);
        Stack stack = new Stack(settings, home, log);
        try {
            log.printf(
                    "http://%s:%d  chart, available once the relay is ready%n",
                    Ports.HOST, stack.relayPort);
            stack.prepareFolder(fresh);
            stack.startServers();
            if (settings.simulation().isPresent()) {
                // before the first trades, of which the history has many at once
                stack.followSomeWallets();
                // Kafka keeps the first trades while the job starts
                stack.startSimulator();
            }
            stack.submitJob();
            stack.addresses().write(stack.folder);
            return stack;
        } catch (RuntimeException | IOException e) {
            stack.close();
            throw e;
        }
    }

    /** Returns the addresses of all parts. */
    public RunningStack addresses() {
        return new RunningStack(
                kafka.bootstrapServers(),
                kafka.users().clientFile(kafka.users().producer()).toString(),
                kafka.users().clientFile(kafka.users().verifier()).toString(),
                mariaDb.jdbcUrl(),
                mariaDb.verifier().user(),
                mariaDb.verifier().passwordFile().toString(),
                redis.uri(),
                redis.verifier().user(),
                redis.verifier().passwordFile().toString(),
                flink.restUrl(),
                "http://" + Ports.HOST + ":" + flinkUi.port(),
                flink.certificates().folder().toString(),
                relay.url(),
                relay.adminUrl(),
                flinkMetrics(),
                prometheus == null ? null : prometheus.url(),
                jobId,
                mariaDb.commandLine(),
                flink.commandLine().toString());
    }

    /** Returns the broker, for tests of outages. */
    public EmbeddedKafka kafka() {
        return kafka;
    }

    /** Returns the database, for tests of outages. */
    public EmbeddedMariaDb mariaDb() {
        return mariaDb;
    }

    /** Returns the cache, for tests of outages. */
    public EmbeddedRedis redis() {
        return redis;
    }

    /** Returns the relay, for tests of outages. */
    public EmbeddedRelay relay() {
        return relay;
    }

    /** Returns the cluster, for tests of outages. */
    public FlinkCluster flink() {
        return flink;
    }

    /**
     * Restarts processes that die, limits their logs, and deletes old rows of a simulated market,
     * until this JVM shuts down.
     */
    public void supervise() throws InterruptedException, IOException {
        LogLimit logs = new LogLimit(folder, LogLimit.MAX_BYTES);
        long retentionAtNs = System.nanoTime();
        long logsAtNs = retentionAtNs;
        while (!ServerProcess.isShuttingDown()) {
            try {
                restartDeadProcesses();
                if (System.nanoTime() - logsAtNs >= 0) {
                    logsAtNs = System.nanoTime() + LOG_PERIOD.toNanos();
                    logs.apply();
                }
                if (settings.simulation().isPresent() && System.nanoTime() - retentionAtNs >= 0) {
                    deleteOldRows();
                    retentionAtNs = System.nanoTime() + RETENTION_PERIOD.toNanos();
                }
            } catch (StackException e) {
                if (!ServerProcess.isShuttingDown()) {
                    log("%s; retrying", e.getMessage());
                }
            }
            Thread.sleep(SUPERVISION_PERIOD_MS);
        }
    }

    /** Stops all processes. The state stays in the folder. */
    @Override
    public void close() {
        try (lock) {
            RunningStack.remove(folder);
            while (!started.isEmpty()) {
                try {
                    started.pollLast().close();
                } catch (Exception e) {
                    log("%s", e.getMessage());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void prepareFolder(boolean fresh) throws IOException {
        if (fresh) {
            Files.deleteIfExists(JobConfig.file(folder));
            try (Stream<Path> children = Files.list(folder)) {
                for (Path child : children.filter(Files::isDirectory).toList()) {
                    StackFiles.deleteFolder(child);
                }
            }
        }
        RunningStack.remove(folder);
        RecordedProcess.write(RunningStack.processFile(folder), ProcessHandle.current());
    }

    /** Starts all servers at the same time. The relay first waits for its stores. */
    private void startServers() {
        try {
            StackSettings.Ports ports = settings.ports();
            CompletableFuture<EmbeddedMariaDb> mariaDbStart =
                    starting("MySQL", () -> startMariaDb(ports.mysql()), EmbeddedServer::stop);
            CompletableFuture<EmbeddedKafka> kafkaStart =
                    starting("Kafka", () -> startKafka(ports.kafka()), EmbeddedServer::stop);
            CompletableFuture<FlinkCluster> flinkStart =
                    starting("Flink", this::startFlink, FlinkCluster::stop);
            CompletableFuture<EmbeddedRedis> redisStart =
                    starting(
                            "Redis",
                            () -> EmbeddedRedis.start(folder.resolve("redis"), ports.redis()),
                            EmbeddedServer::stop);
            CompletableFuture<EmbeddedRelay> relayStart =
                    starting(
                            "relay",
                            () ->
                                    EmbeddedRelay.start(
                                            folder.resolve("relay"),
                                            relayPort,
                                            mariaDbStart.join(),
                                            redisStart.join(),
                                            kafkaStart.join()),
                            EmbeddedServer::stop);
            CompletableFuture.allOf(mariaDbStart, kafkaStart, flinkStart, redisStart, relayStart)
                    .join();
            kafka = kafkaStart.join();
            mariaDb = mariaDbStart.join();
            redis = redisStart.join();
            relay = relayStart.join();
            flink = flinkStart.join();
            flinkUi = startFlinkUi(ports.flinkUi());
            if (settings.monitoring()) {
                prometheus = startPrometheus(ports.prometheus());
            }
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private <T> CompletableFuture<T> starting(String name, Supplier<T> start, Consumer<T> stop) {
        return CompletableFuture.supplyAsync(
                () -> {
                    T server = start.get();
                    started.add(() -> stop.accept(server));
                    log("%s is ready", name);
                    return server;
                },
                task -> new Thread(task, "start-" + name).start());
    }

    private EmbeddedKafka startKafka(int port) {
        Path kafkaFolder = folder.resolve("kafka");
        // what a user replays stays, since nobody knows how fast the job has to read it
        EmbeddedKafka broker =
                settings.simulation()
                        .map(
                                simulation ->
                                        EmbeddedKafka.startGuarded(
                                                kafkaFolder, port, simulation.partitionBytes()))
                        .orElseGet(() -> EmbeddedKafka.startGuarded(kafkaFolder, port));
        broker.createTopics(JobTopics.all());
        return broker;
    }

    private EmbeddedMariaDb startMariaDb(int port) {
        EmbeddedMariaDb database = EmbeddedMariaDb.start(folder.resolve("mariadb"), port);
        database.migrate();
        return database;
    }

    private FlinkCluster startFlink() {
        Path flinkFolder = folder.resolve("flink");
        StateBackend backend = StateBackend.of(flinkFolder);
        if (backend == StateBackend.HEAP) {
            log("the job's state in this folder is on the heap; docs/local.md says how to move it");
        }
        FlinkCluster.Settings cluster =
                backend.cluster(SLOTS)
                        .with("parallelism.default", Integer.toString(settings.parallelism()));
        if (settings.monitoring()) {
            cluster = cluster.withMetrics();
        }
        for (Map.Entry<String, String> key : settings.flinkConfiguration().entrySet()) {
            cluster = cluster.with(key.getKey(), key.getValue());
        }
        return FlinkCluster.start(flinkFolder, cluster);
    }

    /** Starts the web UI, which restarts of the cluster do not concern: it keeps its port. */
    private FlinkProxy startFlinkUi(int port) {
        FlinkProxy proxy =
                FlinkProxy.start(
                        new FlinkProxy.Settings(
                                URI.create(flink.restUrl()),
                                flink.certificates().ui(),
                                Ports.HOST,
                                port,
                                Set.of("localhost", Ports.HOST),
                                flink.certificates().linkSecret(),
                                false),
                        Clock.systemUTC());
        started.add(proxy);
        return proxy;
    }

    /** Starts Prometheus, whose targets keep their ports when they are restarted. */
    private EmbeddedPrometheus startPrometheus(int port) {
        EmbeddedPrometheus server =
                EmbeddedPrometheus.start(
                        folder.resolve("prometheus"),
                        port,
                        home.alertRules(),
                        new EmbeddedPrometheus.Targets(
                                flink.jobManagerMetrics(),
                                flink.taskManagerMetrics(),
                                List.of(URI.create(relay.adminUrl()).getAuthority())));
        started.add(server::stop);
        log("Prometheus is ready");
        return server;
    }

    private List<String> flinkMetrics() {
        return Stream.of(flink.jobManagerMetrics(), flink.taskManagerMetrics())
                .flatMap(List::stream)
                .toList();
    }

    private void submitJob() throws IOException {
        Optional<Path> checkpoint = flink.latestCheckpoint();
        jobId = flink.submit(home.jobJar(), checkpoint, "--config", writeJobConfig().toString());
        flink.awaitState(jobId, "RUNNING", JOB_TIMEOUT);
        log(
                "the job is running%s",
                checkpoint.map(path -> ", resumed from " + path.getFileName()).orElse(""));
    }

    /** Writes the job's configuration. Keys that a user has added to the file stay. */
    private Path writeJobConfig() throws IOException {
        Map<String, String> keys = new TreeMap<>();
        keys.put("kafka.bootstrap-servers", kafka.bootstrapServers());
        keys.put("kafka.security-protocol", KafkaUsers.PROTOCOL);
        keys.put("kafka.sasl-mechanism", KafkaUsers.MECHANISM);
        keys.put("kafka.username", kafka.users().job().user());
        keys.put("kafka.password", kafka.users().job().passwordReference());
        keys.put("mysql.url", mariaDb.jdbcUrl());
        keys.put("mysql.username", mariaDb.job().user());
        keys.put("mysql.password", mariaDb.job().passwordReference());
        keys.put("redis.uri", redis.uri());
        keys.put("redis.username", redis.job().user());
        keys.put("redis.password", redis.job().passwordReference());
        keys.put("relay.urls", relay.publishUrl());
        keys.put("relay.token", "file:" + relay.tokenFile());
        keys.put("relay.tape-trades", "20");
        keys.put("check.relay-urls", relay.url());
        return JobConfig.write(folder, keys);
    }

    private void startSimulator() {
        StackSettings.Simulation simulation = settings.simulation().orElseThrow();
        ServerProcess.Command command =
                JavaCommand.onOwnClassPath(
                                "simulator",
                                folder.resolve("simulator"),
                                List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                                SIMULATOR)
                        .word("--bootstrap-servers", kafka.bootstrapServers())
                        .word(
                                "--command-config",
                                kafka.users().clientFile(kafka.users().producer()).toString())
                        .word("--history", Integer.toString(simulation.historyHours()));
        simulation.rate().ifPresent(rate -> command.word("--rate", Double.toString(rate)));
        simulation.seed().ifPresent(seed -> command.word("--seed", Long.toString(seed)));
        if (simulation.hostile()) {
            command.word("--hostile");
        }
        simulator = command.start();
        started.add(simulator::stop);
        log("the simulator is publishing trades");
    }

    /** Makes the demo user follow some wallets, unless wallets are listed already. */
    private void followSomeWallets() {
        try (WalletLists lists = new WalletLists(kafka.brokers())) {
            if (!lists.listed().isEmpty()) {
                return;
            }
            for (SimulatedChain chain : SimulatedChain.values()) {
                List<String> wallets = Simulator.frequentWallets(chain.id());
                for (int i = 0; i < FOLLOWED_WALLETS_PER_CHAIN; i++) {
                    WalletKey wallet = WalletKey.of(chain.id(), wallets.get(i));
                    lists.list(
                            wallet,
                            "%s %d".formatted(chain.name().toLowerCase(Locale.ROOT), i + 1));
                    lists.follow(wallet, DEMO_USER, FollowConditions.ALL);
                }
            }
            lists.flush();
        }
        log("user %s follows some wallets", DEMO_USER);
    }

    private void restartDeadProcesses() throws IOException {
        restartIfDead("Kafka", kafka);
        restartIfDead("MySQL", mariaDb);
        restartIfDead("Redis", redis);
        restartIfDead("the relay", relay);
        if (prometheus != null) {
            restartIfDead("Prometheus", prometheus);
        }
        if (!flink.isJobManagerAlive()) {
            log("Flink's JobManager died: restarting the cluster");
            flink.restart();
            submitJob();
            addresses().write(folder);
        }
        if (flink.restartDeadTaskManagers() > 0) {
            log("a TaskManager died: restarting it");
        }
        if (simulator != null && !simulator.isAlive()) {
            log("the simulator died: restarting it%s", simulator.tail());
            startSimulator();
        }
    }

    private void deleteOldRows() {
        try (Connection connection = mariaDb.connect()) {
            for (MySqlRetention table : MySqlRetention.ALL) {
                table.apply(connection);
            }
        } catch (SQLException e) {
            // the next time deletes these rows too
            log("old rows of MySQL are not deleted: %s", e.getMessage());
        }
    }

    private void restartIfDead(String name, EmbeddedServer server) {
        if (!server.isAlive()) {
            log("%s died: restarting it", name);
            server.restart();
        }
    }

    private void log(String format, Object... arguments) {
        double seconds = (System.nanoTime() - startedNs) / 1e9;
        // a single write, because several threads log
        log.print(
                String.format(Locale.ROOT, "%6.1f s  ", seconds)
                        + String.format(Locale.ROOT, format, arguments)
                        + "\n");
        log.flush();
    }

    /** Creates the folder and locks it, so that no other stack can use it at the same time. */
    private static FileChannel lock(Path folder) throws IOException {
        // private, because it contains passwords
        StackFiles.createPrivateFolder(folder);
        FileChannel channel =
                FileChannel.open(
                        folder.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            throw new StackException("another stack is starting or stopping in " + folder);
        }
        return channel;
    }
}
