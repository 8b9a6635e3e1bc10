package io.dexklines.local.stack;

import io.dexklines.local.kafka.Brokers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;

/**
 * A Kafka broker in KRaft mode, with broker and controller in one process. Topics are not created
 * automatically. Topics, offsets and transactions survive {@link #kill} and {@link #restart}.
 * {@link #startAnother} adds a broker to the cluster, and {@link #startCluster} starts one of
 * several equal brokers. A guarded broker asks for a login, which {@link #brokers} has.
 */
public final class EmbeddedKafka extends EmbeddedServer {

    private static final int PROBE_TIMEOUT_MS = 5_000;
    private static final int ADMIN_TIMEOUT_MS = 30_000;

    /** Kafka checks that a data folder belongs to its cluster. One id for all stacks suffices. */
    private static final String CLUSTER_ID = "ZGV4LWtsaW5lcy1sb2NhbA";

    private static final int FIRST_NODE = 1;

    /** Kafka deletes whole segments, so a partition is larger than its limit by one of them. */
    static final long SEGMENT_BYTES = 16 << 20;

    private static final long UNLIMITED = -1;

    /** How many replicas of a partition suffice, of three. */
    private static final int IN_SYNC = 2;

    private final int node;

    /**
     * The ports of the controllers, which are the processes of the brokers 1, 2, …. A broker with a
     * greater number is none.
     */
    private final List<Integer> controllerPorts;

    /** Null for a broker that does not ask for a login. */
    private final KafkaUsers users;

    private final long partitionBytes;

    private EmbeddedKafka(
            Path folder,
            int port,
            int node,
            List<Integer> controllerPorts,
            KafkaUsers users,
            long partitionBytes) {
        super("kafka", folder, port, Duration.ofSeconds(240));
        this.node = node;
        this.controllerPorts = controllerPorts;
        this.users = users;
        this.partitionBytes = partitionBytes;
    }

    /**
     * Starts a broker without logins and waits until it answers.
     *
     * @param folder the folder for data and logs; existing data is reused
     * @param port 0 for any free port
     */
    public static EmbeddedKafka start(Path folder, int port) {
        return started(withoutLogins(folder, port, FIRST_NODE, List.of(Ports.free())));
    }

    /**
     * Starts brokers without logins, each with all partitions, and waits until all answer. Each is
     * a controller too, so more than half of them have to run. A partition is written while two of
     * three have it.
     *
     * @param folder the folder for those of the brokers, {@code kafka-1}, …
     */
    public static List<EmbeddedKafka> startCluster(Path folder, int number) {
        List<Integer> controllerPorts = Stream.generate(Ports::free).limit(number).toList();
        List<EmbeddedKafka> brokers =
                IntStream.rangeClosed(FIRST_NODE, number)
                        .mapToObj(
                                node ->
                                        withoutLogins(
                                                folder.resolve("kafka-" + node),
                                                0,
                                                node,
                                                controllerPorts))
                        .toList();
        startAll(brokers);
        return brokers;
    }

    /**
     * Starts a broker that asks for a login and waits until it answers.
     *
     * @param folder the folder for data, logs and passwords; existing data is reused, also of a
     *     broker without logins
     * @param port 0 for any free port
     */
    public static EmbeddedKafka startGuarded(Path folder, int port) {
        return startGuarded(folder, port, UNLIMITED);
    }

    /**
     * As above, with a limit of the partitions that are not compacted.
     *
     * @param partitionBytes a partition's oldest records are deleted when it is larger than this
     *     and {@link #SEGMENT_BYTES} together
     */
    static EmbeddedKafka startGuarded(Path folder, int port, long partitionBytes) {
        KafkaUsers users = new KafkaUsers(folder.toAbsolutePath());
        EmbeddedKafka kafka =
                started(
                        new EmbeddedKafka(
                                folder,
                                port,
                                FIRST_NODE,
                                List.of(Ports.free()),
                                users,
                                partitionBytes));
        kafka.giveRights();
        return kafka;
    }

    private static EmbeddedKafka withoutLogins(
            Path folder, int port, int node, List<Integer> controllerPorts) {
        return new EmbeddedKafka(folder, port, node, controllerPorts, null, UNLIMITED);
    }

    private static EmbeddedKafka started(EmbeddedKafka kafka) {
        kafka.start();
        return kafka;
    }

    /**
     * Starts another broker of this broker's cluster. While it is stopped, the partitions that only
     * it has are without a leader. It cannot outlive the first broker.
     *
     * @param node the broker's id, greater than 1
     */
    public EmbeddedKafka startAnother(Path otherFolder, int otherNode) {
        return started(
                new EmbeddedKafka(
                        otherFolder, 0, otherNode, controllerPorts, users, partitionBytes));
    }

    /** Returns the address for clients, {@code host:port}. */
    public String bootstrapServers() {
        return Ports.HOST + ":" + port;
    }

    /** Returns the broker with the login of its admin, if it asks for one. */
    public Brokers brokers() {
        return users == null
                ? Brokers.open(bootstrapServers())
                : users.brokers(bootstrapServers(), users.admin());
    }

    /** Returns the users of a guarded broker. */
    KafkaUsers users() {
        return users;
    }

    /**
     * Creates the topics that do not exist, and waits until this broker knows them. A broker hears
     * of them later than the controller, which confirms the creation.
     *
     * @param topics with one replica each, or without a number: then all brokers of a cluster of up
     *     to three have one
     */
    public void createTopics(List<NewTopic> topics) {
        ask(
                "create topics",
                admin -> {
                    Set<String> existing =
                            admin.listTopics().names().get(ADMIN_TIMEOUT_MS, TimeUnit.MILLISECONDS);
                    return admin.createTopics(
                                    topics.stream()
                                            .filter(topic -> !existing.contains(topic.name()))
                                            .toList())
                            .all();
                });
        Set<String> names = topics.stream().map(NewTopic::name).collect(Collectors.toSet());
        Readiness.await(
                "the metadata of topics",
                List.of(),
                Duration.ofMillis(ADMIN_TIMEOUT_MS),
                () -> knows(names));
    }

    private boolean knows(Set<String> topics) throws Exception {
        try (Admin admin = admin()) {
            return admin.describeTopics(topics).allTopicNames().get().values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .allMatch(partition -> partition.leader() != null);
        }
    }

    private void giveRights() {
        ask("give rights", admin -> admin.createAcls(users.rights()).all());
    }

    /** What an admin asks the broker for. */
    private interface Request {
        KafkaFuture<Void> send(Admin admin)
                throws InterruptedException, ExecutionException, TimeoutException;
    }

    private void ask(String what, Request request) {
        try (Admin admin = admin()) {
            request.send(admin).get(ADMIN_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("interrupted: cannot " + what, e);
        } catch (ExecutionException | TimeoutException e) {
            throw new StackException("Kafka cannot " + what + ": " + e.getMessage(), e);
        }
    }

    /** Creates a topic with the given number of partitions, if it does not exist. */
    public void createTopic(String name, int partitions) {
        createTopics(List.of(new NewTopic(name, partitions, (short) 1)));
    }

    @Override
    ServerProcess.Command command(String name) throws IOException {
        Files.createDirectories(folder);
        if (users != null) {
            users.writeClientFiles();
        }
        Path settings = folder.resolve("server.properties");
        StackFiles.writePrivate(settings, settings());
        return JavaCommand.onOwnClassPath(
                        name,
                        folder,
                        List.of("-Xmx512m", "-XX:+UseSerialGC"),
                        BrokerProcess.class.getName())
                .word(settings.toString());
    }

    @Override
    boolean answers() throws Exception {
        // until the broker listens: a client that tries in vain takes CPU time from its start
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(Ports.HOST, port), PROBE_TIMEOUT_MS);
        }
        try (Admin admin = admin()) {
            DescribeClusterOptions options =
                    new DescribeClusterOptions().timeoutMs(PROBE_TIMEOUT_MS);
            return admin.describeCluster(options).nodes().get().stream()
                    .anyMatch(answering -> answering.id() == node);
        }
    }

    private Admin admin() {
        return Admin.create(
                brokers()
                        .client(
                                Map.of(
                                        AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG,
                                        50,
                                        AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                                        200,
                                        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                                        PROBE_TIMEOUT_MS,
                                        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                                        ADMIN_TIMEOUT_MS)));
    }

    private String settings() {
        boolean controls = node <= controllerPorts.size();
        int replicas = Math.min(controllerPorts.size(), 3);
        return """
        process.roles=broker%5$s
        node.id=%6$d
        controller.quorum.voters=%3$s
        controller.listener.names=CONTROLLER
        listeners=CLIENTS://%1$s:%2$d%7$s
        advertised.listeners=CLIENTS://%1$s:%2$d
        listener.security.protocol.map=CLIENTS:%8$s,CONTROLLER:%8$s
        inter.broker.listener.name=CLIENTS
        %9$s\
        log.dirs=%4$s
        auto.create.topics.enable=false
        num.partitions=1
        default.replication.factor=%10$d
        min.insync.replicas=%11$d
        offsets.topic.replication.factor=%10$d
        offsets.topic.num.partitions=4
        transaction.state.log.replication.factor=%10$d
        transaction.state.log.min.isr=%11$d
        transaction.state.log.num.partitions=4
        share.coordinator.state.topic.replication.factor=%10$d
        share.coordinator.state.topic.min.isr=%11$d
        share.coordinator.state.topic.num.partitions=1
        group.initial.rebalance.delay.ms=0
        log.retention.hours=24
        log.retention.bytes=%12$d
        log.retention.check.interval.ms=60000
        log.segment.bytes=%13$d
        """
                .formatted(
                        Ports.HOST,
                        port,
                        voters(),
                        folder.resolve("data"),
                        controls ? ",controller" : "",
                        node,
                        controls ? ",CONTROLLER://" + controller(node) : "",
                        users == null ? "PLAINTEXT" : KafkaUsers.PROTOCOL,
                        users == null ? "" : users.settings(),
                        replicas,
                        Math.min(replicas, IN_SYNC),
                        partitionBytes,
                        SEGMENT_BYTES);
    }

    private String voters() {
        return IntStream.rangeClosed(FIRST_NODE, controllerPorts.size())
                .mapToObj(each -> each + "@" + controller(each))
                .collect(Collectors.joining(","));
    }

    private String controller(int each) {
        return Ports.HOST + ":" + controllerPorts.get(each - FIRST_NODE);
    }

    /** The main class of the broker's process. It formats the storage at the first start. */
    static final class BrokerProcess {

        private BrokerProcess() {}

        /**
         * @param args the path of {@code server.properties}
         */
        public static void main(String[] args) throws Exception {
            Properties settings = new Properties();
            try (var in = Files.newBufferedReader(Path.of(args[0]))) {
                settings.load(in);
            }
            Path data = Path.of(settings.getProperty("log.dirs"));
            if (!Files.exists(data.resolve("meta.properties"))) {
                int exit =
                        StorageTool.execute(
                                new String[] {"format", "-t", CLUSTER_ID, "-c", args[0]},
                                System.out);
                if (exit != 0) {
                    System.exit(exit);
                }
            }
            Kafka.main(new String[] {args[0]});
        }
    }
}
