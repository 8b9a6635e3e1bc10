package io.dexklines.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.dexklines.local.simulator.SimulatedChain;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.stack.EmbeddedRelay;
import io.dexklines.local.stack.FlinkCluster;
import io.dexklines.local.stack.ProjectHome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * A benchmark of the start of the job and of its recovery. It measures the time from {@code flink
 * run} to the first kline, and from the kill of a TaskManager (SIGKILL) to the first kline with a
 * trade that was published after it. Klines count when a WebSocket client of the relay receives
 * them.
 *
 * <p>Each round submits a new job, waits for checkpoints, kills a TaskManager, waits for the
 * recovery and cancels the job. Dead TaskManagers are restarted within one second, as {@code klines
 * up} does. Trades are published at a constant rate all the time.
 *
 * <p>Prints lines of {@code name value} with the seconds of each phase, and the medians at the end.
 * Arguments: rounds (5), {@code local} for the settings of {@code klines up} or {@code shipped} for
 * those of {@code flink-conf/config.yaml}, number of pairs (100), trades per second (200).
 */
public final class Start implements AutoCloseable {

    private static final List<SimulatedChain> CHAINS = List.of(SimulatedChain.BSC);
    private static final int PARTITIONS = 4;
    private static final int CHECKPOINTS_BEFORE_THE_KILL = 2;
    private static final long LONGEST_PAUSE_MS = 5_000;
    private static final double BAR_SECONDS = 15;
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final long POLL_MS = 20;
    private static final long SUPERVISION_PERIOD_MS = 1_000;

    private static final List<String> TRADE_TOPICS =
            List.of("sol-trades", "bsc-trades", "evm-trades-v4");
    private static final List<String> OTHER_TOPICS =
            List.of(
                    "trades-excluded",
                    "lists-refused",
                    "smart-money-wallets",
                    "smart-money-follows",
                    "smart-money-notifications",
                    "smart-money-clusters");

    private final EmbeddedKafka kafka;
    private final EmbeddedRelay relay;
    private final FlinkCluster flink;
    private final RestClient rest;
    private final TradeFrames frames;
    private final TradeFeed feed;
    private final Thread supervisor = new Thread(this::supervise, "supervisor");
    private final Map<String, List<Double>> results = new LinkedHashMap<>();
    private volatile boolean ended;

    private Start(Path folder, boolean shipped, int pairs, int rate) throws Exception {
        this.kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        List<NewTopic> topics = new ArrayList<>();
        TRADE_TOPICS.forEach(topic -> topics.add(new NewTopic(topic, PARTITIONS, (short) 1)));
        OTHER_TOPICS.forEach(topic -> topics.add(new NewTopic(topic, 1, (short) 1)));
        kafka.createTopics(topics);
        this.relay = EmbeddedRelay.start(folder.resolve("relay"), 0);
        Map<String, String> configuration = new LinkedHashMap<>();
        configuration.put("parallelism.default", "2");
        if (shipped) {
            configuration.putAll(ShippedFlink.keys());
        }
        configuration.putIfAbsent("state.backend.type", "rocksdb");
        this.flink =
                FlinkCluster.start(
                        folder.resolve("flink"),
                        new FlinkCluster.Settings(0, 1, 2, 512, 128, configuration));
        this.rest = new RestClient(flink);
        this.frames = TradeFrames.subscribe(relay.webSocketUrl(), TradeFeed.streams(CHAINS, pairs));
        this.feed = new TradeFeed(kafka.brokers(), frames, CHAINS, pairs, rate);
    }

    public static void main(String[] args) throws Exception {
        int rounds = Bench.argument(args, 0, 5);
        String settings = Bench.argument(args, 1, "local");
        int pairs = Bench.argument(args, 2, 100);
        int rate = Bench.argument(args, 3, 200);
        if (!List.of("local", "shipped").contains(settings)) {
            throw new IllegalArgumentException("local or shipped, not " + settings);
        }
        Bench.print("rounds", rounds);
        Bench.print("settings", settings);
        Bench.print("pairs", pairs);
        Bench.print("trades per second", rate);
        Bench.inTemporaryFolder(
                folder -> {
                    try (Start benchmark =
                            new Start(folder, settings.equals("shipped"), pairs, rate)) {
                        benchmark.feed.start();
                        benchmark.supervisor.start();
                        for (int round = 1; round <= rounds; round++) {
                            benchmark.measure(round);
                        }
                        benchmark.printMedians();
                    }
                });
    }

    private void measure(int round) throws Exception {
        String job = start(round);
        awaitThat(
                "checkpoints",
                () ->
                        rest.get("/jobs/" + job + "/checkpoints")
                                        .path("counts")
                                        .path("completed")
                                        .asLong()
                                >= CHECKPOINTS_BEFORE_THE_KILL);
        // at any time between two checkpoints and two heartbeats, the same in every run
        Thread.sleep(new Random(round).nextLong(LONGEST_PAUSE_MS));
        recover(round, job);
        flink.cancel(job);
    }

    /** Submits a job, waits for its first kline, and returns its id. */
    private String start(int round) throws Exception {
        long firstTrade = frames.published();
        Phases phases = new Phases(round, "start");
        String job =
                flink.submit(
                        ProjectHome.find().jobJar(),
                        Optional.empty(),
                        "--kafka.bootstrap-servers",
                        kafka.bootstrapServers(),
                        "--kafka.group-id",
                        "round" + round,
                        "--kafka.transactional-id-prefix",
                        "round" + round,
                        "--kafka.start-offset",
                        "last",
                        "--relay.urls",
                        relay.publishUrl(),
                        "--relay.token",
                        "file:" + relay.tokenFile());
        phases.end("submitted", System.currentTimeMillis());
        long klineMs = awaitKline(firstTrade);
        phases.end("tasks deployed", latest(job, "INITIALIZING"));
        phases.end("tasks running", latest(job, "RUNNING"));
        phases.end("first kline", klineMs);
        phases.total(klineMs);
        return job;
    }

    /** Kills a TaskManager that runs the job, and waits for the first new kline. */
    private void recover(int round, String job) throws Exception {
        long before = restarts(job);
        Phases phases = new Phases(round, "recovery");
        flink.killTaskManager(0);
        long firstTrade = frames.published();
        long klineMs = awaitKline(firstTrade);
        awaitThat("the restart to be reported", () -> restarts(job) > before);
        List<Long> failures = failures(job, phases.beginMs);
        phases.end("detected", failures.get(0));
        JsonNode times = rest.get("/jobs/" + job).path("timestamps");
        phases.end("delay over", times.path("RUNNING").asLong());
        phases.end("slots available", latest(job, "DEPLOYING"));
        phases.end("tasks deployed", latest(job, "INITIALIZING"));
        phases.end("state restored", latest(job, "RUNNING"));
        phases.end("first new kline", klineMs);
        double seconds = phases.total(klineMs);
        Bench.print("round " + round + ", recovery, failures", failures.size());
        Bench.print(
                "round " + round + ", recovery: at most 15 s",
                seconds <= BAR_SECONDS ? "holds" : "MISSED");
    }

    /** Prints the phases of one measurement as they end. */
    private final class Phases {
        private final int round;
        private final String name;
        private final long beginMs = System.currentTimeMillis();
        private long lastMs = beginMs;

        Phases(int round, String name) {
            this.round = round;
            this.name = name;
        }

        void end(String phase, long ms) {
            add(name + ", " + phase, (ms - lastMs) / 1000.0);
            lastMs = ms;
        }

        double total(long ms) {
            double seconds = (ms - beginMs) / 1000.0;
            add(name + ", in all", seconds);
            return seconds;
        }

        private void add(String result, double seconds) {
            Bench.print("round " + round + ", " + result + ", s", seconds);
            results.computeIfAbsent(result, any -> new ArrayList<>()).add(seconds);
        }
    }

    private void printMedians() {
        results.forEach(
                (result, seconds) -> {
                    List<Double> sorted = seconds.stream().sorted().toList();
                    Bench.print(
                            "median of " + result + ", s",
                            (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2))
                                    / 2);
                    Bench.print("greatest of " + result + ", s", sorted.get(sorted.size() - 1));
                });
    }

    /**
     * Returns when the first trade from the given one on arrived in a kline, epoch milliseconds.
     */
    private long awaitKline(long firstTrade) throws Exception {
        awaitThat("a kline", () -> frames.firstArrivalNs(firstTrade).isPresent());
        long agoNs = System.nanoTime() - frames.firstArrivalNs(firstTrade).getAsLong();
        return System.currentTimeMillis() - agoNs / 1_000_000;
    }

    /** Returns when the last subtask of the job reached a state, epoch milliseconds. */
    private long latest(String job, String state) throws Exception {
        long latestMs = 0;
        for (JsonNode vertex : rest.get("/jobs/" + job).path("vertices")) {
            JsonNode subtasks =
                    rest.get(
                                    "/jobs/"
                                            + job
                                            + "/vertices/"
                                            + vertex.path("id").asText()
                                            + "/subtasktimes")
                            .path("subtasks");
            for (JsonNode subtask : subtasks) {
                latestMs = Math.max(latestMs, subtask.path("timestamps").path(state).asLong());
            }
        }
        return latestMs;
    }

    private long restarts(String job) throws Exception {
        return flink.rest().job(job).restarts();
    }

    /** Returns when the job failed since the given time, epoch milliseconds, ascending. */
    private List<Long> failures(String job, long sinceMs) throws Exception {
        return rest.get("/jobs/" + job + "/exceptions?maxExceptions=100")
                .path("exceptionHistory")
                .path("entries")
                .valueStream()
                .map(failure -> failure.path("timestamp").asLong())
                .filter(ms -> ms >= sinceMs)
                .sorted()
                .toList();
    }

    /** Something that is waited for. */
    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void awaitThat(String what, Condition condition) throws Exception {
        long deadlineNs = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadlineNs) {
                throw new IllegalStateException("no " + what + " within " + TIMEOUT);
            }
            Thread.sleep(POLL_MS);
        }
    }

    private void supervise() {
        while (!ended) {
            flink.restartDeadTaskManagers();
            LockSupport.parkNanos(SUPERVISION_PERIOD_MS * 1_000_000);
        }
    }

    @Override
    public void close() {
        ended = true;
        try {
            supervisor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        feed.close();
        frames.close();
        flink.close();
        relay.close();
        kafka.close();
    }
}
