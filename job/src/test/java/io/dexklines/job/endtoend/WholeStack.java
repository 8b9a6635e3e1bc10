package io.dexklines.job.endtoend;

import io.dexklines.job.topics.CommittedRecords;
import io.dexklines.local.kafka.Brokers;
import io.dexklines.local.stack.FlinkJob;
import io.dexklines.local.stack.JobConfig;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.local.stack.RunningStack;
import io.dexklines.local.stack.Stack;
import io.dexklines.local.stack.StackSettings;
import io.dexklines.verifier.Cluster;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The servers that {@code klines up --no-simulator} starts, on free ports and in a folder of their
 * own: broker, database, cache, relay, and a Flink cluster of separate JVMs to which Flink's
 * command line submits the shaded jar. All classes with {@link Shared} that run in one JVM share
 * one stack, which stops with the JVM.
 */
public final class WholeStack implements ParameterResolver {

    /**
     * A class whose tests take the stack as a parameter {@link Running} and leave it usable. Maven
     * runs these classes apart from the others, so that nothing else waits for an idle stack.
     */
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.RUNTIME)
    @ExtendWith(WholeStack.class)
    @Tag("shared-stack")
    public @interface Shared {}

    /**
     * A class whose tests start stacks of their own, with {@link Running#start()}. Maven runs these
     * classes one after another: two stacks at once are slower than one after the other, since all
     * that their servers do periodically takes time from the tests.
     */
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.RUNTIME)
    @Tag("own-stack")
    public @interface Own {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Running.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        // Maven launches each class by itself; the session has all classes of the JVM
        return context.getStore(
                        ExtensionContext.StoreScope.LAUNCHER_SESSION,
                        ExtensionContext.Namespace.create(WholeStack.class))
                .getOrComputeIfAbsent(Running.class, key -> Running.start());
    }

    /** A running stack, and what tests ask of it. */
    public static final class Running implements AutoCloseable {

        private static final String NEWEST = "SELECT COALESCE(MAX(last_trade_time), 0) FROM kline";

        private final Path folder;
        private final Stack stack;
        private final RunningStack addresses;

        private Running(Path folder, Stack stack) {
            this.folder = folder;
            this.stack = stack;
            this.addresses = stack.addresses();
        }

        /** Starts a stack for one test alone, such as a test that kills servers. */
        public static Running start() {
            return start(System.out);
        }

        /** Starts a stack for one test alone, which prints to {@code log} what a user would see. */
        public static Running start(PrintStream log) {
            try {
                Path folder = Files.createTempDirectory(Path.of("target"), "stack");
                return new Running(
                        folder,
                        Stack.start(
                                StackSettings.withoutSimulator(folder)
                                        // the tests wait for many checkpoints
                                        .with("execution.checkpointing.interval", "1 s"),
                                ProjectHome.find(),
                                true,
                                log));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            // nothing is read from the folder any more
            stack.flink().close();
            stack.relay().close();
            stack.redis().close();
            stack.mariaDb().close();
            stack.kafka().close();
            stack.close();
        }

        /** Returns the servers, to stop and start them. */
        public Stack stack() {
            return stack;
        }

        /** Returns the folder of all data, logs and secrets of the stack. */
        public Path folder() {
            return folder;
        }

        public RunningStack addresses() {
            return addresses;
        }

        /** What {@code klines verify} verifies. */
        public Cluster cluster() {
            return Cluster.of(
                            JobConfig.forVerification(folder),
                            addresses.flink(),
                            List.of(addresses.relayAdmin()),
                            Optional.empty())
                    .withFlinkIdentity(addresses.flinkCertificates().cli());
        }

        public String relayWebSocket() {
            return addresses.relay().replaceFirst("^http", "ws");
        }

        public FlinkJob job() throws Exception {
            return addresses.flinkRest().job(addresses.jobId());
        }

        /** Returns a client with the certificate that Flink's REST API asks for. */
        public HttpClient flinkClient() {
            return HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .sslContext(addresses.flinkCertificates().cli().context())
                    .build();
        }

        /** Opens a connection of the user who can change tables, which the caller closes. */
        public Connection database() throws SQLException {
            return stack.mariaDb().connect();
        }

        /** Returns the only number that a query finds; 0 for {@code NULL}. */
        public long number(String query) throws SQLException {
            try (Connection database = database();
                    Statement statement = database.createStatement();
                    ResultSet result = statement.executeQuery(query)) {
                result.next();
                return result.getLong(1);
            }
        }

        /**
         * Returns the block time of the newest trade of a chain, epoch seconds, but at least {@code
         * otherwise}. A trade with this time is not late and makes no trades of other tests late.
         */
        public long newestTradeTime(String chainId, long otherwise) throws SQLException {
            return Math.max(otherwise, number(NEWEST + " WHERE chain_id = '" + chainId + "'"));
        }

        /** Returns the block time of the newest trade, epoch seconds; 0 if there is none. */
        public long newestTradeTime() throws SQLException {
            return number(NEWEST);
        }

        /** Returns the broker with the login of its admin. */
        public Brokers brokers() {
            return stack.kafka().brokers();
        }

        public KafkaProducer<byte[], byte[]> producer() {
            return new KafkaProducer<>(
                    brokers().client(Map.of(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4")),
                    new ByteArraySerializer(),
                    new ByteArraySerializer());
        }

        /** Returns all committed records of the topic of excluded trades. */
        public List<String> excluded() {
            return committed("trades-excluded");
        }

        /** Returns the values of all records that are committed in the topic. */
        public List<String> committed(String topic) {
            return CommittedRecords.of(brokers(), topic);
        }

        /** Sends the trades as one record to partition 0 and waits until the broker has it. */
        public void publish(String topic, String... trades) throws Exception {
            byte[] record = ("[" + String.join(",", trades) + "]").getBytes(StandardCharsets.UTF_8);
            try (KafkaProducer<byte[], byte[]> producer = producer()) {
                producer.send(new ProducerRecord<>(topic, 0, null, record)).get();
            }
        }
    }
}
