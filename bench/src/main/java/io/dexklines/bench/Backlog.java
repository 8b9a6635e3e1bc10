package io.dexklines.bench;

import io.dexklines.local.simulator.Market;
import io.dexklines.local.simulator.MarketSettings;
import io.dexklines.local.simulator.SimulatedRecord;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.local.stack.EmbeddedRedis;
import io.dexklines.local.stack.FlinkCluster;
import io.dexklines.local.stack.ProjectHome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A benchmark of the whole job with a backlog of simulated trades. It measures the throughput and
 * the CPU time of the TaskManager for each trade: from Kafka through the decoder, the shuffle and
 * the kline operator to the topic of excluded trades, with or without MySQL and Redis. All servers
 * run on this machine, each in a separate process.
 *
 * <p>The measurement starts at the first checkpoint that covers a quarter of the trades, and ends
 * at the first that covers all. Prints lines of {@code name value}. Arguments: number of trades
 * (2000000), number of pairs (400), trades per second of event time (1000), parallelism (1), {@code
 * sinks} or {@code none}.
 */
public final class Backlog {

    private static final List<String> TOPICS = List.of("sol-trades", "bsc-trades", "evm-trades-v4");
    private static final int PARTITIONS = 4;
    private static final String GROUP = "dex-klines";
    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final long POLL_MS = 50;

    private Backlog() {}

    /** The progress of the job: records covered by a checkpoint, wall-clock time, CPU time. */
    private record Progress(long records, long wallNs, Duration cpu) {}

    public static void main(String[] args) throws Exception {
        long trades = Long.parseLong(Bench.argument(args, 0, "2000000"));
        int pairs = Bench.argument(args, 1, 400);
        double rate = Double.parseDouble(Bench.argument(args, 2, "1000"));
        int parallelism = Bench.argument(args, 3, 1);
        boolean sinks = Bench.argument(args, 4, "none").equals("sinks");
        Bench.inTemporaryFolder(folder -> measure(folder, trades, pairs, rate, parallelism, sinks));
    }

    private static void measure(
            Path folder, long trades, int pairs, double rate, int parallelism, boolean sinks)
            throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0)) {
            TOPICS.forEach(topic -> kafka.createTopic(topic, PARTITIONS));
            kafka.createTopic("trades-excluded", 1);
            for (String topic :
                    List.of(
                            "klines-refused",
                            "smart-money-wallets",
                            "smart-money-follows",
                            "smart-money-notifications",
                            "smart-money-clusters")) {
                kafka.createTopic(topic, 1);
            }
            long records = publish(kafka, trades, pairs, rate);
            try (FlinkCluster flink =
                    FlinkCluster.start(
                            folder.resolve("flink"),
                            FlinkCluster.Settings.ofSlots(parallelism)
                                    .with("execution.checkpointing.interval", "1 s")
                                    .with("parallelism.default", String.valueOf(parallelism)))) {
                run(kafka, flink, folder, sinks, trades, records);
            }
        }
    }

    /** Publishes the trades. Returns the number of records. */
    private static long publish(EmbeddedKafka kafka, long trades, int pairs, double rate) {
        long startMs = System.currentTimeMillis() - (long) (trades / rate * 1000) - 60_000;
        Market market = new Market(new MarketSettings(1, startMs, rate, pairs, Long.MAX_VALUE));
        long published = 0;
        long records = 0;
        long bytes = 0;
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                kafka.bootstrapServers(),
                                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                                "lz4",
                                ProducerConfig.LINGER_MS_CONFIG,
                                20),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            while (published < trades) {
                SimulatedRecord record = market.next().orElseThrow();
                producer.send(
                        new ProducerRecord<>(
                                record.topic(),
                                record.partitionDraw() % PARTITIONS,
                                null,
                                record.value()));
                published += record.trades();
                bytes += record.value().length;
                records++;
            }
        }
        Bench.print("bytesPerTrade", (double) bytes / published);
        Bench.print("tradesPerRecord", (double) published / records);
        return records;
    }

    @SuppressWarnings("try") // the servers are closed, but not used
    private static void run(
            EmbeddedKafka kafka,
            FlinkCluster flink,
            Path folder,
            boolean sinks,
            long trades,
            long records)
            throws Exception {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--kafka.bootstrap-servers",
                                kafka.bootstrapServers(),
                                "--kafka.start-offset",
                                "first"));
        try (AutoCloseable servers = sinks ? withSinks(folder, arguments) : () -> {};
                Admin admin =
                        Admin.create(
                                Map.of(
                                        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                                        kafka.bootstrapServers()))) {
            flink.submit(
                    ProjectHome.find().jobJar(),
                    Optional.empty(),
                    arguments.toArray(String[]::new));
            Progress quarter = await(admin, flink, records / 4);
            Progress all = await(admin, flink, records);
            double measured = (double) trades * (all.records - quarter.records) / records;
            double seconds = (all.wallNs - quarter.wallNs) / 1e9;
            Bench.print("tradesPerSecond", measured / seconds);
            Bench.print(
                    "taskManagerCpuUsPerTrade",
                    all.cpu.minus(quarter.cpu).toNanos() / 1e3 / measured);
        }
    }

    private static AutoCloseable withSinks(Path folder, List<String> arguments) {
        EmbeddedMariaDb database = EmbeddedMariaDb.start(folder.resolve("mariadb"), 0);
        database.migrate(ProjectHome.find().mysqlMigrations());
        EmbeddedRedis redis = EmbeddedRedis.start(folder.resolve("redis"), 0);
        arguments.addAll(
                List.of(
                        "--mysql.url", database.jdbcUrl(),
                        "--mysql.username", database.user(),
                        "--mysql.password", "file:" + database.passwordFile(),
                        "--redis.uri", redis.uri()));
        return () -> {
            redis.close();
            database.close();
        };
    }

    /** Waits until a checkpoint covers the given number of records. */
    private static Progress await(Admin admin, FlinkCluster flink, long records) throws Exception {
        long deadlineNs = System.nanoTime() + TIMEOUT.toNanos();
        while (System.nanoTime() < deadlineNs) {
            long committed =
                    admin
                            .listConsumerGroupOffsets(GROUP)
                            .partitionsToOffsetAndMetadata()
                            .get()
                            .values()
                            .stream()
                            .mapToLong(offset -> offset.offset())
                            .sum();
            if (committed >= records) {
                return new Progress(committed, System.nanoTime(), cpu(flink));
            }
            Thread.sleep(POLL_MS);
        }
        throw new IllegalStateException("not done within " + TIMEOUT);
    }

    /** Returns the CPU time of all TaskManagers. The first process is the JobManager. */
    private static Duration cpu(FlinkCluster flink) {
        return flink.pids().stream()
                .skip(1)
                .map(pid -> ProcessHandle.of(pid).orElseThrow().info())
                .map(info -> info.totalCpuDuration().orElseThrow())
                .reduce(Duration.ZERO, Duration::plus);
    }
}
