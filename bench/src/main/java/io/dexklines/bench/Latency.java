package io.dexklines.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.dexklines.local.simulator.SimulatedChain;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.local.stack.Stack;
import io.dexklines.local.stack.StackSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A benchmark of the time from Kafka to a frame on a WebSocket while a market trades at a high
 * rate.
 *
 * <p>Runs the local stack with the shipped configuration of Flink: the job with all sinks, the
 * broker, MariaDB, Redis and the relay, each in a process of its own. The trades of a simulated
 * market are published at a constant rate. Some more pairs, two for each partition of each chain,
 * trade ten times a second each, and a WebSocket client subscribes to their {@code 1m} klines. The
 * latency of a frame is the time from the publication of the oldest trade that was not in the frame
 * before until the frame arrives.
 *
 * <p>Prints lines of {@code name value}. Arguments: trades per second (80000), number of pairs
 * (400), seconds of the measurement (60), {@code key=value} of Flink's configuration.
 */
public final class Latency implements AutoCloseable {

    private static final List<SimulatedChain> CHAINS = List.of(SimulatedChain.values());

    /** Two pairs for each partition of each chain, which each trade several times in a frame. */
    private static final int MEASURED_PAIRS = 32;

    private static final int MEASURED_TRADES_PER_SECOND = 10 * MEASURED_PAIRS;

    private static final String TASK_MANAGER = "TaskManager";
    private static final int WARM_UP_SECONDS = 60;

    /**
     * The first warm-up has the rate divided by this. At the full rate, new JVMs would use all
     * processors for interpreting their code, and hardly compile it.
     */
    private static final int WARM_UP_PART = 4;

    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final long SELF = ProcessHandle.current().pid();

    /** The bar: 100 ms more than the default of {@code klines.live-interval}. */
    private static final double GREATEST_P99_MS = 500 + 100;

    /** The longest time until all published trades have arrived, if there is no backlog. */
    private static final Duration NO_BACKLOG = Duration.ofSeconds(1);

    private final int seconds;
    private final Stack stack;
    private final RestClient rest;
    private final TradeFrames frames;
    private final TradeFeed feed;
    private final MarketLoad warmUp;
    private final MarketLoad load;

    private Latency(Path folder, int rate, int pairs, int seconds, Map<String, String> flink)
            throws Exception {
        this.seconds = seconds;
        StackSettings settings = StackSettings.withoutSimulator(folder);
        for (Map.Entry<String, String> key : flink.entrySet()) {
            settings = settings.with(key.getKey(), key.getValue());
        }
        this.stack = Stack.start(settings, ProjectHome.find(), true, System.err);
        this.rest = new RestClient(stack.addresses());
        this.frames =
                TradeFrames.subscribe(
                        stack.relay().webSocketUrl(), TradeFeed.streams(CHAINS, MEASURED_PAIRS));
        this.feed =
                new TradeFeed(
                        stack.kafka().brokers(),
                        frames,
                        CHAINS,
                        MEASURED_PAIRS,
                        MEASURED_TRADES_PER_SECOND);
        this.warmUp = new MarketLoad(stack.kafka().brokers(), pairs, rate / WARM_UP_PART);
        this.load = new MarketLoad(stack.kafka().brokers(), pairs, rate);
    }

    public static void main(String[] args) throws Exception {
        int rate = Bench.argument(args, 0, 80_000);
        int pairs = Bench.argument(args, 1, 400);
        int seconds = Bench.argument(args, 2, 60);
        Map<String, String> flink = new LinkedHashMap<>(ShippedFlink.keys());
        Arrays.stream(args)
                .skip(3)
                .map(argument -> argument.split("=", 2))
                .forEach(key -> flink.put(key[0], key[1]));
        Bench.print("trades per second", rate);
        Bench.print("pairs", pairs);
        Bench.print("seconds", seconds);
        Bench.inTemporaryFolder(
                folder -> {
                    try (Latency benchmark = new Latency(folder, rate, pairs, seconds, flink)) {
                        benchmark.measure();
                    }
                });
    }

    private void measure() throws Exception {
        Bench.print("trades per record", load.tradesPerRecord());
        feed.start();
        warmUp.start();
        Thread.sleep(Duration.ofSeconds(WARM_UP_SECONDS).toMillis());
        warmUp.close();
        load.start();
        Thread.sleep(Duration.ofSeconds(WARM_UP_SECONDS).toMillis());
        awaitNoBacklog();

        frames.oldestTrades();
        load.delays();
        long firstTrade = frames.published();
        long checkpoints = completedCheckpoints();
        long tradesBefore = load.trades();
        Map<String, Duration> cpuBefore = cpu();
        long beginNs = System.nanoTime();
        long beginMs = System.currentTimeMillis();
        Thread.sleep(Duration.ofSeconds(seconds).toMillis());
        double tookSeconds = (System.nanoTime() - beginNs) / 1e9;
        Map<String, Duration> cpuAfter = cpu();
        double trades = load.trades() - tradesBefore;
        long lastTrade = frames.published();
        Latencies delays = load.delays();
        checkpoints = completedCheckpoints() - checkpoints;
        frames.awaitArrival(lastTrade, TIMEOUT);
        Latencies ofTrades = frames.latencies(firstTrade, lastTrade);
        Latencies ofFrames = frames.oldestTrades();

        Bench.print("published trades per second", trades / tookSeconds);
        Bench.print("publisher late, p99, ms", delays.millis(0.99));
        Bench.print("checkpoints", checkpoints);
        Bench.print("restarts", stack.addresses().job().restarts());
        cpuAfter.forEach(
                (process, cpu) ->
                        Bench.print(
                                "CPU of " + process + ", cores",
                                cpu.minus(cpuBefore.get(process)).toNanos() / 1e9 / tookSeconds));
        Bench.print(
                "CPU of the TaskManager per trade, us",
                cpuAfter.get(TASK_MANAGER).minus(cpuBefore.get(TASK_MANAGER)).toNanos()
                        / 1e3
                        / trades);
        print("trade", ofTrades);
        print("frame", ofFrames);
        Bench.print(
                "slowest trade of each second, ms",
                frames.slowestBySecond(firstTrade, lastTrade, beginNs));
        Bench.print("checkpoints, at ms (took ms)", checkpointsSince(beginMs));
        printParts(slowestCheckpoint(beginMs));
        Bench.print(
                "p99 of both at most the live interval + 100 ms",
                Math.max(ofTrades.millis(0.99), ofFrames.millis(0.99)) <= GREATEST_P99_MS
                        ? "holds"
                        : "MISSED");
    }

    /** Waits until the trades that a cold start has left behind have arrived. */
    private void awaitNoBacklog() throws Exception {
        long startNs = System.nanoTime();
        long beganNs;
        do {
            beganNs = System.nanoTime();
            frames.awaitArrival(frames.published(), TIMEOUT);
        } while (System.nanoTime() - beganNs > NO_BACKLOG.toNanos()
                && System.nanoTime() - startNs < TIMEOUT.toNanos());
    }

    private static void print(String what, Latencies latencies) {
        Bench.print(what + ": number", latencies.count());
        Bench.print(what + ": p50, ms", latencies.millis(0.5));
        Bench.print(what + ": p99, ms", latencies.millis(0.99));
        Bench.print(what + ": longest, ms", latencies.millis(1));
    }

    private long completedCheckpoints() throws Exception {
        return rest.get(jobPath() + "/checkpoints").path("counts").path("completed").asLong();
    }

    /** Returns when checkpoints began after the given time, and how long they took. */
    private List<String> checkpointsSince(long beginMs) throws Exception {
        return history(beginMs).stream()
                .map(
                        checkpoint ->
                                "%d (%d)"
                                        .formatted(
                                                triggeredMs(checkpoint) - beginMs,
                                                durationMs(checkpoint)))
                .toList();
    }

    /** Returns the completed checkpoints since the given time, the oldest first. */
    private List<JsonNode> history(long beginMs) throws Exception {
        List<JsonNode> history = new ArrayList<>();
        for (JsonNode checkpoint : rest.get(jobPath() + "/checkpoints").path("history")) {
            if (triggeredMs(checkpoint) >= beginMs && durationMs(checkpoint) > 0) {
                history.add(0, checkpoint);
            }
        }
        return history;
    }

    /**
     * Prints of each operator what a checkpoint took: how long the barrier was under way to it, how
     * long the slowest subtask waited for the barriers of its other inputs, and how long its state
     * was copied while no records were processed, and beside them.
     */
    private void printParts(JsonNode checkpoint) throws Exception {
        for (JsonNode vertex : rest.get(jobPath()).path("vertices")) {
            JsonNode parts =
                    rest.get(
                                    "%s/checkpoints/details/%d/subtasks/%s"
                                            .formatted(
                                                    jobPath(),
                                                    checkpoint.path("id").asLong(),
                                                    vertex.path("id").asText()))
                            .path("summary");
            Bench.print(
                    vertex.path("name").asText(),
                    "barrier after %d ms, aligned in %d ms, copied in %d and %d ms"
                            .formatted(
                                    parts.at("/start_delay/max").asLong(),
                                    parts.at("/alignment/duration/max").asLong(),
                                    parts.at("/checkpoint_duration/sync/max").asLong(),
                                    parts.at("/checkpoint_duration/async/max").asLong()));
        }
    }

    private JsonNode slowestCheckpoint(long beginMs) throws Exception {
        return history(beginMs).stream()
                .max(Comparator.comparingLong(Latency::durationMs))
                .orElseThrow(() -> new IllegalStateException("there was no checkpoint"));
    }

    private static long triggeredMs(JsonNode checkpoint) {
        return checkpoint.path("trigger_timestamp").asLong();
    }

    private static long durationMs(JsonNode checkpoint) {
        return checkpoint.path("end_to_end_duration").asLong();
    }

    private String jobPath() {
        return "/jobs/" + stack.addresses().jobId();
    }

    /** Returns the CPU time of all processes until now. */
    private Map<String, Duration> cpu() throws IOException {
        long taskManager = stack.flink().pids().get(1);
        Map<String, Duration> cpu = new LinkedHashMap<>();
        cpu.put(TASK_MANAGER, JavaProcess.cpu(taskManager));
        cpu.put(
                "the TaskManager's garbage collector",
                JavaProcess.threadCpu(taskManager, List.of("GC Thread")));
        cpu.put(
                "the TaskManager's compiler",
                JavaProcess.threadCpu(taskManager, List.of("C1 Comp", "C2 Comp")));
        cpu.put("JobManager", JavaProcess.cpu(stack.flink().pids().get(0)));
        cpu.put("broker", JavaProcess.cpu(stack.kafka().pid()));
        cpu.put("MariaDB", JavaProcess.cpu(stack.mariaDb().pid()));
        cpu.put("Redis", JavaProcess.cpu(stack.redis().pid()));
        cpu.put("relay", JavaProcess.cpu(stack.relay().pid()));
        cpu.put("publishers and client", JavaProcess.cpu(SELF));
        return cpu;
    }

    @Override
    public void close() {
        warmUp.close();
        load.close();
        feed.close();
        frames.close();
        stack.close();
    }
}
