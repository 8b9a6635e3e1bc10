package io.dexklines.local.stack;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What may be chosen about a stack.
 *
 * @param folder where all of its state lives
 * @param ports where its servers listen
 * @param parallelism of the job, at least 1
 * @param simulator whether made-up trades are published
 * @param simulatorRate trades a second; empty for the simulator's own choice
 * @param simulatorSeed empty for the simulator's own choice
 */
public record StackSettings(
        Path folder,
        Ports ports,
        int parallelism,
        boolean simulator,
        OptionalDouble simulatorRate,
        OptionalLong simulatorSeed) {

    /** One port each; 0 for any that is free. */
    public record Ports(int kafka, int mysql, int redis, int relay, int flink) {

        /**
         * A line for each port that something else listens on: which, and the flag that moves it.
         */
        public List<String> taken() {
            record Server(String name, int port, String flag) {}
            return List.of(
                            new Server("the relay", relay, "--relay-port"),
                            new Server("Flink's web UI", flink, "--flink-port"),
                            new Server("MySQL", mysql, "--mysql-port"),
                            new Server("Redis", redis, "--redis-port"),
                            new Server("Kafka", kafka, "--kafka-port"))
                    .stream()
                    .filter(server -> server.port() != 0)
                    .filter(server -> !io.dexklines.local.stack.Ports.isFree(server.port()))
                    .map(
                            server ->
                                    "port %d is taken, and %s needs it: free it, or move %s with %s"
                                            .formatted(
                                                    server.port(),
                                                    server.name(),
                                                    server.name(),
                                                    server.flag() + " PORT"))
                    .toList();
        }
    }
}
