package io.dexklines.local.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * A Kafka broker in KRaft mode, broker and controller in one process. Topics are not created by
 * themselves. Topics, offsets and transactions are on disk and survive {@link #kill} and {@link
 * #restart}.
 */
public final class EmbeddedKafka extends EmbeddedServer {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(240);
    private static final int PROBE_TIMEOUT_MS = 5_000;
    // one per data folder is enough: it keeps folders of different clusters apart
    private static final String CLUSTER_ID = "ZGV4LWtsaW5lcy1sb2NhbA";

    private final Path folder;
    private final int port;
    private final Path settings;

    private EmbeddedKafka(Path folder, int port) {
        this.folder = folder.toAbsolutePath();
        this.port = port;
        this.settings = this.folder.resolve("server.properties");
    }

    /**
     * Starts a broker and waits until it answers.
     *
     * @param folder for data and log; data that is there is used again
     * @param port 0 for any that is free
     */
    public static EmbeddedKafka start(Path folder, int port) {
        EmbeddedKafka kafka = new EmbeddedKafka(folder, Ports.orFree(port));
        kafka.start();
        return kafka;
    }

    /** Where clients connect to: {@code host:port}. */
    public String bootstrapServers() {
        return Ports.HOST + ":" + port;
    }

    /**
     * Creates the topics that do not exist yet.
     *
     * @param topics with as many replicas as one broker can hold: one
     */
    public void createTopics(List<NewTopic> topics) {
        try (Admin admin = admin()) {
            Set<String> existing = admin.listTopics().names().get(30, TimeUnit.SECONDS);
            admin.createTopics(
                            topics.stream()
                                    .filter(topic -> !existing.contains(topic.name()))
                                    .collect(Collectors.toList()))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while topics were created", e);
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new StartException("topics cannot be created: " + e.getMessage(), e);
        }
    }

    /** Creates one topic with that many partitions, if it does not exist yet. */
    public void createTopic(String name, int partitions) {
        createTopics(List.of(new NewTopic(name, partitions, (short) 1)));
    }

    @Override
    void start() {
        writeSettings(Ports.free());
        ServerProcess process =
                runs(
                        JavaCommand.onOwnClassPath(
                                        "kafka",
                                        folder,
                                        List.of("-Xmx512m", "-XX:+UseSerialGC"),
                                        KafkaBroker.class.getName())
                                .word(settings.toString(), CLUSTER_ID)
                                .start());
        try (Admin admin = admin()) {
            Readiness.await(
                    "kafka",
                    List.of(process),
                    START_TIMEOUT,
                    () ->
                            !admin.describeCluster()
                                    .nodes()
                                    .get(PROBE_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                                    .isEmpty());
        } catch (StartException e) {
            process.kill();
            throw e;
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
                        30_000));
    }

    private void writeSettings(int controllerPort) {
        String text =
                """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@%1$s:%3$d
                controller.listener.names=CONTROLLER
                listeners=PLAINTEXT://%1$s:%2$d,CONTROLLER://%1$s:%3$d
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
                # a day of the simulator fits a laptop
                log.retention.hours=24
                log.segment.bytes=67108864
                """
                        .formatted(Ports.HOST, port, controllerPort, folder.resolve("data"));
        try {
            Files.createDirectories(folder);
            Files.writeString(settings, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
