package io.dexklines.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.stack.EmbeddedRelay;
import io.dexklines.local.stack.FlinkCluster;
import io.dexklines.local.stack.ProjectHome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What smart money costs and how fast it is, on the job as users run it: a Kafka broker, the relay
 * and a standalone Flink cluster, each in JVMs of its own, with neither MySQL nor Redis.
 *
 * <p>Prints lines of {@code name value}. Its arguments: how many wallets are listed (1000000); how
 * many trades of other wallets are read (300000); the state backend (hashmap or rocksdb).
 */
public final class SmartMoneyFigures implements AutoCloseable {

    private static final int TRADES_PER_RECORD = 10;
    private static final int ROUNDS = 3;
    private static final int ALERTS = 1_000;
    private static final int ALERTS_PER_SECOND = 20;
    private static final int BACKGROUND_TRADES_PER_SECOND = 1_000;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final long POLL_MS = 50;
    private static final long NANOS = 1_000_000_000;

    /** As many of a thread's name as Linux shows. */
    private static final int COMM_CHARS = 15;

    /** Of the counter of time that Linux keeps of a thread, on every architecture that counts. */
    private static final double TICKS_PER_SECOND = 100;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final WalletTrades wallets;
    private final int trades;
    private final Path folder;
    private final EmbeddedKafka kafka;
    private final EmbeddedRelay relay;
    private final FlinkCluster flink;
    private int runs;
    private long probes;

    /** How the job runs in one round. */
    private enum Variant {
        WITHOUT("no smart money", List.of("--smart-money.enabled", "false")),
        FILTERED("with the filter", List.of()),
        UNFILTERED("without a filter", List.of("--smart-money.max-waiting-trades", "1"));

        private final String text;
        private final List<String> arguments;

        Variant(String text, List<String> arguments) {
            this.text = text;
            this.arguments = arguments;
        }
    }

    private SmartMoneyFigures(int wallets, int trades, String backend) throws IOException {
        this.wallets = new WalletTrades(wallets);
        this.trades = trades;
        this.folder = Files.createTempDirectory("klines-bench");
        this.kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        List<NewTopic> topics = new ArrayList<>();
        for (String topic : List.of("sol-trades", "bsc-trades", "evm-trades-v4")) {
            topics.add(new NewTopic(topic, 1, (short) 1));
        }
        for (String topic :
                List.of(
                        "trades-excluded",
                        "smart-money-wallets",
                        "smart-money-follows",
                        "smart-money-notifications",
                        "smart-money-clusters")) {
            topics.add(new NewTopic(topic, 1, (short) 1));
        }
        kafka.createTopics(topics);
        this.relay = EmbeddedRelay.start(folder.resolve("relay"), 0);
        this.flink =
                FlinkCluster.start(
                        folder.resolve("flink"),
                        new FlinkCluster.Settings(
                                0,
                                1,
                                1,
                                3072,
                                512,
                                Map.of(
                                        "state.backend.type",
                                        backend,
                                        "execution.checkpointing.incremental",
                                        "true")));
    }

    /** See the class. */
    public static void main(String[] args) throws Exception {
        int wallets = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        int trades = args.length > 1 ? Integer.parseInt(args[1]) : 300_000;
        String backend = args.length > 2 ? args[2] : "hashmap";
        print("wallets", wallets);
        print("trades", trades);
        print("backend", backend);
        try (SmartMoneyFigures figures = new SmartMoneyFigures(wallets, trades, backend)) {
            figures.measure();
        }
    }

    private void measure() throws Exception {
        list();
        List<Block> blocks = blocks();
        for (int round = 1; round <= ROUNDS; round++) {
            for (Variant variant : Variant.values()) {
                String name = variant.text + ", round " + round + ": ";
                String job = start(name, variant);
                read(name, variant, job, blocks);
                if (variant == Variant.FILTERED && round == 1) {
                    sayWhatTheListsTake(job);
                }
                if (variant == Variant.FILTERED && round == ROUNDS) {
                    sayHowFastAlertsAre();
                }
                flink.cancel(job);
            }
        }
    }

    private void list() {
        long started = System.nanoTime();
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (int number = 0; number < wallets.count(); number++) {
                producer.send(
                        new ProducerRecord<>(
                                "smart-money-wallets", wallets.key(number), wallets.value(number)));
            }
        }
        print("listing them in the topic, s", secondsSince(started));
    }

    /** A record of trades and where it goes. */
    private record Block(String topic, byte[] value) {}

    /** The trades of wallets that no list holds, made before anything is measured. */
    private List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        long timeSeconds = System.currentTimeMillis() / 1000;
        for (long record = 0; record < trades / TRADES_PER_RECORD; record++) {
            long first = unlisted(record * TRADES_PER_RECORD * 3 + record % 3);
            blocks.add(
                    new Block(
                            wallets.topic(first),
                            wallets.block(first, TRADES_PER_RECORD, timeSeconds)));
        }
        return blocks;
    }

    /** A number that no list holds, of the same chain. */
    private long unlisted(long number) {
        return (wallets.count() / 3 + 1) * 3L + number;
    }

    /** Starts a job that begins at the end of the topics, and waits until it reads. */
    private String start(String name, Variant variant) throws Exception {
        runs++;
        Map<String, Double> before = cpuSecondsByThread();
        long submitted = System.nanoTime();
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--kafka.bootstrap-servers",
                                kafka.bootstrapServers(),
                                "--kafka.group-id",
                                "run" + runs,
                                "--kafka.transactional-id-prefix",
                                "run" + runs,
                                "--kafka.start-offset",
                                "last",
                                "--relay.urls",
                                relay.publishUrl(),
                                "--relay.token",
                                "file:" + relay.tokenFile()));
        arguments.addAll(variant.arguments);
        String job =
                flink.submit(
                        ProjectHome.find().jobJar(),
                        Optional.empty(),
                        arguments.toArray(String[]::new));
        if (variant != Variant.WITHOUT) {
            await(job, "Wallet filter", "walletsListed", this::areListed);
            print(name + "lists loaded after, s", secondsSince(submitted));
            print(name + "CPU until then, s", cpuSeconds(before));
        }
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            awaitThat(
                    "the first trade",
                    () -> {
                        long first = unlisted(100L * trades + 3 * (probes++));
                        producer.send(
                                new ProducerRecord<>(
                                        wallets.topic(first),
                                        wallets.block(
                                                first, 1, System.currentTimeMillis() / 1000)));
                        return metric(job, "Klines of all intervals", "tradesCounted") > 0;
                    });
        }
        awaitThat("what was published to be read", () -> isQuiet(job, variant));
        return job;
    }

    /** Whether nothing was counted for a while, and nothing waits. */
    private boolean isQuiet(String job, Variant variant) throws Exception {
        long counted = metric(job, "Klines of all intervals", "tradesCounted");
        Thread.sleep(1_000);
        return metric(job, "Klines of all intervals", "tradesCounted") == counted
                && (variant == Variant.WITHOUT
                        || metric(job, "Wallet filter", "walletFilterWaiting") == 0);
    }

    /** Has the job read all blocks, and says what that took. */
    private void read(String name, Variant variant, String job, List<Block> blocks)
            throws Exception {
        long counted = metric(job, "Klines of all intervals", "tradesCounted");
        long hits = metric(job, "Wallet filter", "walletFilterHits");
        long false0 = metric(job, "Smart money", "walletFilterFalsePositives");
        Map<String, Double> before = cpuSecondsByThread();
        long started = System.nanoTime();
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (Block block : blocks) {
                producer.send(new ProducerRecord<>(block.topic(), block.value()));
            }
        }
        int whole = blocks.size() * TRADES_PER_RECORD;
        await(job, "Klines of all intervals", "tradesCounted", now -> now >= counted + whole);
        if (variant != Variant.WITHOUT) {
            await(job, "Wallet filter", "walletFilterWaiting", waiting -> waiting == 0);
        }
        print(name + "all read after, s", secondsSince(started));
        print(name + "CPU of the TaskManager, us per trade", cpuSeconds(before) * 1e6 / whole);
        for (String part :
                List.of(
                        "Wallet lists",
                        "Wallet filter",
                        "Smart money",
                        "Source: Trades",
                        "Klines of all intervals")) {
            double seconds = cpuSecondsOf(part, before);
            if (seconds > 0) {
                print(name + "of it '" + part + "', us per trade", seconds * 1e6 / whole);
                print(
                        name + "of it '" + part + "', share in %",
                        100 * seconds / cpuSeconds(before));
            }
        }
        if (variant == Variant.FILTERED) {
            long passed = metric(job, "Wallet filter", "walletFilterHits") - hits;
            print(name + "passed the filter", passed);
            print(name + "false-positive rate in %", 100.0 * passed / whole);
            print(
                    name + "stopped by the exact check",
                    metric(job, "Smart money", "walletFilterFalsePositives") - false0);
        }
    }

    private void sayWhatTheListsTake(String job) throws Exception {
        print("filter, bytes", metric(job, "Wallet filter", "walletFilterBytes"));
        print("filter, layers", metric(job, "Wallet filter", "walletFilterLayers"));
        long completed =
                get("/jobs/" + job + "/checkpoints").path("counts").path("completed").asLong();
        awaitThat(
                "a checkpoint",
                () ->
                        get("/jobs/" + job + "/checkpoints")
                                        .path("counts")
                                        .path("completed")
                                        .asLong()
                                > completed + 1);
        JsonNode latest = get("/jobs/" + job + "/checkpoints").path("latest").path("completed");
        print("checkpoint, MB", latest.path("state_size").asLong() / 1e6);
        print("checkpoint, ms", latest.path("end_to_end_duration").asLong());
        JsonNode whole = get("/jobs/" + job + "/checkpoints/details/" + latest.path("id").asLong());
        for (JsonNode vertex : get("/jobs/" + job).path("vertices")) {
            JsonNode task = whole.path("tasks").path(vertex.path("id").asText());
            print(
                    "checkpoint of '" + vertex.path("name").asText() + "', MB",
                    task.path("state_size").asLong() / 1e6);
        }
    }

    /**
     * Publishes trades of listed wallets by a schedule, and notes when each arrives as an event.
     */
    private void sayHowFastAlertsAre() throws Exception {
        AtomicLongArray scheduled = new AtomicLongArray(ALERTS);
        AtomicLongArray arrived = new AtomicLongArray(ALERTS);
        Map<String, Integer> byTransaction = new ConcurrentHashMap<>();
        for (int alert = 0; alert < ALERTS; alert++) {
            byTransaction.put(WalletTrades.txHash(makerOf(alert)), alert);
        }
        WebSocket subscriber =
                http.newWebSocketBuilder()
                        .buildAsync(
                                URI.create(relay.webSocketUrl() + "/ws/1@smartmoney"),
                                new Arrivals(byTransaction, arrived))
                        .get();
        Thread background = new Thread(this::publishOthers, "background");
        background.setDaemon(true);
        background.start();
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            long start = System.nanoTime() + NANOS;
            for (int alert = 0; alert < ALERTS; alert++) {
                long due = start + alert * (NANOS / ALERTS_PER_SECOND);
                for (long left = due - System.nanoTime();
                        left > 0;
                        left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                long maker = makerOf(alert);
                if (isListedJustBefore(alert)) {
                    producer.send(
                                    new ProducerRecord<>(
                                            "smart-money-wallets",
                                            wallets.key(maker),
                                            wallets.value(maker)))
                            .get();
                    scheduled.set(alert, System.nanoTime());
                } else {
                    scheduled.set(alert, due);
                }
                producer.send(
                        new ProducerRecord<>(
                                wallets.topic(maker),
                                wallets.block(maker, 1, System.currentTimeMillis() / 1000)));
                producer.flush();
            }
            awaitThat(
                    "all alerts",
                    () -> {
                        for (int alert = 0; alert < ALERTS; alert++) {
                            if (arrived.get(alert) == 0) {
                                return false;
                            }
                        }
                        return true;
                    });
        } finally {
            background.interrupt();
            subscriber.abort();
        }
        sayHowLong("listed before", alert -> !isListedJustBefore(alert), scheduled, arrived);
        sayHowLong("listed just before", this::isListedJustBefore, scheduled, arrived);
    }

    private boolean isListedJustBefore(int alert) {
        return alert % 10 == 9;
    }

    /** On the chain whose alerts are watched. */
    private long makerOf(int alert) {
        return isListedJustBefore(alert) ? unlisted(30L * trades + 3L * alert) : 3L * alert;
    }

    private static void sayHowLong(
            String which, IntPredicate alerts, AtomicLongArray from, AtomicLongArray to) {
        double[] ms =
                IntStream.range(0, ALERTS)
                        .filter(alerts)
                        .mapToDouble(alert -> (to.get(alert) - from.get(alert)) / 1e6)
                        .sorted()
                        .toArray();
        String name = "record in Kafka to event on a WebSocket, wallet " + which + ", ";
        print(name + "p50 ms", ms[ms.length / 2]);
        print(name + "p99 ms", ms[ms.length * 99 / 100]);
        print(name + "max ms", ms[ms.length - 1]);
    }

    private void publishOthers() {
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            long number = unlisted(10L * trades);
            long due = System.nanoTime();
            while (!Thread.interrupted()) {
                due += NANOS * TRADES_PER_RECORD / BACKGROUND_TRADES_PER_SECOND;
                LockSupport.parkNanos(due - System.nanoTime());
                number += 3L * TRADES_PER_RECORD + 1;
                producer.send(
                        new ProducerRecord<>(
                                wallets.topic(number),
                                wallets.block(
                                        number,
                                        TRADES_PER_RECORD,
                                        System.currentTimeMillis() / 1000)));
            }
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        kafka.bootstrapServers(),
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.LINGER_MS_CONFIG,
                        0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private double cpuSeconds(Map<String, Double> before) throws IOException {
        return cpuSecondsOf("", before);
    }

    /** What the threads have used since whose names begin so. */
    private double cpuSecondsOf(String name, Map<String, Double> before) throws IOException {
        String shortened = name.substring(0, Math.min(name.length(), COMM_CHARS));
        double seconds = 0;
        for (Map.Entry<String, Double> thread : cpuSecondsByThread().entrySet()) {
            if (thread.getKey().split(" ", 2)[1].startsWith(shortened)) {
                seconds += thread.getValue() - before.getOrDefault(thread.getKey(), 0.0);
            }
        }
        return seconds;
    }

    /** CPU seconds of the TaskManager's threads, each by its id and the first 15 of its name. */
    private Map<String, Double> cpuSecondsByThread() throws IOException {
        Map<String, Double> seconds = new HashMap<>();
        long taskManager = flink.pids().get(1);
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + taskManager + "/task"))) {
            for (Path thread : threads.toList()) {
                try {
                    String stat = Files.readString(thread.resolve("stat"));
                    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                    seconds.put(
                            thread.getFileName()
                                    + " "
                                    + Files.readString(thread.resolve("comm")).strip(),
                            (Long.parseLong(fields[11]) + Long.parseLong(fields[12]))
                                    / TICKS_PER_SECOND);
                } catch (IOException e) {
                    // it has ended meanwhile
                }
            }
        }
        return seconds;
    }

    private void await(String job, String vertex, String metric, LongPredicate holds)
            throws Exception {
        awaitThat(metric + " of " + vertex, () -> holds.test(metric(job, vertex, metric)));
    }

    /** Whether that many are all: an address that the filter takes for another is not counted. */
    private boolean areListed(long listed) {
        return listed >= wallets.count() * 0.998;
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void awaitThat(String what, Condition condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("in vain waited for " + what);
            }
            Thread.sleep(POLL_MS);
        }
    }

    /** The sum of a metric over the subtasks of the vertex of that name; -1 while there is none. */
    private long metric(String job, String operator, String metric) throws Exception {
        for (JsonNode vertex : get("/jobs/" + job).path("vertices")) {
            if (!vertex.path("name").asText().contains(operator)) {
                continue;
            }
            String path =
                    "/jobs/"
                            + job
                            + "/vertices/"
                            + vertex.path("id").asText()
                            + "/subtasks/metrics";
            for (JsonNode known : get(path)) {
                String id = known.path("id").asText();
                if (id.equals(metric) || id.endsWith("." + metric)) {
                    return get(path + "?get=" + id + "&agg=sum").path(0).path("sum").asLong();
                }
            }
        }
        return -1;
    }

    private JsonNode get(String path) throws Exception {
        return JSON.readTree(
                http.send(
                                HttpRequest.newBuilder(URI.create(flink.restUrl() + path)).build(),
                                HttpResponse.BodyHandlers.ofByteArray())
                        .body());
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    private static void print(String name, Object value) {
        String text =
                value instanceof Double number
                        ? String.format(Locale.ROOT, "%.2f", number)
                        : value.toString();
        System.out.printf("%-90s %s%n", name, text);
    }

    @Override
    public void close() throws IOException {
        flink.close();
        relay.close();
        kafka.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Notes when an event arrives, by its transaction. */
    private static final class Arrivals implements WebSocket.Listener {

        private static final String FIELD = "\"tx_hash\":\"";

        private final Map<String, Integer> byTransaction;
        private final AtomicLongArray arrived;
        private final StringBuilder message = new StringBuilder();

        Arrivals(Map<String, Integer> byTransaction, AtomicLongArray arrived) {
            this.byTransaction = byTransaction;
            this.arrived = arrived;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            long now = System.nanoTime();
            message.append(data);
            if (last) {
                int at = message.indexOf(FIELD);
                if (at >= 0) {
                    int from = at + FIELD.length();
                    Integer alert =
                            byTransaction.get(message.substring(from, message.indexOf("\"", from)));
                    if (alert != null) {
                        arrived.compareAndSet(alert, 0, now);
                    }
                }
                message.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }
}
