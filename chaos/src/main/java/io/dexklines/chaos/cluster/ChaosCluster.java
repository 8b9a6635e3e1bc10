package io.dexklines.chaos.cluster;

import io.dexklines.local.kafka.Brokers;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.local.stack.EmbeddedRedis;
import io.dexklines.local.stack.EmbeddedRedisCluster;
import io.dexklines.local.stack.EmbeddedRelay;
import io.dexklines.local.stack.EmbeddedServer;
import io.dexklines.local.stack.FlinkCluster;
import io.dexklines.local.stack.FlinkRest;
import io.dexklines.local.stack.JobTopics;
import io.dexklines.local.stack.Login;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.local.stack.StackException;
import io.dexklines.local.stack.StackFiles;
import io.dexklines.local.stack.StateBackend;
import io.dexklines.verifier.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The job and all that it needs, each server in a process of its own on 127.0.0.1. Every process of
 * a {@link Role} is a {@link Node}, which can be killed, suspended and restarted. A process that
 * dies although nobody killed it is restarted, as a service manager does, and is one of {@link
 * #deaths}. ZooKeeper is not a node: there is one server, and nothing elects without it.
 */
public final class ChaosCluster implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChaosCluster.class);
    private static final long SUPERVISION_PERIOD_MS = 500;
    private static final long POLL_MS = 100;

    /** A partition that was added is read soon. */
    private static final Map<String, String> JOB_OPTIONS =
            Map.of("kafka.partition-discovery-interval", "5 s");

    private static final Map<String, String> FLINK_OPTIONS =
            Map.of(
                    // shorter than the 30 s for which processes are suspended
                    "heartbeat.timeout", "15 s",
                    // otherwise all tasks run on one TaskManager, and the other one dies unnoticed
                    "taskmanager.load-balance.mode", "SLOTS",
                    "execution.checkpointing.interval", "5 s");

    /**
     * How many processes of each kind run.
     *
     * @param jobManagers at least 1
     * @param taskManagers at least 1
     * @param slots of each TaskManager
     * @param brokers 1, or 3 with three replicas of each partition
     * @param mySqls servers that share the rows, at least 1
     * @param redisMasters 1 for a single server; otherwise at least 3, for a cluster of masters
     *     with a replica each
     * @param relays at least 1
     * @param parallelism of the job as it is first submitted
     * @param flinkOptions keys of Flink's configuration that replace those of the cluster
     * @param jobOptions keys of the job's configuration that replace those of the cluster
     */
    public record Layout(
            int jobManagers,
            int taskManagers,
            int slots,
            int brokers,
            int mySqls,
            int redisMasters,
            int relays,
            int parallelism,
            Map<String, String> flinkOptions,
            Map<String, String> jobOptions) {

        /** Two or more of everything, so that each process can fail alone. */
        public static Layout full() {
            return new Layout(2, 2, 2, 3, 2, 3, 2, 2, Map.of(), Map.of());
        }

        /** One of everything: the fewest processes with which each kind of fault is possible. */
        public static Layout small() {
            return new Layout(1, 1, 3, 1, 1, 1, 1, 2, Map.of(), Map.of());
        }

        /** Adds a key of Flink's configuration. */
        public Layout withFlink(String key, String value) {
            return with(added(flinkOptions, key, value), jobOptions);
        }

        /** Adds a key of the job's configuration. */
        public Layout withJob(String key, String value) {
            return with(flinkOptions, added(jobOptions, key, value));
        }

        private Layout with(Map<String, String> ofFlink, Map<String, String> ofTheJob) {
            return new Layout(
                    jobManagers,
                    taskManagers,
                    slots,
                    brokers,
                    mySqls,
                    redisMasters,
                    relays,
                    parallelism,
                    ofFlink,
                    ofTheJob);
        }

        private static Map<String, String> added(
                Map<String, String> options, String key, String value) {
            Map<String, String> more = new HashMap<>(options);
            more.put(key, value);
            return Map.copyOf(more);
        }

        /** Returns the number of processes of a role. */
        public int count(Role role) {
            return switch (role) {
                case JOB_MANAGER -> jobManagers;
                case TASK_MANAGER -> taskManagers;
                case BROKER -> brokers;
                case MYSQL -> mySqls;
                case REDIS -> redisMasters == 1 ? 1 : 2 * redisMasters;
                case RELAY -> relays;
            };
        }
    }

    /**
     * A process that ended although nobody killed it, and was restarted.
     *
     * @param pid its process id
     * @param atMs when it was noticed, epoch milliseconds
     */
    public record Death(String node, long pid, long atMs) {}

    private final Path folder;
    private final Layout layout;
    private final ProjectHome home = ProjectHome.find();
    private final Clock clock = Clock.systemUTC();
    private final CheckpointFolder checkpoints;
    private final Deque<AutoCloseable> started = new ConcurrentLinkedDeque<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<Thread> supervisors = new ArrayList<>();
    private final List<Death> deaths = new CopyOnWriteArrayList<>();

    private FlinkCluster flink;
    private List<EmbeddedKafka> kafka;
    private List<EmbeddedMariaDb> mariaDbs;
    private List<EmbeddedRedis> redisServers;
    private String redisUri;
    private List<EmbeddedRelay> relays;
    private volatile String jobId;

    private ChaosCluster(Path folder, Layout layout) {
        this.folder = folder.toAbsolutePath();
        this.layout = layout;
        this.checkpoints = new CheckpointFolder(this.folder.resolve("flink/checkpoints"));
    }

    /**
     * Starts all processes, and creates the topics and tables. No job is submitted.
     *
     * @param folder an empty or missing folder for all data and logs
     * @throws StackException if a server does not start or the folder is not empty; nothing runs
     *     then
     */
    public static ChaosCluster start(Path folder, Layout layout) {
        ChaosCluster cluster = new ChaosCluster(folder, layout);
        try {
            cluster.prepareFolder();
            cluster.startServers();
            cluster.writeProperties();
            cluster.supervise();
            return cluster;
        } catch (IOException e) {
            cluster.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    public Layout layout() {
        return layout;
    }

    /** Returns all processes, those of a role one after another. */
    public List<Node> nodes() {
        return List.copyOf(nodes);
    }

    /** Returns the processes of a role. Redis' masters come first, then their replicas. */
    public List<Node> nodes(Role role) {
        return nodes.stream().filter(node -> node.role() == role).toList();
    }

    /**
     * Returns the JobManager that leads.
     *
     * @throws StackException if none leads at the moment
     */
    public Node leader() {
        return nodes(Role.JOB_MANAGER).get(flink.jobManagers().indexOf(flink.leader()));
    }

    /** Returns the TaskManagers that run tasks, as far as the cluster answers. */
    public List<Node> busyTaskManagers() throws InterruptedException {
        try {
            List<String> ids = rest().busyTaskManagerIds();
            return nodes(Role.TASK_MANAGER).stream()
                    .filter(node -> ids.stream().anyMatch(id -> id.startsWith(node.name() + "-")))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Returns the servers of Redis that have the same keys: a master and its replica, if any. */
    public List<Node> redisShard(int shard) {
        List<Node> all = nodes(Role.REDIS);
        return all.size() == 1
                ? all
                : List.of(all.get(shard), all.get(layout.redisMasters() + shard));
    }

    /** Returns the server of a process of Redis. */
    public EmbeddedRedis redis(Node node) {
        return redisServers.get(nodes(Role.REDIS).indexOf(node));
    }

    /** Returns the server of a process of MySQL. */
    public EmbeddedMariaDb mySql(Node node) {
        return mariaDbs.get(nodes(Role.MYSQL).indexOf(node));
    }

    /** Returns the processes that ended although nobody killed them. */
    public List<Death> deaths() {
        return List.copyOf(deaths);
    }

    /** Returns the brokers, which ask for no login. */
    public Brokers brokers() {
        return Brokers.open(
                String.join(",", kafka.stream().map(EmbeddedKafka::bootstrapServers).toList()));
    }

    /** Returns the address of each server of MySQL, in the order of the job's list. */
    public List<String> jdbcUrls() {
        return mariaDbs.stream().map(EmbeddedMariaDb::jdbcUrl).toList();
    }

    /** Returns the user of MySQL who can only read, on all servers. */
    public Login mySqlReader() {
        return mariaDbs.get(0).verifier();
    }

    /** Returns the address of Redis, as in the job's configuration. */
    public String redisUris() {
        return redisUri;
    }

    /** Returns the user of Redis who can only read, on all servers. */
    public Login redisReader() {
        return redisServers.get(0).verifier();
    }

    /** Returns the address of each relay for clients, {@code http://host:port}. */
    public List<URI> relays() {
        return relays.stream().map(relay -> URI.create(relay.url())).toList();
    }

    /** Returns the address of each relay for metrics, {@code http://host:port}. */
    public List<URI> relayAdmins() {
        return relays.stream().map(relay -> URI.create(relay.adminUrl())).toList();
    }

    /** Returns a token of a user, which all relays accept for an hour. */
    public String userToken(String userId) {
        return relays.get(0).userToken(userId);
    }

    /** Returns a client of Flink's REST API, which asks any JobManager that answers. */
    public FlinkRest rest() {
        return flink.rest();
    }

    public CheckpointFolder checkpoints() {
        return checkpoints;
    }

    /** Returns the properties file of the job. */
    public Path jobProperties() {
        return folder.resolve("job.properties");
    }

    /** Adds options of the job, which replace former ones at its next submission. */
    public void configure(Map<String, String> options) throws IOException {
        List<String> lines =
                options.entrySet().stream()
                        .map(option -> option.getKey() + "=" + option.getValue())
                        .toList();
        for (Path file : List.of(jobProperties(), verifyProperties())) {
            Files.write(file, lines, StandardOpenOption.APPEND);
        }
    }

    private Path verifyProperties() {
        return folder.resolve("verify.properties");
    }

    /** Returns what the verifier compares, with users who can only read. */
    public Cluster verified() {
        return Cluster.of(
                        verifyProperties(),
                        flink.restUrl(),
                        relays.stream().map(EmbeddedRelay::adminUrl).toList(),
                        Optional.of(jobId()))
                .withFlinkIdentity(flink.certificates().cli());
    }

    /** Submits the job of this build without state. */
    public String submit() {
        return submit(home.jobJar(), Optional.empty(), layout.parallelism());
    }

    /** Submits the job of this build with the state of a savepoint. */
    public String resubmit(Path savepoint, int parallelism) {
        return submit(home.jobJar(), Optional.of(savepoint), parallelism);
    }

    /**
     * Submits a job, which becomes that of the cluster.
     *
     * @param jar such as that of a former release
     * @param resumeFrom a checkpoint or savepoint; empty to start without state
     * @return its id
     */
    public String submit(Path jar, Optional<Path> resumeFrom, int parallelism) {
        jobId =
                flink.submit(
                        jar,
                        resumeFrom,
                        OptionalInt.of(parallelism),
                        "--config",
                        jobProperties().toString());
        return jobId;
    }

    /**
     * Returns the id of the job that was submitted last, 32 hexadecimal digits.
     *
     * @throws IllegalStateException if there is none
     */
    public String jobId() {
        if (jobId == null) {
            throw new IllegalStateException("no job was submitted");
        }
        return jobId;
    }

    /** Takes a savepoint of the job, which goes on. */
    public Path savepoint() {
        return flink.savepoint(jobId());
    }

    /** Takes a savepoint and stops the job with it. */
    public Path stopWithSavepoint() {
        return flink.stopWithSavepoint(jobId());
    }

    /** Returns the savepoint with which the job has stopped, or empty if it has not. */
    public Optional<Path> savepointOfStopped() {
        try {
            return rest().job(jobId()).state().equals("FINISHED")
                    ? flink.latestCheckpoint()
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /**
     * Waits until all tasks of the job have been running since some time, and a checkpoint that
     * began after another time is complete.
     *
     * @param afterMs the other time, epoch milliseconds
     * @return since when all tasks run as far as has been seen, epoch milliseconds
     * @throws StackException after the timeout
     */
    public long awaitRunning(long afterMs, Duration timeout) throws InterruptedException {
        long deadlineNs = System.nanoTime() + timeout.toNanos();
        long sinceMs = 0;
        while (System.nanoTime() < deadlineNs) {
            try {
                if (!rest().allTasksRun(jobId())) {
                    sinceMs = 0;
                } else if (sinceMs == 0) {
                    sinceMs = clock.millis();
                }
                if (sinceMs != 0 && rest().job(jobId()).checkpointTriggeredMs() > afterMs) {
                    return sinceMs;
                }
            } catch (IOException e) {
                // no JobManager leads
                sinceMs = 0;
            }
            Thread.sleep(POLL_MS);
        }
        throw new StackException(
                "job %s has completed no checkpoint within %d s"
                        .formatted(jobId(), timeout.toSeconds()));
    }

    /** Kills all processes. The folder stays. */
    @Override
    public void close() {
        supervisors.forEach(Thread::interrupt);
        try {
            for (Thread supervisor : supervisors) {
                supervisor.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        nodes.forEach(Node::end);
        while (!started.isEmpty()) {
            try {
                started.pollLast().close();
            } catch (Exception e) {
                LOG.warn("a server was not stopped", e);
            }
        }
    }

    private void prepareFolder() throws IOException {
        StackFiles.createPrivateFolder(folder);
        try (Stream<Path> children = Files.list(folder)) {
            if (children.findAny().isPresent()) {
                throw new StackException(folder + " is not empty");
            }
        }
    }

    /** Starts all servers at the same time. The relays first wait for the users of the stores. */
    private void startServers() {
        CompletableFuture<FlinkCluster> flinkStart = starting("Flink", this::startFlink);
        CompletableFuture<List<EmbeddedKafka>> kafkaStart =
                starting("Kafka", () -> startKafka(folder, layout.brokers()));
        CompletableFuture<List<EmbeddedMariaDb>> mariaDbStart =
                starting("MySQL", () -> startMySql(folder, layout.mySqls()));
        CompletableFuture<Void> redisStart = starting("Redis", this::startRedis);
        CompletableFuture<List<EmbeddedRelay>> relayStart =
                starting(
                        "relays",
                        () -> {
                            List<EmbeddedMariaDb> servers = mariaDbStart.join();
                            redisStart.join();
                            return added(
                                    EmbeddedRelay.startSeveral(
                                            folder,
                                            layout.relays(),
                                            servers,
                                            redisUri,
                                            redisServers.get(0).relay()));
                        });
        // all of them have to end before a failure is reported, so that all can be stopped
        CompletableFuture<Void> all =
                CompletableFuture.allOf(
                        flinkStart, kafkaStart, mariaDbStart, redisStart, relayStart);
        try {
            all.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
        flink = flinkStart.join();
        kafka = kafkaStart.join();
        mariaDbs = mariaDbStart.join();
        relays = relayStart.join();
        add(Role.JOB_MANAGER, "jobmanager", flink.jobManagers());
        add(Role.TASK_MANAGER, "taskmanager", flink.taskManagers());
        add(Role.BROKER, "kafka", kafka);
        add(Role.MYSQL, "mysql", mariaDbs);
        add(Role.REDIS, "redis", redisServers);
        add(Role.RELAY, "relay", relays);
    }

    private void add(Role role, String name, List<? extends EmbeddedServer> servers) {
        IntStream.range(0, servers.size())
                .mapToObj(index -> new Node(name + "-" + index, role, servers.get(index)))
                .forEach(nodes::add);
    }

    private static <T> CompletableFuture<T> starting(String name, Supplier<T> start) {
        return CompletableFuture.supplyAsync(
                start, task -> new Thread(task, "start-" + name).start());
    }

    private <T extends EmbeddedServer> List<T> added(List<T> servers) {
        started.addAll(servers);
        return servers;
    }

    private FlinkCluster startFlink() {
        FlinkCluster.Settings settings =
                StateBackend.ROCKSDB
                        .cluster(layout.slots())
                        .withTaskManagers(layout.taskManagers())
                        .withRecovery(layout.jobManagers())
                        .withClassPath(ownClasses())
                        .with("execution.checkpointing.dir", checkpoints.uri())
                        .with("execution.checkpointing.savepoint-dir", checkpoints.uri())
                        .with(
                                FillableFileSystemFactory.MARKER_KEY,
                                checkpoints.fullMarker().toString());
        Map<String, String> options = new HashMap<>(FLINK_OPTIONS);
        options.putAll(layout.flinkOptions());
        for (Map.Entry<String, String> option : options.entrySet()) {
            settings = settings.with(option.getKey(), option.getValue());
        }
        FlinkCluster cluster = FlinkCluster.start(folder.resolve("flink"), settings);
        started.add(cluster);
        return cluster;
    }

    /** Returns the jar or the folder of classes that this class is from. */
    private static Path ownClasses() {
        try {
            return Path.of(
                    ChaosCluster.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<EmbeddedKafka> startKafka(Path parent, int number) {
        List<EmbeddedKafka> servers = added(EmbeddedKafka.startCluster(parent, number));
        servers.get(0).createTopics(JobTopics.all());
        return servers;
    }

    private List<EmbeddedMariaDb> startMySql(Path parent, int number) {
        List<EmbeddedMariaDb> servers = added(EmbeddedMariaDb.startShards(parent, number));
        servers.forEach(EmbeddedMariaDb::migrate);
        return servers;
    }

    private Void startRedis() {
        if (layout.redisMasters() == 1) {
            EmbeddedRedis server = EmbeddedRedis.start(folder.resolve("redis-0"), 0);
            redisServers = added(List.of(server));
            redisUri = server.uri();
        } else {
            EmbeddedRedisCluster cluster =
                    EmbeddedRedisCluster.start(folder, layout.redisMasters());
            redisServers = added(cluster.servers());
            redisUri = cluster.uri();
        }
        return null;
    }

    private void writeProperties() throws IOException {
        Properties keys = new Properties();
        keys.putAll(JOB_OPTIONS);
        keys.put("kafka.bootstrap-servers", brokers().addresses());
        keys.put("mysql.url", String.join(" ", jdbcUrls()));
        putUser(keys, "mysql", mariaDbs.get(0).job());
        keys.put("redis.uri", redisUri);
        putUser(keys, "redis", redisServers.get(0).job());
        keys.put(
                "relay.urls",
                String.join(",", relays.stream().map(EmbeddedRelay::publishUrl).toList()));
        keys.put("relay.token", "file:" + relays.get(0).tokenFile());
        keys.put(
                "check.relay-urls",
                String.join(",", relays.stream().map(EmbeddedRelay::url).toList()));
        keys.putAll(layout.jobOptions());
        store(keys, jobProperties());
        putUser(keys, "mysql", mySqlReader());
        putUser(keys, "redis", redisReader());
        store(keys, verifyProperties());
    }

    private static void putUser(Properties keys, String store, Login login) {
        keys.put(store + ".username", login.user());
        keys.put(store + ".password", login.passwordReference());
    }

    private static void store(Properties keys, Path file) throws IOException {
        try (Writer writer = Files.newBufferedWriter(file)) {
            keys.store(writer, null);
        }
    }

    /** Gives each process a thread that restarts it, since a restart may take long. */
    private void supervise() {
        for (Node node : nodes) {
            Thread supervisor = new Thread(() -> supervise(node), "supervise-" + node);
            supervisor.setDaemon(true);
            supervisors.add(supervisor);
            supervisor.start();
        }
    }

    private void supervise(Node node) {
        try {
            while (true) {
                Thread.sleep(SUPERVISION_PERIOD_MS);
                revive(node);
            }
        } catch (InterruptedException e) {
            // the cluster is closed
        }
    }

    private void revive(Node node) {
        try {
            node.revive()
                    .ifPresent(
                            pid -> {
                                LOG.warn("{} (process {}) died and was restarted", node, pid);
                                deaths.add(new Death(node.name(), pid, clock.millis()));
                            });
        } catch (StackException e) {
            LOG.warn("{} does not start, and is tried again", node, e);
        }
    }
}
