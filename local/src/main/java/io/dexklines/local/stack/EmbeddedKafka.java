package io.dexklines.local.stack;

import java.io.IOException;
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
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * A Kafka broker in KRaft mode, with broker and controller in one process. Topics are not created
 * automatically. Topics, offsets and transactions survive {@link #kill} and {@link #restart}.
 * {@link #startAnother} adds a broker to the cluster.
 */
public final class EmbeddedKafka extends EmbeddedServer {

    private static final int PROBE_TIMEOUT_MS = 5_000;
    private static final int ADMIN_TIMEOUT_MS = 30_000;

    /** Kafka checks that a data folder belongs to its cluster. One id for all stacks suffices. */
    private static final String CLUSTER_ID = "ZGV4LWtsaW5lcy1sb2NhbA";

    private static final int FIRST_NODE = 1;

    private final int node;

    /** The broker whose process is the controller; this one, if there is no other. */
    private final EmbeddedKafka first;

    private int controllerPort;

    private EmbeddedKafka(Path folder, int port, int node, EmbeddedKafka first) {
        super("kafka", folder, port, Duration.ofSeconds(240));
        this.node = node;
        this.first = first == null ? this : first;
    }

    /**
     * Starts a broker and waits until it answers.
     *
     * @param folder the folder for data and logs; existing data is reused
     * @param port 0 for any free port
     */
    public static EmbeddedKafka start(Path folder, int port) {
        EmbeddedKafka kafka = new EmbeddedKafka(folder, port, FIRST_NODE, null);
        kafka.start();
        return kafka;
    }

    /**
     * Starts another broker of this broker's cluster. While it is stopped, the partitions that only
     * it has are without a leader. It cannot outlive this broker.
     *
     * @param node the broker's id, greater than 1
     */
    public EmbeddedKafka startAnother(Path otherFolder, int otherNode) {
        EmbeddedKafka other = new EmbeddedKafka(otherFolder, 0, otherNode, first);
        other.start();
        return other;
    }

    /** Returns the address for clients, {@code host:port}. */
    public String bootstrapServers() {
        return Ports.HOST + ":" + port;
    }

    /**
     * Creates the topics that do not exist.
     *
     * @param topics with one replica each
     */
    public void createTopics(List<NewTopic> topics) {
        try (Admin admin = admin()) {
            Set<String> existing =
                    admin.listTopics().names().get(ADMIN_TIMEOUT_MS, TimeUnit.MILLISECONDS);
            admin.createTopics(
                            topics.stream()
                                    .filter(topic -> !existing.contains(topic.name()))
                                    .toList())
                    .all()
                    .get(ADMIN_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("interrupted while topics were created", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new StackException("topics cannot be created: " + e.getMessage(), e);
        }
    }

    /** Creates a topic with the given number of partitions, if it does not exist. */
    public void createTopic(String name, int partitions) {
        createTopics(List.of(new NewTopic(name, partitions, (short) 1)));
    }

    @Override
    ServerProcess.Command command(String name) throws IOException {
        Files.createDirectories(folder);
        if (first == this) {
            controllerPort = Ports.free();
        }
        Path settings = Files.writeString(folder.resolve("server.properties"), settings());
        return JavaCommand.onOwnClassPath(
                        name,
                        folder,
                        List.of("-Xmx512m", "-XX:+UseSerialGC"),
                        BrokerProcess.class.getName())
                .word(settings.toString());
    }

    @Override
    boolean answers() throws Exception {
        try (Admin admin = admin()) {
            DescribeClusterOptions options =
                    new DescribeClusterOptions().timeoutMs(PROBE_TIMEOUT_MS);
            return admin.describeCluster(options).nodes().get().stream()
                    .anyMatch(answering -> answering.id() == node);
        }
    }

    private Admin admin() {
        return Admin.create(
                Map.of(
                        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers(),
                        AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG,
                        50,
                        AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                        200,
                        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        PROBE_TIMEOUT_MS,
                        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        ADMIN_TIMEOUT_MS));
    }

    private String settings() {
        boolean controls = first == this;
        return """
        process.roles=broker%5$s
        node.id=%6$d
        controller.quorum.voters=1@%1$s:%3$d
        controller.listener.names=CONTROLLER
        listeners=PLAINTEXT://%1$s:%2$d%7$s
        advertised.listeners=PLAINTEXT://%1$s:%2$d
        listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
        inter.broker.listener.name=PLAINTEXT
        log.dirs=%4$s
        auto.create.topics.enable=false
        num.partitions=1
        default.replication.factor=1
        min.insync.replicas=1
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=4
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        transaction.state.log.num.partitions=4
        share.coordinator.state.topic.replication.factor=1
        share.coordinator.state.topic.min.isr=1
        share.coordinator.state.topic.num.partitions=1
        group.initial.rebalance.delay.ms=0
        # one day of simulated trades fits on a laptop
        log.retention.hours=24
        log.segment.bytes=67108864
        """
                .formatted(
                        Ports.HOST,
                        port,
                        first.controllerPort,
                        folder.resolve("data"),
                        controls ? ",controller" : "",
                        node,
                        controls ? ",CONTROLLER://" + Ports.HOST + ":" + first.controllerPort : "");
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
