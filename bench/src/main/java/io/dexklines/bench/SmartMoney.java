package io.dexklines.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.stack.EmbeddedRelay;
import io.dexklines.local.stack.FlinkCluster;
import io.dexklines.local.stack.ProjectHome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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
 * A benchmark of smart money in the whole job. It measures CPU time, state and latency with a Kafka
 * broker, the relay and a standalone Flink cluster, each in processes of their own, and without
 * MySQL and Redis.
 *
 * <p>Prints lines of {@code name value}. Arguments: number of smart-money wallets (1000000), number
 * of trades by other wallets (300000), state backend ({@code hashmap} or {@code rocksdb}).
 */
public final class SmartMoney implements AutoCloseable {

    private static final int TRADES_PER_RECORD = 10;
    private static final int ROUNDS = 3;
    private static final int ALERTS = 1_000;
    private static final int ALERTS_PER_SECOND = 20;
    private static final int BACKGROUND_TRADES_PER_SECOND = 1_000;
    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final long POLL_MS = 50;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** The part of a thread's name that Linux keeps, in characters. */
    private static final int COMM_CHARS = 15;

    /** The unit of the CPU times in {@code /proc}. */
    private static final double TICKS_PER_SECOND = 100;

    private final WalletTrades wallets;
    private final int trades;
    private final EmbeddedKafka kafka;
    private final EmbeddedRelay relay;
    private final FlinkCluster flink;
    private final RestClient rest;
    private int runs;
    private long triggerTrades;

    /** The configurations of the job that are compared. */
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

    private SmartMoney(Path folder, int wallets, int trades, String backend) {
        this.wallets = new WalletTrades(wallets);
        this.trades = trades;
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
        this.rest = new RestClient(flink);
    }

    public static void main(String[] args) throws Exception {
        int wallets = Bench.argument(args, 0, 1_000_000);
        int trades = Bench.argument(args, 1, 300_000);
        String backend = Bench.argument(args, 2, "hashmap");
        Bench.print("wallets", wallets);
        Bench.print("trades", trades);
        Bench.print("backend", backend);
        Bench.inTemporaryFolder(
                folder -> {
                    try (SmartMoney benchmark = new SmartMoney(folder, wallets, trades, backend)) {
                        benchmark.measure();
                    }
                });
    }

    private void measure() throws Exception {
        publishWallets();
        List<Block> blocks = blocks();
        for (int round = 1; round <= ROUNDS; round++) {
            for (Variant variant : Variant.values()) {
                String name = variant.text + ", round " + round + ": ";
                String job = start(name, variant);
                measureThroughput(name, variant, job, blocks);
                if (variant == Variant.FILTERED && round == 1) {
                    printFilterAndCheckpoint(job);
                }
                if (variant == Variant.FILTERED && round == ROUNDS) {
                    measureLatency();
                }
                flink.cancel(job);
            }
        }
    }

    private void publishWallets() {
        long started = System.nanoTime();
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (int number = 0; number < wallets.count(); number++) {
                producer.send(
                        new ProducerRecord<>(
                                "smart-money-wallets", wallets.key(number), wallets.value(number)));
            }
        }
        Bench.print("publishing the wallets, s", secondsSince(started));
    }

    /** A record of trades and its topic. */
    private record Block(String topic, byte[] value) {}

    /** Creates the trades of other wallets, before the measurement starts. */
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

    /** Returns the number of a wallet of the same chain that is not a smart-money wallet. */
    private long unlisted(long number) {
        return (wallets.count() / 3 + 1) * 3L + number;
    }

    /** Starts a job that begins at the end of the topics, and waits until it reads them. */
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
            Bench.print(name + "wallets loaded after, s", secondsSince(submitted));
            Bench.print(name + "CPU until then, s", cpuSeconds(before));
        }
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            awaitThat(
                    "the first trade",
                    () -> {
                        long first = unlisted(100L * trades + 3 * (triggerTrades++));
                        producer.send(
                                new ProducerRecord<>(
                                        wallets.topic(first),
                                        wallets.block(
                                                first, 1, System.currentTimeMillis() / 1000)));
                        return metric(job, "Klines of all intervals", "tradesCounted") > 0;
                    });
        }
        awaitThat("all published records to be read", () -> isQuiet(job, variant));
        return job;
    }

    /** Returns whether no trade was counted for one second and none waits in the filter. */
    private boolean isQuiet(String job, Variant variant) throws Exception {
        long counted = metric(job, "Klines of all intervals", "tradesCounted");
        Thread.sleep(1_000);
        return metric(job, "Klines of all intervals", "tradesCounted") == counted
                && (variant == Variant.WITHOUT
                        || metric(job, "Wallet filter", "walletFilterWaiting") == 0);
    }

    /** Publishes all blocks, waits until the job has read them, and prints what that cost. */
    private void measureThroughput(String name, Variant variant, String job, List<Block> blocks)
            throws Exception {
        long countedBefore = metric(job, "Klines of all intervals", "tradesCounted");
        long hitsBefore = metric(job, "Wallet filter", "walletFilterHits");
        long falsePositivesBefore = metric(job, "Smart money", "walletFilterFalsePositives");
        Map<String, Double> before = cpuSecondsByThread();
        long started = System.nanoTime();
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (Block block : blocks) {
                producer.send(new ProducerRecord<>(block.topic(), block.value()));
            }
        }
        int total = blocks.size() * TRADES_PER_RECORD;
        await(job, "Klines of all intervals", "tradesCounted", now -> now >= countedBefore + total);
        if (variant != Variant.WITHOUT) {
            await(job, "Wallet filter", "walletFilterWaiting", waiting -> waiting == 0);
        }
        Bench.print(name + "all read after, s", secondsSince(started));
        Bench.print(
                name + "CPU of the TaskManager, us per trade", cpuSeconds(before) * 1e6 / total);
        for (String part :
                List.of(
                        "Wallet lists",
                        "Wallet filter",
                        "Smart money",
                        "Source: Trades",
                        "Klines of all intervals")) {
            double seconds = cpuSecondsOf(part, before);
            if (seconds > 0) {
                Bench.print(name + "of it '" + part + "', us per trade", seconds * 1e6 / total);
                Bench.print(
                        name + "of it '" + part + "', share in %",
                        100 * seconds / cpuSeconds(before));
            }
        }
        if (variant == Variant.FILTERED) {
            long passed = metric(job, "Wallet filter", "walletFilterHits") - hitsBefore;
            Bench.print(name + "passed the filter", passed);
            Bench.print(name + "false-positive rate in %", 100.0 * passed / total);
            Bench.print(
                    name + "stopped by the exact check",
                    metric(job, "Smart money", "walletFilterFalsePositives")
                            - falsePositivesBefore);
        }
    }

    private void printFilterAndCheckpoint(String job) throws Exception {
        Bench.print("filter, bytes", metric(job, "Wallet filter", "walletFilterBytes"));
        Bench.print("filter, layers", metric(job, "Wallet filter", "walletFilterLayers"));
        long completed =
                rest.get("/jobs/" + job + "/checkpoints").path("counts").path("completed").asLong();
        awaitThat(
                "a checkpoint",
                () ->
                        rest.get("/jobs/" + job + "/checkpoints")
                                        .path("counts")
                                        .path("completed")
                                        .asLong()
                                > completed + 1);
        JsonNode latest =
                rest.get("/jobs/" + job + "/checkpoints").path("latest").path("completed");
        Bench.print("checkpoint, MB", latest.path("state_size").asLong() / 1e6);
        Bench.print("checkpoint, ms", latest.path("end_to_end_duration").asLong());
        JsonNode details =
                rest.get("/jobs/" + job + "/checkpoints/details/" + latest.path("id").asLong());
        for (JsonNode vertex : rest.get("/jobs/" + job).path("vertices")) {
            JsonNode task = details.path("tasks").path(vertex.path("id").asText());
            Bench.print(
                    "checkpoint of '" + vertex.path("name").asText() + "', MB",
                    task.path("state_size").asLong() / 1e6);
        }
    }

    /**
     * Publishes trades of smart-money wallets on a schedule, and measures when each arrives as an
     * event.
     */
    private void measureLatency() throws Exception {
        AtomicLongArray scheduled = new AtomicLongArray(ALERTS);
        AtomicLongArray arrived = new AtomicLongArray(ALERTS);
        Map<String, Integer> byTransaction = new ConcurrentHashMap<>();
        for (int alert = 0; alert < ALERTS; alert++) {
            byTransaction.put(WalletTrades.txHash(makerOf(alert)), alert);
        }
        WebSocket subscriber =
                HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .buildAsync(
                                URI.create(relay.webSocketUrl() + "/ws/1@smartmoney"),
                                new Arrivals(byTransaction, arrived))
                        .get();
        Thread background = new Thread(this::publishBackground, "background");
        background.setDaemon(true);
        background.start();
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            long start = System.nanoTime() + NANOS_PER_SECOND;
            for (int alert = 0; alert < ALERTS; alert++) {
                long due = start + alert * (NANOS_PER_SECOND / ALERTS_PER_SECOND);
                for (long left = due - System.nanoTime();
                        left > 0;
                        left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                long maker = makerOf(alert);
                if (isListedLate(alert)) {
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
        printLatencies("listed before", alert -> !isListedLate(alert), scheduled, arrived);
        printLatencies("listed just before", this::isListedLate, scheduled, arrived);
    }

    private boolean isListedLate(int alert) {
        return alert % 10 == 9;
    }

    /** Returns the maker of an alert, on the chain that the subscriber watches. */
    private long makerOf(int alert) {
        return isListedLate(alert) ? unlisted(30L * trades + 3L * alert) : 3L * alert;
    }

    private static void printLatencies(
            String which, IntPredicate alerts, AtomicLongArray from, AtomicLongArray to) {
        double[] ms =
                IntStream.range(0, ALERTS)
                        .filter(alerts)
                        .mapToDouble(alert -> (to.get(alert) - from.get(alert)) / 1e6)
                        .sorted()
                        .toArray();
        String name = "trade in Kafka to event on a WebSocket, wallet " + which + ", ";
        Bench.print(name + "p50 ms", ms[ms.length / 2]);
        Bench.print(name + "p99 ms", ms[ms.length * 99 / 100]);
        Bench.print(name + "max ms", ms[ms.length - 1]);
    }

    private void publishBackground() {
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            long number = unlisted(10L * trades);
            long due = System.nanoTime();
            while (!Thread.interrupted()) {
                due += NANOS_PER_SECOND * TRADES_PER_RECORD / BACKGROUND_TRADES_PER_SECOND;
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

    /** Returns the CPU time since {@code before} of the threads whose names start as given. */
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

    /** Returns the CPU seconds of the TaskManager's threads, by id and shortened name. */
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
                    // the thread has ended
                }
            }
        }
        return seconds;
    }

    private void await(String job, String vertex, String metric, LongPredicate holds)
            throws Exception {
        awaitThat(metric + " of " + vertex, () -> holds.test(metric(job, vertex, metric)));
    }

    /**
     * Returns whether all wallets are listed. The filter does not count a wallet that it matches by
     * a false positive before the wallet is added.
     */
    private boolean areListed(long listed) {
        return listed >= wallets.count() * 0.998;
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void awaitThat(String what, Condition condition) throws Exception {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("timed out waiting for " + what);
            }
            Thread.sleep(POLL_MS);
        }
    }

    /** Returns the sum of a metric over the subtasks of an operator; -1 if there is none yet. */
    private long metric(String job, String operator, String metric) throws Exception {
        for (JsonNode vertex : rest.get("/jobs/" + job).path("vertices")) {
            if (!vertex.path("name").asText().contains(operator)) {
                continue;
            }
            String path =
                    "/jobs/"
                            + job
                            + "/vertices/"
                            + vertex.path("id").asText()
                            + "/subtasks/metrics";
            for (JsonNode known : rest.get(path)) {
                String id = known.path("id").asText();
                if (id.equals(metric) || id.endsWith("." + metric)) {
                    return rest.get(path + "?get=" + id + "&agg=sum").path(0).path("sum").asLong();
                }
            }
        }
        return -1;
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    @Override
    public void close() {
        flink.close();
        relay.close();
        kafka.close();
    }

    /** Records when the event of each transaction arrives. */
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
