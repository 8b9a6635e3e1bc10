package io.dexklines.local.stack;

import io.dexklines.local.simulator.SimulatedChain;
import io.dexklines.local.simulator.Simulator;
import io.dexklines.local.wallets.FollowConditions;
import io.dexklines.local.wallets.WalletKey;
import io.dexklines.local.wallets.WalletLists;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * Everything that the job needs, the job itself and, if wanted, a simulated market, on one machine.
 * All state is in one folder: what was started there before goes on from its last checkpoint.
 */
public final class Stack implements AutoCloseable {

    private static final Duration JOB_RUNS_WITHIN = Duration.ofSeconds(240);
    private static final long SUPERVISION_PERIOD_MS = 1_000;
    private static final int TRADE_PARTITIONS = 4;

    /** More than the job takes at first: it can be scaled out. */
    private static final int SLOTS = 4;

    private static final String JOB_CONFIG = "job.properties";
    private static final String SIMULATOR = "io.dexklines.local.simulator.Simulator";

    /** Who follows some of the simulated wallets. */
    public static final String DEMO_USER = "demo";

    private static final int FOLLOWED_OF_EACH_CHAIN = 4;

    private static final List<NewTopic> TOPICS =
            List.of(
                    topic("sol-trades", TRADE_PARTITIONS),
                    topic("bsc-trades", TRADE_PARTITIONS),
                    topic("evm-trades-v4", TRADE_PARTITIONS),
                    topic("trades-excluded", 1),
                    topic("klines-refused", 1),
                    topic("smart-money-wallets", 1).configs(Map.of("cleanup.policy", "compact")),
                    topic("smart-money-follows", 1).configs(Map.of("cleanup.policy", "compact")),
                    topic("smart-money-notifications", 1),
                    topic("smart-money-clusters", 1));

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
    private ServerProcess simulator;
    private String jobId;

    private Stack(StackSettings settings, ProjectHome home, PrintStream log) {
        this.settings = settings;
        this.home = home;
        this.log = log;
        this.folder = settings.folder().toAbsolutePath();
        this.relayPort = Ports.orFree(settings.ports().relay());
        this.lock = lock(folder);
    }

    /** Why a stack cannot be started; nothing was. Its message is for the user. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /**
     * Refuses what cannot work, before anything is started.
     *
     * @throws Refused if a stack runs in the folder, the job was not built or a port is taken
     */
    public static void check(StackSettings settings, ProjectHome home) {
        RunningStack.process(settings.folder())
                .ifPresent(
                        running -> {
                            throw new Refused(
                                    "a stack is up already in %s (process %d): see `klines status`"
                                            .formatted(settings.folder(), running.pid()));
                        });
        // what a killed stack may have left would hold the ports
        RecordedProcess.killAllBelow(settings.folder());
        if (!Files.exists(home.jobJar())) {
            throw new Refused("there is no " + home.jobJar() + ": `klines build` makes it");
        }
        List<String> taken = settings.ports().taken();
        if (!taken.isEmpty()) {
            throw new Refused(String.join("\n", taken));
        }
    }

    /**
     * Starts everything and returns once the job runs.
     *
     * @param fresh forget what is in the folder first
     * @param log gets the address of the page first, then a short line for each step
     * @throws Refused as {@link #check} does
     * @throws StartException if a part does not start; the others are stopped then
     */
    public static Stack start(
            StackSettings settings, ProjectHome home, boolean fresh, PrintStream log) {
        check(settings, home);
        Stack stack = new Stack(settings, home, log);
        try {
            stack.sayWhereThePageIs();
            stack.prepareFolder(fresh);
            stack.startServers();
            // its first trades wait in the broker while the job starts
            stack.startSimulator();
            stack.followSomeWallets();
            stack.submitJob();
            stack.addresses().write(stack.folder);
            return stack;
        } catch (RuntimeException e) {
            stack.close();
            throw e;
        }
    }

    /** Where everything is. */
    public RunningStack addresses() {
        return new RunningStack(
                kafka.bootstrapServers(),
                mariaDb.jdbcUrl(),
                mariaDb.user(),
                mariaDb.password(),
                redis.uri(),
                flink.restUrl(),
                relay.url(),
                jobId,
                mariaDb.commandLine(),
                flink.commandLine().toString());
    }

    /** Its broker, to be hurt by a test. */
    public EmbeddedKafka kafka() {
        return kafka;
    }

    /** Its database, to be hurt by a test. */
    public EmbeddedMariaDb mariaDb() {
        return mariaDb;
    }

    /** Its cache, to be hurt by a test. */
    public EmbeddedRedis redis() {
        return redis;
    }

    /** Its relay, to be hurt by a test. */
    public EmbeddedRelay relay() {
        return relay;
    }

    /** Its cluster, to be hurt by a test. */
    public FlinkCluster flink() {
        return flink;
    }

    /** Restarts what dies, until this JVM is told to end. */
    public void supervise() throws InterruptedException {
        while (!ServerProcess.isShuttingDown()) {
            try {
                reviveWhatDied();
            } catch (StartException e) {
                if (!ServerProcess.isShuttingDown()) {
                    say("%s; trying again", e.getMessage());
                }
            }
            Thread.sleep(SUPERVISION_PERIOD_MS);
        }
    }

    /** Stops everything; the state stays in the folder. */
    @Override
    public void close() {
        RunningStack.forget(folder);
        while (!started.isEmpty()) {
            try {
                started.pollLast().close();
            } catch (Exception e) {
                say("%s", e.getMessage());
            }
        }
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void prepareFolder(boolean fresh) {
        if (fresh) {
            forgetJobConfig();
            try (Stream<Path> children = Files.list(folder)) {
                for (Path child : children.toList()) {
                    if (Files.isDirectory(child)) {
                        Folders.delete(child);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        RunningStack.forget(folder);
        RecordedProcess.write(RunningStack.processFile(folder), ProcessHandle.current());
    }

    /** All at once: each of them mostly waits, the relay for the two that it reads from. */
    private void startServers() {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            StackSettings.Ports ports = settings.ports();
            CompletableFuture<EmbeddedMariaDb> mariaDbStarts =
                    starting(threads, "MySQL", () -> startMariaDb(ports.mysql()));
            CompletableFuture<EmbeddedKafka> kafkaStarts =
                    starting(threads, "Kafka", () -> startKafka(ports.kafka()));
            CompletableFuture<FlinkCluster> flinkStarts =
                    starting(threads, "Flink", () -> startFlink(ports.flink()));
            CompletableFuture<EmbeddedRedis> redisStarts =
                    starting(
                            threads,
                            "Redis",
                            () -> EmbeddedRedis.start(folder.resolve("redis"), ports.redis()));
            CompletableFuture<EmbeddedRelay> relayStarts =
                    starting(
                            threads,
                            "relay",
                            () ->
                                    EmbeddedRelay.start(
                                            folder.resolve("relay"),
                                            relayPort,
                                            mariaDbStarts.join(),
                                            redisStarts.join()));
            CompletableFuture<Void> all =
                    CompletableFuture.allOf(
                            mariaDbStarts, kafkaStarts, flinkStarts, redisStarts, relayStarts);
            all.join();
            kafka = kafkaStarts.join();
            mariaDb = mariaDbStarts.join();
            redis = redisStarts.join();
            relay = relayStarts.join();
            flink = flinkStarts.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        } finally {
            threads.shutdown();
        }
    }

    private <T extends AutoCloseable> CompletableFuture<T> starting(
            ExecutorService threads, String name, Supplier<T> start) {
        return CompletableFuture.supplyAsync(
                () -> {
                    T server = start.get();
                    started.add(server);
                    say("%s is ready", name);
                    return server;
                },
                threads);
    }

    private EmbeddedKafka startKafka(int port) {
        EmbeddedKafka broker = EmbeddedKafka.start(folder.resolve("kafka"), port);
        broker.createTopics(TOPICS);
        return broker;
    }

    private EmbeddedMariaDb startMariaDb(int port) {
        EmbeddedMariaDb database = EmbeddedMariaDb.start(folder.resolve("mariadb"), port);
        database.migrate(home.mysqlMigrations());
        return database;
    }

    private FlinkCluster startFlink(int port) {
        return FlinkCluster.start(
                folder.resolve("flink"),
                FlinkCluster.Settings.ofSlots(Math.max(SLOTS, settings.parallelism()))
                        .withRestPort(port)
                        .with("parallelism.default", Integer.toString(settings.parallelism())));
    }

    private void submitJob() {
        Optional<Path> checkpoint = flink.latestCheckpoint();
        jobId = flink.submit(home.jobJar(), checkpoint, "--config", writeJobConfig().toString());
        flink.awaitState(jobId, "RUNNING", JOB_RUNS_WITHIN);
        say(
                "the job runs%s",
                checkpoint.map(path -> ", resumed from " + path.getFileName()).orElse(""));
    }

    /** The job's configuration: what is known here, and what an operator has added to the file. */
    private Path writeJobConfig() {
        Map<String, String> keys = new LinkedHashMap<>(jobConfig());
        keys.put("kafka.bootstrap-servers", kafka.bootstrapServers());
        keys.put("mysql.url", mariaDb.jdbcUrl());
        keys.put("mysql.username", mariaDb.user());
        keys.put("mysql.password", "file:" + mariaDb.passwordFile());
        keys.put("redis.uri", redis.uri());
        keys.put("relay.urls", relay.publishUrl());
        keys.put("relay.token", "file:" + relay.tokenFile());
        List<String> lines = new ArrayList<>();
        keys.forEach((key, value) -> lines.add(key + "=" + value));
        try {
            return Files.write(folder.resolve(JOB_CONFIG), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, String> jobConfig() {
        Path file = folder.resolve(JOB_CONFIG);
        Properties properties = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        Map<String, String> keys = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> keys.put(key, properties.getProperty(key)));
        return keys;
    }

    private void forgetJobConfig() {
        try {
            Files.deleteIfExists(folder.resolve(JOB_CONFIG));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void startSimulator() {
        if (!settings.simulator()) {
            return;
        }
        ServerProcess.Command command =
                JavaCommand.onOwnClassPath(
                                "simulator",
                                folder.resolve("simulator"),
                                List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                                SIMULATOR)
                        .word("--bootstrap-servers", kafka.bootstrapServers());
        settings.simulatorRate().ifPresent(rate -> command.word("--rate", Double.toString(rate)));
        settings.simulatorSeed().ifPresent(seed -> command.word("--seed", Long.toString(seed)));
        simulator = command.start();
        started.add(simulator::stop);
        say("the simulator publishes trades");
    }

    /** So that alerts are seen at once. What somebody did to the lists since stays as it is. */
    private void followSomeWallets() {
        if (!settings.simulator()) {
            return;
        }
        try (WalletLists lists = new WalletLists(kafka.bootstrapServers())) {
            if (!lists.listed().isEmpty()) {
                return;
            }
            for (SimulatedChain chain : SimulatedChain.values()) {
                List<String> wallets = Simulator.frequentWallets(chain.id());
                for (int i = 0; i < FOLLOWED_OF_EACH_CHAIN; i++) {
                    WalletKey wallet = WalletKey.of(chain.id(), wallets.get(i));
                    lists.list(
                            wallet,
                            "%s %d".formatted(chain.name().toLowerCase(Locale.ROOT), i + 1));
                    lists.follow(wallet, DEMO_USER, FollowConditions.ALL);
                }
            }
            lists.flush();
        }
        say("%s follows some wallets", DEMO_USER);
    }

    private void reviveWhatDied() {
        if (!kafka.isAlive()) {
            say("Kafka has died: starting it again");
            kafka.restart();
        }
        if (!mariaDb.isAlive()) {
            say("MySQL has died: starting it again");
            mariaDb.restart();
        }
        if (!redis.isAlive()) {
            say("Redis has died: starting it again");
            redis.restart();
        }
        if (!relay.isAlive()) {
            say("the relay has died: starting it again");
            relay.restart();
        }
        if (!flink.hasJobManager()) {
            say("Flink's JobManager has died: starting the cluster again");
            flink.restart();
            submitJob();
            addresses().write(folder);
        }
        if (flink.reviveTaskManagers() > 0) {
            say("a TaskManager has died: starting it again");
        }
        if (simulator != null && !simulator.isAlive()) {
            say("the simulator has ended: starting it again%s", simulator.tail());
            startSimulator();
        }
    }

    private void sayWhereThePageIs() {
        log.printf(
                "http://%s:%d  the chart; it opens once the relay is ready%n",
                Ports.HOST, relayPort);
    }

    private void say(String format, Object... arguments) {
        double seconds = (System.nanoTime() - startedNs) / 1e9;
        // one write a line: several threads start servers
        log.print(
                String.format(Locale.ROOT, "%6.1f s  ", seconds)
                        + String.format(Locale.ROOT, format, arguments)
                        + "\n");
        log.flush();
    }

    private static NewTopic topic(String name, int partitions) {
        return new NewTopic(name, partitions, (short) 1);
    }

    /** Held as long as the stack is: two at once in one folder would spoil each other's data. */
    private static FileChannel lock(Path folder) {
        try {
            // passwords are in it
            Folders.createPrivate(folder);
            FileChannel channel =
                    FileChannel.open(
                            folder.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw new Refused("a stack is being started or stopped in " + folder);
            }
            return channel;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
