package io.dexklines.bench;

import io.dexklines.local.simulator.Market;
import io.dexklines.local.simulator.MarketSettings;
import io.dexklines.local.simulator.SimulatedRecord;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.local.stack.EmbeddedRedis;
import io.dexklines.local.stack.FlinkCluster;
import io.dexklines.local.stack.ProjectHome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How fast the job works off a backlog of the simulator's trades, and what CPU a trade costs its
 * TaskManager: from Kafka through decoder, shuffle and engine to the topic of excluded trades, with
 * MySQL and Redis behind it or without. Everything is on this machine, each server in its own
 * process.
 *
 * <p>Measured between the first checkpoint that covers a quarter of the trades and the first that
 * covers all. Prints lines of {@code name value}. Its arguments: the trades (2000000), the pairs
 * (400), the trades a second of event time (1000), the parallelism (1), {@code sinks} or {@code
 * none}.
 */
public final class Backlog {

    private static final List<String> TOPICS = List.of("sol-trades", "bsc-trades", "evm-trades-v4");
    private static final int PARTITIONS = 4;
    private static final String GROUP = "dex-klines";
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final long POLL_MS = 50;

    private Backlog() {}

    /** A moment of the job: how many records it has done for good, and what that took. */
    private record Moment(long records, long wallNs, Duration cpu) {}

    /** See the class. */
    public static void main(String[] args) throws Exception {
        long trades = args.length > 0 ? Long.parseLong(args[0]) : 2_000_000;
        int pairs = args.length > 1 ? Integer.parseInt(args[1]) : 400;
        double rate = args.length > 2 ? Double.parseDouble(args[2]) : 1000;
        int parallelism = args.length > 3 ? Integer.parseInt(args[3]) : 1;
        boolean sinks = args.length > 4 && args[4].equals("sinks");
        Path folder = Files.createTempDirectory("backlog");
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

    /** Returns how many records there are. */
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
        print("bytesPerTrade", (double) bytes / published);
        print("tradesPerRecord", (double) published / records);
        return records;
    }

    @SuppressWarnings("try") // closed, not used
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
            Moment quarter = await(admin, flink, records / 4);
            Moment all = await(admin, flink, records);
            double measured = (double) trades * (all.records - quarter.records) / records;
            double seconds = (all.wallNs - quarter.wallNs) / 1e9;
            print("tradesPerSecond", measured / seconds);
            print(
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

    /** Waits until a checkpoint covers so many records. */
    private static Moment await(Admin admin, FlinkCluster flink, long records) throws Exception {
        long deadlineNs = System.nanoTime() + LIMIT.toNanos();
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
                return new Moment(committed, System.nanoTime(), cpu(flink));
            }
            Thread.sleep(POLL_MS);
        }
        throw new IllegalStateException("not done within " + LIMIT);
    }

    /** Of all TaskManagers: the first process is the JobManager. */
    private static Duration cpu(FlinkCluster flink) {
        return flink.pids().stream()
                .skip(1)
                .map(pid -> ProcessHandle.of(pid).orElseThrow().info())
                .map(info -> info.totalCpuDuration().orElseThrow())
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static void print(String name, double value) {
        System.out.println(String.format(Locale.ROOT, "%s %.2f", name, value));
    }
}
