package io.dexklines.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.dexklines.local.simulator.SimulatedChain;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.local.stack.Stack;
import io.dexklines.local.stack.StackSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A benchmark of outages. It compares what a WebSocket client receives while MySQL, Redis or both
 * are suspended (SIGSTOP) with what it receives in the same time before.
 *
 * <p>Runs the local stack. Trades are published at a constant rate, each in a record of its own,
 * and all pairs trade in turn. The client subscribes to the {@code 1m} klines of all pairs. The
 * latency of a trade is the time from its publication until a frame arrives that contains it, so
 * that a trade whose frame was delayed counts with its whole delay.
 *
 * <p>Prints lines of {@code name value}. Arguments: seconds of each measurement (60), number of
 * pairs (100), trades per second (200), the outages, separated by commas ({@code
 * mysql,redis,both}).
 */
public final class Outage implements AutoCloseable {

    private static final List<SimulatedChain> CHAINS = List.of(SimulatedChain.BSC);
    private static final int WARM_UP_SECONDS = 30;
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final long POLL_MS = 100;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    // the bars
    private static final double LEAST_FRAMES = 0.9;
    private static final double GREATEST_P99 = 2;
    private static final double LONGEST_GAP_SECONDS = 20;

    private final int seconds;
    private final Stack stack;
    private final RestClient rest;
    private final TradeFrames frames;
    private final TradeFeed feed;

    /** The ends of completed checkpoints by their numbers, epoch milliseconds. */
    private final NavigableMap<Long, Long> checkpoints = new TreeMap<>();

    private Outage(Path folder, int seconds, int pairs, int rate) throws Exception {
        this.seconds = seconds;
        this.stack =
                Stack.start(
                        StackSettings.withoutSimulator(folder),
                        ProjectHome.find(),
                        true,
                        System.err);
        this.rest = new RestClient(stack.addresses());
        this.frames =
                TradeFrames.subscribe(
                        stack.relay().webSocketUrl(), TradeFeed.streams(CHAINS, pairs));
        this.feed = new TradeFeed(stack.kafka().brokers(), frames, CHAINS, pairs, rate);
    }

    public static void main(String[] args) throws Exception {
        int seconds = Bench.argument(args, 0, 60);
        int pairs = Bench.argument(args, 1, 100);
        int rate = Bench.argument(args, 2, 200);
        String outages = Bench.argument(args, 3, "mysql,redis,both");
        Bench.print("seconds", seconds);
        Bench.print("pairs", pairs);
        Bench.print("trades per second", rate);
        Bench.inTemporaryFolder(
                folder -> {
                    try (Outage benchmark = new Outage(folder, seconds, pairs, rate)) {
                        benchmark.feed.start();
                        for (String outage : outages.split(",")) {
                            benchmark.compare(outage);
                        }
                    }
                });
    }

    /**
     * The results of one measurement.
     *
     * @param framesPerSecond frames that arrived
     * @param p99Ms latency of the trades that were published, milliseconds
     * @param checkpoints checkpoints that completed
     * @param longestGapSeconds the longest time without a completed checkpoint, that before the
     *     first one included
     */
    private record Result(
            double framesPerSecond, double p99Ms, int checkpoints, double longestGapSeconds) {

        void print(String name) {
            Bench.print(name + "frames per second", framesPerSecond);
            Bench.print(name + "p99, ms", p99Ms);
            Bench.print(name + "checkpoints", checkpoints);
            Bench.print(name + "longest time without a checkpoint, s", longestGapSeconds);
        }
    }

    private void compare(String outage) throws Exception {
        // the first trades, or those that waited for the end of the last outage
        measure(WARM_UP_SECONDS);
        Result before = measure(seconds);
        before.print(outage + ", before: ");
        suspend(outage);
        Result during;
        try {
            during = measure(seconds);
        } finally {
            resume();
        }
        during.print(outage + ", stopped: ");
        double framesKept = during.framesPerSecond / before.framesPerSecond;
        double p99Ratio = during.p99Ms / before.p99Ms;
        print(outage, "frames at least 90 % of before", framesKept >= LEAST_FRAMES);
        print(outage, "p99 at most twice that of before", p99Ratio <= GREATEST_P99);
        print(
                outage,
                "a checkpoint at least every 20 s",
                during.longestGapSeconds <= LONGEST_GAP_SECONDS);
    }

    private static void print(String outage, String bar, boolean holds) {
        Bench.print(outage + ": " + bar, holds ? "holds" : "MISSED");
    }

    private void suspend(String outage) {
        switch (outage) {
            case "mysql" -> stack.mariaDb().suspend();
            case "redis" -> stack.redis().suspend();
            case "both" -> {
                stack.mariaDb().suspend();
                stack.redis().suspend();
            }
            default -> throw new IllegalArgumentException("mysql, redis or both, not " + outage);
        }
    }

    private void resume() {
        stack.mariaDb().resume();
        stack.redis().resume();
    }

    /**
     * Measures for the given time. Returns when all trades of that time have arrived, with the
     * stores resumed.
     */
    private Result measure(int measuredSeconds) throws Exception {
        readCheckpoints();
        long fromMs = System.currentTimeMillis();
        long firstTrade = frames.published();
        long framesBefore = frames.frames();
        long endNs = System.nanoTime() + measuredSeconds * NANOS_PER_SECOND;
        while (System.nanoTime() < endNs) {
            Thread.sleep(POLL_MS);
            readCheckpoints();
        }
        long framesAfter = frames.frames();
        long lastTrade = frames.published();
        long toMs = System.currentTimeMillis();

        resume();
        frames.awaitArrival(lastTrade, TIMEOUT);
        List<Long> ends =
                checkpoints.values().stream()
                        .filter(end -> end >= fromMs && end <= toMs)
                        .sorted()
                        .toList();
        long previousMs =
                checkpoints.values().stream()
                        .mapToLong(Long::longValue)
                        .filter(end -> end < fromMs)
                        .max()
                        .orElse(fromMs);
        long longestMs = 0;
        for (long end : ends) {
            longestMs = Math.max(longestMs, end - previousMs);
            previousMs = end;
        }
        longestMs = Math.max(longestMs, toMs - previousMs);
        return new Result(
                (framesAfter - framesBefore) * 1000.0 / (toMs - fromMs),
                frames.latencies(firstTrade, lastTrade).millis(0.99),
                ends.size(),
                longestMs / 1000.0);
    }

    private void readCheckpoints() throws Exception {
        JsonNode history =
                rest.get("/jobs/" + stack.addresses().jobId() + "/checkpoints").path("history");
        for (JsonNode checkpoint : history) {
            if (checkpoint.path("status").asText().equals("COMPLETED")) {
                checkpoints.put(
                        checkpoint.path("id").asLong(),
                        checkpoint.path("latest_ack_timestamp").asLong());
            }
        }
    }

    @Override
    public void close() {
        feed.close();
        frames.close();
        stack.close();
    }
}
