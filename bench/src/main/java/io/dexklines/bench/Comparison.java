package io.dexklines.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * A comparison of several candidates that do the same work. Each round runs every candidate once,
 * so that other load on the machine affects all of them. The first round is a warm-up and does not
 * count. The output is the median of each candidate, and its throughput relative to the first.
 */
final class Comparison {

    /** One of the compared ways to do the work. */
    interface Candidate {

        /** Does the work and returns what it cost. */
        Cost run() throws Exception;
    }

    /**
     * The cost of a run.
     *
     * @param seconds elapsed time
     * @param clientCpuSeconds CPU time of this JVM; NaN if it is not measured
     * @param serverCpuSeconds CPU time of the server's process
     */
    record Cost(double seconds, double clientCpuSeconds, double serverCpuSeconds) {}

    /** Elapsed time and CPU time until now. */
    record Counters(long wallNanos, long clientNanos, Duration server) {

        /** Reads the counters of this JVM and of the server with the given process id. */
        static Counters now(long serverPid) {
            return new Counters(
                    System.nanoTime(),
                    ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                            .getProcessCpuTime(),
                    ProcessHandle.of(serverPid)
                            .flatMap(server -> server.info().totalCpuDuration())
                            .orElseThrow());
        }

        /** Returns the cost between {@code start} and these counters. */
        Cost since(Counters start) {
            return new Cost(
                    (wallNanos - start.wallNanos) / 1e9,
                    (clientNanos - start.clientNanos) / 1e9,
                    server.minus(start.server).toNanos() / 1e9);
        }
    }

    private final String unit;
    private final int count;
    private final Map<String, Candidate> candidates = new LinkedHashMap<>();

    /**
     * @param unit the unit of work, such as {@code rows}
     * @param count the number of units in every run
     */
    Comparison(String unit, int count) {
        this.unit = unit;
        this.count = count;
    }

    Comparison add(String name, Candidate candidate) {
        candidates.put(name, candidate);
        return this;
    }

    /** Runs all candidates and prints the results as a Markdown table. */
    void run(String title, int rounds) throws Exception {
        Map<String, List<Cost>> costs = new LinkedHashMap<>();
        for (int round = 0; round <= rounds; round++) {
            for (Map.Entry<String, Candidate> candidate : candidates.entrySet()) {
                Cost cost = candidate.getValue().run();
                System.err.printf(
                        Locale.ROOT,
                        "%s, round %d: %s %.0f %s/s%n",
                        title,
                        round,
                        candidate.getKey(),
                        count / cost.seconds,
                        unit);
                if (round > 0) {
                    costs.computeIfAbsent(candidate.getKey(), name -> new ArrayList<>()).add(cost);
                }
            }
        }
        print(title, rounds, costs);
    }

    private void print(String title, int rounds, Map<String, List<Cost>> costs) {
        System.out.printf(
                Locale.ROOT, "%n%s: %,d %s, medians of %d rounds%n%n", title, count, unit, rounds);
        System.out.printf(
                "| | %s/s | relative to the first | client CPU, µs each | server CPU, µs each |%n",
                unit);
        System.out.println("|---|---|---|---|---|");
        double first = median(costs.values().iterator().next(), Cost::seconds);
        costs.forEach(
                (name, runs) -> {
                    double seconds = median(runs, Cost::seconds);
                    System.out.printf(
                            Locale.ROOT,
                            "| %s | %,.0f | %.2f | %s | %s |%n",
                            name,
                            count / seconds,
                            first / seconds,
                            microsEach(median(runs, Cost::clientCpuSeconds)),
                            microsEach(median(runs, Cost::serverCpuSeconds)));
                });
    }

    private String microsEach(double seconds) {
        return Double.isNaN(seconds)
                ? "–"
                : String.format(Locale.ROOT, "%.1f", seconds * 1e6 / count);
    }

    private static double median(List<Cost> costs, ToDoubleFunction<Cost> number) {
        double[] sorted = costs.stream().mapToDouble(number).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
