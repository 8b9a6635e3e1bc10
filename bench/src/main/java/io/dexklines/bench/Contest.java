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
 * Several ways of doing the same work, in turn: all of them once in every round, so that whatever
 * else the machine does meanwhile happens to each. The first round warms up and does not count. Of
 * the others the medians are told, and the ratio to the first way: above 1 it is faster.
 */
final class Contest {

    /** One way of doing the work. */
    interface Contender {

        /** Does the work; the clock and the processors are the contest's affair. */
        Span run() throws Exception;
    }

    /**
     * What a run took.
     *
     * @param clientCpuSeconds NaN where it cannot be told
     * @param serverCpuSeconds of the server's process
     */
    record Span(double seconds, double clientCpuSeconds, double serverCpuSeconds) {}

    /** What has been used up so far. */
    record Meter(long wallNanos, long clientNanos, Duration server) {

        /** Reads the clocks; the server is that of the process id. */
        static Meter now(long serverPid) {
            return new Meter(
                    System.nanoTime(),
                    ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                            .getProcessCpuTime(),
                    ProcessHandle.of(serverPid)
                            .flatMap(server -> server.info().totalCpuDuration())
                            .orElseThrow());
        }

        /** What has been used up from there to here. */
        Span since(Meter start) {
            return new Span(
                    (wallNanos - start.wallNanos) / 1e9,
                    (clientNanos - start.clientNanos) / 1e9,
                    server.minus(start.server).toNanos() / 1e9);
        }
    }

    private final String unit;
    private final int count;
    private final Map<String, Contender> contenders = new LinkedHashMap<>();

    /**
     * @param unit what is counted, such as {@code rows}
     * @param count of it, in every run
     */
    Contest(String unit, int count) {
        this.unit = unit;
        this.count = count;
    }

    Contest add(String name, Contender contender) {
        contenders.put(name, contender);
        return this;
    }

    /** Lets them run, and prints a table for a README. */
    void run(String title, int rounds) throws Exception {
        Map<String, List<Span>> spans = new LinkedHashMap<>();
        for (int round = 0; round <= rounds; round++) {
            for (Map.Entry<String, Contender> contender : contenders.entrySet()) {
                Span span = contender.getValue().run();
                System.err.printf(
                        Locale.ROOT,
                        "%s, round %d: %s %.0f %s/s%n",
                        title,
                        round,
                        contender.getKey(),
                        count / span.seconds,
                        unit);
                if (round > 0) {
                    spans.computeIfAbsent(contender.getKey(), name -> new ArrayList<>()).add(span);
                }
            }
        }
        print(title, rounds, spans);
    }

    private void print(String title, int rounds, Map<String, List<Span>> spans) {
        System.out.printf(
                Locale.ROOT, "%n%s: %,d %s, medians of %d rounds%n%n", title, count, unit, rounds);
        System.out.printf(
                "| | %s/s | against the first | client CPU, µs each | server CPU, µs each |%n",
                unit);
        System.out.println("|---|---|---|---|---|");
        double first = median(spans.values().iterator().next(), Span::seconds);
        spans.forEach(
                (name, runs) -> {
                    double seconds = median(runs, Span::seconds);
                    System.out.printf(
                            Locale.ROOT,
                            "| %s | %,.0f | %.2f | %s | %s |%n",
                            name,
                            count / seconds,
                            first / seconds,
                            each(median(runs, Span::clientCpuSeconds)),
                            each(median(runs, Span::serverCpuSeconds)));
                });
    }

    private String each(double seconds) {
        return Double.isNaN(seconds)
                ? "–"
                : String.format(Locale.ROOT, "%.1f", seconds * 1e6 / count);
    }

    private static double median(List<Span> spans, ToDoubleFunction<Span> number) {
        double[] sorted = spans.stream().mapToDouble(number).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
