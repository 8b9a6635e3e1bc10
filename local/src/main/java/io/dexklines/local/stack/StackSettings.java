package io.dexklines.local.stack;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The settings of a stack.
 *
 * @param folder contains all of its state
 * @param ports ports of its servers
 * @param parallelism parallelism of the job, 1 to {@link Stack#SLOTS}
 * @param simulation the simulated trades that are published; empty for none
 * @param monitoring whether Prometheus is started, which has to be installed
 * @param flinkConfiguration keys of Flink's configuration that replace those of the stack
 */
public record StackSettings(
        Path folder,
        Ports ports,
        int parallelism,
        Optional<Simulation> simulation,
        boolean monitoring,
        Map<String, String> flinkConfiguration) {

    /** Returns settings with free ports, a job of two subtasks and no simulator. */
    public static StackSettings withoutSimulator(Path folder) {
        return new StackSettings(folder, Ports.FREE, 2, Optional.empty(), false, Map.of());
    }

    /** Adds a key of Flink's configuration. */
    public StackSettings with(String flinkKey, String value) {
        Map<String, String> more = new LinkedHashMap<>(flinkConfiguration);
        more.put(flinkKey, value);
        return new StackSettings(
                folder, ports, parallelism, simulation, monitoring, Map.copyOf(more));
    }

    /**
     * What the simulator publishes.
     *
     * @param rate trades per second; empty for the simulator's default
     * @param seed seed of the market; empty for the simulator's default
     * @param historyHours how many hours before the first start the trades begin, 0 to 168. A later
     *     start in the same folder publishes no history
     * @param hostile whether some tokens have hostile symbols
     */
    public record Simulation(
            OptionalDouble rate, OptionalLong seed, int historyHours, boolean hostile) {

        /** At 1,000 trades per second, 35 minutes of trades of the busiest partition. */
        private static final long PARTITION_BYTES = 128L << 20;

        private static final double TRADES_PER_SECOND = 1_000;

        /** What MySQL, Redis and checkpoints need at the most, with their limits. */
        private static final double OTHER_GB = 5.5;

        /**
         * The logs of nine processes, see {@link LogLimit#MAX_BYTES}, and of Flink's loggers, see
         * {@code flink-log4j2.properties}.
         */
        private static final double LOGS_GB = 0.3;

        /** Returns how much Kafka keeps of a partition, in bytes: minutes of trades at any rate. */
        long partitionBytes() {
            return Math.round(
                    PARTITION_BYTES
                            * Math.max(1, rate.orElse(TRADES_PER_SECOND) / TRADES_PER_SECOND));
        }

        /** Returns how large the folder becomes at the most, in 10^9 bytes. */
        public long maxFolderGb() {
            double kafkaGb =
                    JobTopics.partitions() * (partitionBytes() + EmbeddedKafka.SEGMENT_BYTES) / 1e9;
            return (long) Math.ceil(kafkaGb + OTHER_GB + LOGS_GB);
        }
    }

    /**
     * A server of a stack and its port.
     *
     * @param name the name in a sentence, such as {@code the relay}
     * @param flag the option of {@code klines up} that changes the port
     */
    public record Server(String name, int port, String flag) {}

    /** The ports of the servers. 0 means any free port. */
    public record Ports(int kafka, int mysql, int redis, int relay, int flinkUi, int prometheus) {

        /** Any free ports. */
        static final Ports FREE = new Ports(0, 0, 0, 0, 0, 0);

        /** The ports of {@code klines up} without options. */
        public static final Ports DEFAULT = new Ports(9092, 3306, 6379, 8080, 8081, 0);

        /** Returns the servers with their ports. */
        public List<Server> servers() {
            return List.of(
                    new Server("the relay", relay, "--relay-port"),
                    new Server("Flink's web UI", flinkUi, "--flink-port"),
                    new Server("MySQL", mysql, "--mysql-port"),
                    new Server("Redis", redis, "--redis-port"),
                    new Server("Kafka", kafka, "--kafka-port"),
                    new Server("Prometheus", prometheus, "--prometheus-port"));
        }

        /** Returns a message for each port that is in use, with the option that changes it. */
        public List<String> taken() {
            return servers().stream()
                    .filter(server -> server.port() != 0)
                    .filter(server -> !io.dexklines.local.stack.Ports.isFree(server.port()))
                    .map(
                            server ->
                                    "port %d is in use, but %s needs it: free it, or choose another with %s PORT"
                                            .formatted(server.port(), server.name(), server.flag()))
                    .toList();
        }
    }
}
