package io.dexklines.bench;

import io.dexklines.local.stack.ProjectHome;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A benchmark of the relay's fan-out: how many messages it delivers, and with which latency. The
 * relay runs in a separate process, the publisher and the subscribers in this one. All subscribers
 * request the same {@value #STREAMS} streams, so that each receives every message.
 *
 * <p>Prints one line for each measurement. Arguments: seconds of each measurement (10), numbers of
 * subscribers (100 1000 5000), each with the messages per second that are sent to a subscriber
 * while paced if they are not ten: {@code 5000@30}.
 */
public final class FanOut {

    private static final int STREAMS = 10;

    /** Messages per second to each subscriber while the latency is measured, by default. */
    private static final int MESSAGES_PER_SECOND = 10;

    private static final int WARM_UP_SECONDS = 5;
    private static final int STUCK_AMONG = 1000;
    private static final int STUCK_ROUNDS = 11;
    private static final int FLOOD_BYTES = 30_000;
    private static final String FLOOD = "1:0xf100d@kline_1m";

    private final List<String> streams =
            IntStream.range(0, STREAMS)
                    .mapToObj("1:0x88e6a0c2ddd26feeb64f039a2c41296fcb3f56%02x@kline_1m"::formatted)
                    .toList();
    private final int seconds;

    private FanOut(int seconds) {
        this.seconds = seconds;
    }

    public static void main(String[] args) throws Exception {
        FanOut measurement = new FanOut(Bench.argument(args, 0, 10));
        Path jar = ProjectHome.find().folder().resolve("relay/target/klines-relay.jar");
        List<String> subscribers =
                args.length > 1
                        ? Arrays.asList(args).subList(1, args.length)
                        : List.of("100", "1000", "5000", "5000@30");
        for (String argument : subscribers) {
            String[] countAndRate = (argument + "@" + MESSAGES_PER_SECOND).split("@");
            measurement.fanOut(
                    jar, Integer.parseInt(countAndRate[0]), Integer.parseInt(countAndRate[1]));
        }
        if (args.length <= 1) {
            measurement.oneStuck(jar);
        }
        System.exit(0);
    }

    private void fanOut(Path jar, int count, int perSecond) throws Exception {
        try (RelayProcess relay = RelayProcess.start(jar);
                Publisher publisher = relay.publisher();
                Subscribers subscribers = new Subscribers(relay.port())) {
            subscribers.connect(count, streams);
            paced(publisher, subscribers, WARM_UP_SECONDS, perSecond);
            double cpuBefore = relay.cpuSeconds();
            double clientsCpuBefore = clientsCpuSeconds();
            Paced paced = paced(publisher, subscribers, seconds, perSecond);
            Latencies latencies = paced.latencies();
            double cpuMicros = (relay.cpuSeconds() - cpuBefore) * 1e6 / latencies.count();
            double clientsCpuMicros =
                    (clientsCpuSeconds() - clientsCpuBefore) * 1e6 / latencies.count();
            print(
                    "subscribers %d paced delivered_per_s %.0f p50_ms %.2f p99_ms %.2f max_ms %.2f"
                            + " relay_cpu_us_per_message %.1f clients_cpu_us_per_message %.1f",
                    count,
                    latencies.count() / paced.seconds(),
                    latencies.millis(0.5),
                    latencies.millis(0.99),
                    latencies.millis(1),
                    cpuMicros,
                    clientsCpuMicros);
            flatOut(publisher, subscribers, WARM_UP_SECONDS);
            cpuBefore = relay.cpuSeconds();
            long beganNanos = System.nanoTime();
            long delivered = flatOut(publisher, subscribers, seconds);
            double tookSeconds = (System.nanoTime() - beganNanos) / 1e9;
            print(
                    "subscribers %d flat_out delivered_per_s %.0f relay_cpu_us_per_message %.1f"
                            + " conflated %.0f",
                    count,
                    delivered / tookSeconds,
                    (relay.cpuSeconds() - cpuBefore) * 1e6 / delivered,
                    relay.metric("conflated_total"));
        }
    }

    private static double clientsCpuSeconds() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis() / 1e3;
    }

    private Latencies paced(Publisher publisher, Subscribers subscribers, int forSeconds)
            throws InterruptedException {
        return paced(publisher, subscribers, forSeconds, MESSAGES_PER_SECOND).latencies();
    }

    /** The messages that arrived, and how long that took. */
    private record Paced(Latencies latencies, double seconds) {}

    /**
     * Sends messages to all subscribers at a constant rate. A message that is sent late, because
     * the relay does not read, counts from the time at which it was due.
     */
    private Paced paced(Publisher publisher, Subscribers subscribers, int forSeconds, int perSecond)
            throws InterruptedException {
        subscribers.latencies();
        long periodNanos = 1_000_000_000L / perSecond;
        long beganMicros = Publisher.nowMicros();
        long beganNanos = System.nanoTime();
        for (int message = 0; message < forSeconds * perSecond; message++) {
            long waitNanos = beganNanos + message * periodNanos - System.nanoTime();
            if (waitNanos > 0) {
                Thread.sleep(waitNanos / 1_000_000, (int) (waitNanos % 1_000_000));
            }
            publisher.sendDue(
                    beganMicros + message * periodNanos / 1000, streams.get(message % STREAMS));
        }
        double tookSeconds = (subscribers.awaitQuiet() - beganNanos) / 1e9;
        return new Paced(subscribers.latencies(), Math.max(forSeconds, tookSeconds));
    }

    /** Sends messages as fast as the relay reads them. Returns how many were delivered. */
    private long flatOut(Publisher publisher, Subscribers subscribers, int forSeconds)
            throws InterruptedException {
        subscribers.latencies();
        long endNanos = System.nanoTime() + forSeconds * 1_000_000_000L;
        while (System.nanoTime() < endNanos) {
            publisher.send(streams.toArray(String[]::new));
        }
        long delivered = subscribers.latencies().count();
        subscribers.awaitQuiet();
        return delivered;
    }

    /** Measures the latency with and without a subscriber that reads nothing. */
    private void oneStuck(Path jar) throws Exception {
        double[] without = new double[STUCK_ROUNDS];
        double[] with = new double[STUCK_ROUNDS];
        try (RelayProcess relay = RelayProcess.start(jar);
                Publisher publisher = relay.publisher();
                Subscribers subscribers = new Subscribers(relay.port())) {
            subscribers.connect(STUCK_AMONG, streams);
            paced(publisher, subscribers, WARM_UP_SECONDS);
            for (int round = 0; round < STUCK_ROUNDS; round++) {
                boolean stuckFirst = round % 2 == 1;
                for (boolean stuck : new boolean[] {stuckFirst, !stuckFirst}) {
                    double p99 =
                            stuck
                                    ? p99BesideOneStuck(relay, publisher, subscribers)
                                    : paced(publisher, subscribers, seconds).millis(0.99);
                    (stuck ? with : without)[round] = p99;
                    print("one_stuck %b round %d p99_ms %.2f", stuck, round, p99);
                }
            }
        }
        print(
                "among %d p99_ms_median without_stuck %.2f with_stuck %.2f change_percent %.1f",
                STUCK_AMONG,
                median(without),
                median(with),
                (median(with) / median(without) - 1) * 100);
    }

    private double p99BesideOneStuck(
            RelayProcess relay, Publisher publisher, Subscribers subscribers) throws Exception {
        double before = relay.metric("conflated_total");
        SocketChannel stuck = subscribers.connectStuck(streams, FLOOD);
        try {
            // fills the buffers of both sides, until the relay has to hold a message back
            while (relay.metric("conflated_total") == before) {
                publisher.sendPadded(FLOOD, FLOOD_BYTES);
            }
            Latencies latencies = paced(publisher, subscribers, seconds);
            if (relay.metric("disconnected_slow_total") > 0) {
                throw new IllegalStateException("the stuck subscriber was disconnected");
            }
            return latencies.millis(0.99);
        } finally {
            stuck.close();
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
