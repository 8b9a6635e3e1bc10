package io.dexklines.bench.peers;

import io.dexklines.job.KlineJob;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.local.stack.EmbeddedRedis;
import io.dexklines.local.stack.EmbeddedRelay;
import io.dexklines.local.stack.Ports;
import io.dexklines.local.stack.ProjectHome;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Starts the contestants, each with its own class path and new names for everything it stores. */
final class Engines {

    private static final String TOPICS = "sol-trades,bsc-trades,evm-trades-v4";

    /**
     * A topic with one element, later than all windows. It closes them when all other partitions
     * are read, which Jet does not otherwise do at the end of a topic.
     */
    private static final String END_TOPIC = "bench-end";

    /** The trades of a pair that the tape publishes per live interval. */
    private static final int TAPE_TRADES = 20;

    private static final Duration BEYOND_ALL_WINDOWS = Duration.ofDays(30);

    /** What Hazelcast's documentation asks for on Java 9 and newer. */
    private static final List<String> JET_OPTIONS =
            List.of(
                    "--add-modules=java.se",
                    "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
                    "--add-opens=java.base/java.lang=ALL-UNNAMED",
                    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                    "--add-opens=java.management/sun.management=ALL-UNNAMED",
                    "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED");

    private final Setting setting;
    private final ProjectHome home;
    private int started;
    private boolean endPublished;

    Engines(Setting setting, ProjectHome home) {
        this.setting = setting;
        this.home = home;
    }

    /**
     * Starts a contestant at the beginning of the backlog.
     *
     * @param klines the folder to which it writes its klines; empty to discard them
     */
    EngineRun start(Contestant contestant, Optional<Path> klines) throws Exception {
        String name = "bench-" + contestant.code() + "-" + ++started;
        return switch (contestant) {
            case FLOOR_POLL, FLOOR_DECODE, FLOOR_FOLD, FLOOR_JACKSON -> floor(contestant, klines);
            case FLINK -> flink("TumblingWindowsJob", name, klines);
            case FLINK_LIVE -> flink("LiveWindowsJob", name, klines);
            case FLINK_SQL -> flink("TumbleSqlJob", name, klines);
            case KAFKA_STREAMS -> streams(name, klines);
            case HAZELCAST_JET -> jet(klines);
            case OURS -> ours(name, List.of(), () -> {}, klines);
            case OURS_STORES -> oursWithStores(name, klines);
            case OURS_RELAY -> oursWithRelay(name, 0, klines);
            case OURS_TAPE -> oursWithRelay(name, TAPE_TRADES, klines);
        };
    }

    /** Returns the names and versions of all engines. */
    static String versions(Path home) throws IOException {
        return "Flink %s, Kafka Streams %s, Hazelcast Jet %s"
                .formatted(
                        version(
                                home.resolve("local/flink-dist/target/flink.classpath"),
                                "flink-core"),
                        version(
                                home.resolve("bench/peers/streams/target/peer.classpath"),
                                "kafka-streams"),
                        version(
                                home.resolve("bench/peers/jet/target/peer.classpath"),
                                "hazelcast"));
    }

    private static String version(Path classPathFile, String artifact) throws IOException {
        Matcher jar =
                Pattern.compile("/" + artifact + "-([0-9][^/:]*)[.]jar")
                        .matcher(Files.readString(classPathFile));
        return jar.find() ? jar.group(1) : "of unknown version";
    }

    private String bootstrapServers() {
        return setting.kafka().bootstrapServers();
    }

    private EngineRun floor(Contestant floor, Optional<Path> klines) throws IOException {
        return ProcessRun.start(
                setting,
                System.getProperty("java.class.path"),
                List.of(),
                with(klines, Floor.class.getName(), floor.code(), bootstrapServers()),
                setting.tradesPerRecord(),
                () -> {});
    }

    private EngineRun flink(String mainClass, String name, Optional<Path> klines) throws Exception {
        return FlinkRun.start(
                setting,
                new FlinkRun.Job(
                        "io.dexklines.peer.flink." + mainClass,
                        FlinkRun.paths(classPath("flink")),
                        with(klines, bootstrapServers(), name),
                        name,
                        () -> {}));
    }

    private EngineRun streams(String name, Optional<Path> klines) throws IOException {
        return ProcessRun.start(
                setting,
                classPath("streams"),
                List.of(),
                with(
                        klines,
                        "io.dexklines.peer.streams.WindowedAggregates",
                        bootstrapServers(),
                        name,
                        Files.createTempDirectory(setting.folder(), "state").toString(),
                        millis(setting.checkpoints())),
                1,
                () -> deleteTopics(name));
    }

    private EngineRun jet(Optional<Path> klines) throws Exception {
        String topics = TOPICS;
        if (klines.isPresent()) {
            publishEnd();
            topics += "," + END_TOPIC;
        }
        return ProcessRun.start(
                setting,
                classPath("jet"),
                JET_OPTIONS,
                with(
                        klines,
                        "io.dexklines.peer.jet.TumblingWindows",
                        bootstrapServers(),
                        String.valueOf(Ports.free()),
                        millis(setting.checkpoints()),
                        topics),
                1,
                () -> {});
    }

    private EngineRun ours(
            String name, List<String> stores, Runnable stopStores, Optional<Path> klines)
            throws Exception {
        List<String> arguments = new ArrayList<>();
        klines.ifPresent(folder -> arguments.add(folder.toString()));
        arguments.addAll(
                List.of(
                        "--kafka.bootstrap-servers",
                        bootstrapServers(),
                        "--kafka.group-id",
                        name,
                        "--kafka.transactional-id-prefix",
                        name,
                        "--kafka.start-offset",
                        "first"));
        arguments.addAll(stores);
        List<Path> classPath = new ArrayList<>(List.of(home.jobJar()));
        if (klines.isPresent()) {
            classPath.add(home.folder().resolve("bench/target/classes"));
            classPath.add(home.folder().resolve("bench/peers/base/target/classes"));
        }
        Class<?> mainClass = klines.isPresent() ? CheckedKlineJob.class : KlineJob.class;
        return FlinkRun.start(
                setting,
                new FlinkRun.Job(mainClass.getName(), classPath, arguments, name, stopStores));
    }

    private EngineRun oursWithStores(String name, Optional<Path> klines) throws Exception {
        Path folder = Files.createTempDirectory(setting.folder(), "stores");
        EmbeddedMariaDb database = EmbeddedMariaDb.start(folder.resolve("mariadb"), 0);
        database.migrate();
        EmbeddedRedis redis = EmbeddedRedis.start(folder.resolve("redis"), 0);
        EmbeddedRelay relay = EmbeddedRelay.start(folder.resolve("relay"), 0, database, redis);
        return ours(
                name,
                List.of(
                        "--mysql.url", database.jdbcUrl(),
                        "--mysql.username", database.job().user(),
                        "--mysql.password", database.job().passwordReference(),
                        "--redis.uri", redis.uri(),
                        "--redis.username", redis.job().user(),
                        "--redis.password", redis.job().passwordReference(),
                        "--relay.urls", relay.publishUrl(),
                        "--relay.token", "file:" + relay.tokenFile()),
                () -> {
                    relay.close();
                    redis.close();
                    database.close();
                },
                klines);
    }

    /** Starts the job with a relay that nobody reads, and without stores. */
    private EngineRun oursWithRelay(String name, int tapeTrades, Optional<Path> klines)
            throws Exception {
        Path folder = Files.createTempDirectory(setting.folder(), "relay");
        EmbeddedRelay relay = EmbeddedRelay.start(folder, 0);
        return ours(
                name,
                List.of(
                        "--relay.urls", relay.publishUrl(),
                        "--relay.token", "file:" + relay.tokenFile(),
                        "--relay.tape-trades", String.valueOf(tapeTrades)),
                relay::close,
                klines);
    }

    /** Returns the class path of a peer: its own classes, then its libraries. */
    private String classPath(String peer) throws IOException {
        Path target = home.folder().resolve("bench/peers").resolve(peer).resolve("target");
        try (var jars = Files.newDirectoryStream(target, "klines-peer-*.jar")) {
            Path jar = jars.iterator().next();
            return jar
                    + File.pathSeparator
                    + Files.readString(target.resolve("peer.classpath")).strip();
        }
    }

    private static List<String> with(Optional<Path> klines, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        klines.ifPresent(folder -> all.add(folder.toString()));
        return all;
    }

    private static String millis(Duration duration) {
        return String.valueOf(duration.toMillis());
    }

    private void publishEnd() throws Exception {
        if (endPublished) {
            return;
        }
        endPublished = true;
        setting.kafka().createTopic(END_TOPIC, 1);
        long seconds = Instant.now().plus(BEYOND_ALL_WINDOWS).getEpochSecond();
        String record = "[{\"type\":\"end\",\"block_time\":%d}]".formatted(seconds);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(END_TOPIC, record.getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
    }

    private void deleteTopics(String prefix) {
        try (Admin admin =
                Admin.create(
                        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()))) {
            Set<String> names = admin.listTopics().names().get();
            admin.deleteTopics(names.stream().filter(name -> name.startsWith(prefix)).toList())
                    .all()
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot delete the topics of " + prefix, e);
        }
    }
}
