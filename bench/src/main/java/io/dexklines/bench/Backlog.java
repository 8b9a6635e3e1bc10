package io.dexklines.bench;

import io.dexklines.local.simulator.MarketSettings;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.local.stack.EmbeddedRedis;
import io.dexklines.local.stack.FlinkCluster;
import io.dexklines.local.stack.ProjectHome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A benchmark of the whole job with a backlog of simulated trades. It measures the throughput and
 * the CPU time of the TaskManager for each trade: from Kafka through the decoder, the shuffle and
 * the kline operator to the topic of excluded trades, with or without MySQL and Redis. All servers
 * run on this machine, each in a separate process.
 *
 * <p>The measurement starts at the first checkpoint that covers a quarter of the trades, and ends
 * at the first that covers all. The CPU time of the JobManager is printed per second. Prints lines
 * of {@code name value}. Arguments: number of trades (2000000), number of pairs (400), trades per
 * second of event time (1000), parallelism (1), {@code sinks} or {@code none}, interval of
 * checkpoints ({@code 1s}), arguments of the job.
 */
public final class Backlog {

    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private Backlog() {}

    /**
     * The progress of the job.
     *
     * @param records number of records that a checkpoint covers
     * @param jobManagerCpu CPU time of the JobManager
     * @param taskManagerCpu CPU time of all TaskManagers
     */
    private record Progress(
            long records, long wallNs, Duration jobManagerCpu, Duration taskManagerCpu) {}

    public static void main(String[] args) throws Exception {
        long trades = Long.parseLong(Bench.argument(args, 0, "2000000"));
        int pairs = Bench.argument(args, 1, 400);
        double rate = Double.parseDouble(Bench.argument(args, 2, "1000"));
        int parallelism = Bench.argument(args, 3, 1);
        boolean sinks = Bench.argument(args, 4, "none").equals("sinks");
        String interval = Bench.argument(args, 5, "1s");
        List<String> more = List.of(args).subList(Math.min(args.length, 6), args.length);
        Bench.inTemporaryFolder(
                folder -> measure(folder, trades, pairs, rate, parallelism, sinks, interval, more));
    }

    private static void measure(
            Path folder,
            long trades,
            int pairs,
            double rate,
            int parallelism,
            boolean sinks,
            String checkpointInterval,
            List<String> arguments)
            throws Exception {
        long startMs = System.currentTimeMillis() - (long) (trades / rate * 1000) - 60_000;
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
                SimulatedBacklog backlog =
                        new SimulatedBacklog(
                                kafka,
                                new MarketSettings(1, startMs, rate, pairs, Long.MAX_VALUE))) {
            backlog.publish(trades);
            Bench.print("bytesPerTrade", backlog.bytesPerTrade());
            Bench.print("tradesPerRecord", backlog.tradesPerRecord());
            try (FlinkCluster flink =
                    FlinkCluster.start(
                            folder.resolve("flink"),
                            FlinkCluster.Settings.ofSlots(parallelism)
                                    .with("execution.checkpointing.interval", checkpointInterval)
                                    .with("parallelism.default", String.valueOf(parallelism)))) {
                run(kafka, flink, folder, sinks, arguments, backlog);
            }
        }
    }

    @SuppressWarnings("try") // the servers are closed, but not used
    private static void run(
            EmbeddedKafka kafka,
            FlinkCluster flink,
            Path folder,
            boolean sinks,
            List<String> more,
            SimulatedBacklog backlog)
            throws Exception {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--kafka.bootstrap-servers",
                                kafka.bootstrapServers(),
                                "--kafka.start-offset",
                                "first"));
        arguments.addAll(more);
        try (AutoCloseable servers = sinks ? withSinks(folder, arguments) : () -> {}) {
            flink.submit(
                    ProjectHome.find().jobJar(),
                    Optional.empty(),
                    arguments.toArray(String[]::new));
            Progress quarter = await(backlog, flink, backlog.records() / 4);
            Progress all = await(backlog, flink, backlog.records());
            double measured = backlog.tradesPerRecord() * (all.records - quarter.records);
            double seconds = (all.wallNs - quarter.wallNs) / 1e9;
            Bench.print("tradesPerSecond", measured / seconds);
            Bench.print(
                    "taskManagerCpuUsPerTrade",
                    all.taskManagerCpu.minus(quarter.taskManagerCpu).toNanos() / 1e3 / measured);
            Bench.print(
                    "jobManagerCpuMsPerSecond",
                    all.jobManagerCpu.minus(quarter.jobManagerCpu).toNanos() / 1e6 / seconds);
        }
    }

    private static AutoCloseable withSinks(Path folder, List<String> arguments) {
        EmbeddedMariaDb database = EmbeddedMariaDb.start(folder.resolve("mariadb"), 0);
        database.migrate();
        EmbeddedRedis redis = EmbeddedRedis.start(folder.resolve("redis"), 0);
        arguments.addAll(
                List.of(
                        "--mysql.url", database.jdbcUrl(),
                        "--mysql.username", database.job().user(),
                        "--mysql.password", database.job().passwordReference(),
                        "--redis.uri", redis.uri(),
                        "--redis.username", redis.job().user(),
                        "--redis.password", redis.job().passwordReference()));
        return () -> {
            redis.close();
            database.close();
        };
    }

    /** Waits until a checkpoint covers the given number of records. */
    private static Progress await(SimulatedBacklog backlog, FlinkCluster flink, long records)
            throws Exception {
        long read = backlog.awaitRead(records, TIMEOUT);
        List<Long> pids = flink.pids();
        Duration taskManagers =
                pids.stream().skip(1).map(JavaProcess::cpu).reduce(Duration.ZERO, Duration::plus);
        return new Progress(read, System.nanoTime(), JavaProcess.cpu(pids.get(0)), taskManagers);
    }
}
