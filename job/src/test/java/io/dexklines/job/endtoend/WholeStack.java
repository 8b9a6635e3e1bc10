package io.dexklines.job.endtoend;

import io.dexklines.local.stack.FlinkJob;
import io.dexklines.local.stack.FlinkRest;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.local.stack.RunningStack;
import io.dexklines.local.stack.Stack;
import io.dexklines.local.stack.StackSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * What {@code klines up --no-simulator} starts, on free ports and in a folder of its own: broker,
 * database, cache, relay, and a Flink cluster of separate JVMs to which Flink's command line
 * submitted the shaded jar. Started once for all tests that ask for it.
 */
public final class WholeStack implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Running.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(WholeStack.class))
                .getOrComputeIfAbsent(Running.class, key -> Running.start());
    }

    /** The stack, and how a test looks at it. */
    public static final class Running implements AutoCloseable {

        private static final Duration POLL = Duration.ofMillis(200);

        private final Path folder;
        private final Stack stack;
        private final RunningStack addresses;

        private Running(Path folder, Stack stack) {
            this.folder = folder;
            this.stack = stack;
            this.addresses = stack.addresses();
        }

        /** A stack of one's own, for tests that hurt it. */
        public static Running start() {
            return start(System.out);
        }

        /** The same, which says there what a user is told. */
        public static Running start(PrintStream log) {
            try {
                Path folder = Files.createTempDirectory(Path.of("target"), "stack");
                return new Running(
                        folder,
                        Stack.start(
                                new StackSettings(
                                        folder,
                                        new StackSettings.Ports(0, 0, 0, 0, 0),
                                        2,
                                        false,
                                        OptionalDouble.empty(),
                                        OptionalLong.empty()),
                                ProjectHome.find(),
                                true,
                                log));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            stack.close();
        }

        /** Its servers. */
        public Stack stack() {
            return stack;
        }

        /** Where everything of the stack lives: data, logs, secrets. */
        public Path folder() {
            return folder;
        }

        public RunningStack addresses() {
            return addresses;
        }

        public String relayWebSocket() {
            return addresses.relay().replaceFirst("^http", "ws");
        }

        public FlinkJob job() throws Exception {
            return new FlinkRest(addresses.flink()).job(addresses.jobId());
        }

        public Connection database() throws SQLException {
            return DriverManager.getConnection(
                    addresses.mysql(), addresses.mysqlUser(), addresses.mysqlPassword());
        }

        /** The only number that a query finds; 0 for none. */
        public long number(String query) throws SQLException {
            try (Connection database = database();
                    Statement statement = database.createStatement();
                    ResultSet result = statement.executeQuery(query)) {
                result.next();
                return result.getLong(1);
            }
        }

        /**
         * A block time that is neither late nor makes later trades of other tests late, whatever
         * ran before: that of the newest trade, epoch seconds; {@code otherwise} while there is
         * none.
         */
        public long newestTradeTime(long otherwise) throws SQLException {
            return Math.max(
                    otherwise, number("SELECT COALESCE(MAX(last_trade_time), 0) FROM kline"));
        }

        public KafkaProducer<byte[], byte[]> producer() {
            return new KafkaProducer<>(
                    Map.of(
                            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                            addresses.kafka(),
                            ProducerConfig.COMPRESSION_TYPE_CONFIG,
                            "lz4"),
                    new ByteArraySerializer(),
                    new ByteArraySerializer());
        }

        /** All that is committed in the topic of excluded trades. */
        public List<String> excluded() {
            return committed("trades-excluded");
        }

        /** All that is committed in that topic. */
        public List<String> committed(String topic) {
            try (KafkaConsumer<byte[], String> consumer =
                    new KafkaConsumer<>(
                            Map.of(
                                    ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                    addresses.kafka(),
                                    ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                    "read_committed"),
                            new ByteArrayDeserializer(),
                            new StringDeserializer())) {
                List<TopicPartition> partitions =
                        consumer.partitionsFor(topic).stream()
                                .map(info -> new TopicPartition(info.topic(), info.partition()))
                                .toList();
                consumer.assign(partitions);
                consumer.seekToBeginning(partitions);
                Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
                List<String> values = new ArrayList<>();
                while (partitions.stream()
                        .anyMatch(
                                partition -> consumer.position(partition) < ends.get(partition))) {
                    for (ConsumerRecord<byte[], String> record : consumer.poll(POLL)) {
                        values.add(record.value());
                    }
                }
                return values;
            }
        }
    }
}
