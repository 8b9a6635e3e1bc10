package io.dexklines.job.secret;

import io.dexklines.local.stack.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;

/**
 * A broker with two listeners: one that requires a password, by SCRAM-SHA-512 or PLAIN, and one
 * without login for the test itself.
 */
final class PasswordProtectedKafka implements AutoCloseable {

    static final String USERNAME = "reader";

    private static final String HOST = "127.0.0.1";

    private final Process process;
    private final int guardedPort;
    private final int openPort;

    private PasswordProtectedKafka(Process process, int guardedPort, int openPort) {
        this.process = process;
        this.guardedPort = guardedPort;
        this.openPort = openPort;
    }

    /** Starts the broker in a process of its own and waits until it answers. */
    static PasswordProtectedKafka start(Path folder, String password) throws Exception {
        int guardedPort = Ports.free();
        int openPort = Ports.free();
        Path settings = folder.resolve("server.properties");
        Files.writeString(settings, settings(folder, guardedPort, openPort, password));
        String user = String.format("SCRAM-SHA-512=[name=%s,password=%s]", USERNAME, password);
        String[] format = {
            "format", "-t", "ZGV4LWtsaW5lcy1sb2dpbg", "-c", settings.toString(), "--add-scram", user
        };
        if (StorageTool.execute(format, System.out) != 0) {
            throw new IllegalStateException("the broker's storage cannot be formatted");
        }
        ProcessBuilder command =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx384m",
                        "-XX:+UseSerialGC",
                        "kafka.Kafka",
                        settings.toString());
        command.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        command.redirectErrorStream(true);
        command.redirectOutput(folder.resolve("kafka.log").toFile());
        PasswordProtectedKafka kafka =
                new PasswordProtectedKafka(command.start(), guardedPort, openPort);
        kafka.awaitAnswer();
        return kafka;
    }

    /** Returns the address of the listener that requires the password. */
    String guardedServers() {
        return HOST + ":" + guardedPort;
    }

    /** Returns the address of the listener without login. */
    String openServers() {
        return HOST + ":" + openPort;
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private void awaitAnswer() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", openServers()))) {
            Awaitility.await("the broker answers")
                    .atMost(90, TimeUnit.SECONDS)
                    .ignoreExceptions()
                    .until(
                            () ->
                                    !admin.describeCluster()
                                            .nodes()
                                            .get(5, TimeUnit.SECONDS)
                                            .isEmpty());
        }
    }

    private static String settings(Path folder, int guardedPort, int openPort, String password)
            throws IOException {
        return """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%1$d
        controller.listener.names=CONTROLLER
        listeners=GUARDED://127.0.0.1:%2$d,OPEN://127.0.0.1:%3$d,CONTROLLER://127.0.0.1:%1$d
        advertised.listeners=GUARDED://127.0.0.1:%2$d,OPEN://127.0.0.1:%3$d
        listener.security.protocol.map=GUARDED:SASL_PLAINTEXT,OPEN:PLAINTEXT,CONTROLLER:PLAINTEXT
        inter.broker.listener.name=OPEN
        listener.name.guarded.sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN
        listener.name.guarded.scram-sha-512.sasl.jaas.config=\
        org.apache.kafka.common.security.scram.ScramLoginModule required;
        listener.name.guarded.plain.sasl.jaas.config=\
        org.apache.kafka.common.security.plain.PlainLoginModule required user_%4$s="%5$s";
        log.dirs=%6$s
        auto.create.topics.enable=false
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=1
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        transaction.state.log.num.partitions=1
        share.coordinator.state.topic.replication.factor=1
        share.coordinator.state.topic.min.isr=1
        group.initial.rebalance.delay.ms=0
        """
                .formatted(
                        Ports.free(),
                        guardedPort,
                        openPort,
                        USERNAME,
                        password,
                        folder.resolve("data"));
    }
}
