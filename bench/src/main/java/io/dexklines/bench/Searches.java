package io.dexklines.bench;

import io.dexklines.local.stack.ProjectHome;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A benchmark of what expensive searches of one address cost another one: the latency of {@code
 * /api/klines}, alone and beside {@value #HOSTILE} connections that search without pause and give
 * up after {@value #PATIENCE_MS} ms. The relay has no stores and lists what is published, so that
 * the answer to {@code /api/klines} is an error.
 *
 * <p>Prints one line for each measurement. Arguments: pairs (100000), seconds of each measurement
 * (20), the jar of the relay.
 */
public final class Searches {

    private static final int HOSTILE = 8;
    private static final int PATIENCE_MS = 3_000;
    private static final int PAIRS_PER_FRAME = 100;
    private static final int INTERVAL_MS = 25;

    /** How long an answer is waited for. One that has not come counts as that long. */
    private static final int LONGEST_MS = 10_000;

    private static final String OWN = "127.0.0.1";
    private static final String OTHER = "127.0.0.2";

    private Searches() {}

    public static void main(String[] args) throws Exception {
        int pairs = Bench.argument(args, 0, 100_000);
        int seconds = Bench.argument(args, 1, 20);
        Path jar =
                args.length > 2
                        ? Path.of(args[2])
                        : ProjectHome.find().folder().resolve("relay/target/klines-relay.jar");
        try (RelayProcess relay = RelayProcess.start(jar);
                Publisher publisher = relay.publisher()) {
            publish(publisher, pairs);
            String all = "\"total\":" + pairs + ",";
            while (!get(relay.port(), OWN, "/api/pairs?limit=1", LONGEST_MS).contains(all)) {
                TimeUnit.SECONDS.sleep(1);
            }
            measure(relay.port(), seconds, "alone", List.of());
            measure(relay.port(), seconds, "five words", hostile("0%20x%20a%20b%20c"));
            measure(relay.port(), seconds, "a letter", hostile("a"));
            // 16 kB are refused, and more than the relay's longest line is not read
            measure(relay.port(), seconds, "1,200 words", hostile("0x/".repeat(1_200)));
        }
        System.exit(0);
    }

    private static List<String> hostile(String search) {
        return IntStream.range(0, HOSTILE)
                .mapToObj(connection -> "/api/pairs?limit=1&search=" + search)
                .toList();
    }

    private static void publish(Publisher publisher, int pairs) {
        for (int first = 0; first < pairs; first += PAIRS_PER_FRAME) {
            publisher.send(
                    IntStream.range(first, Math.min(pairs, first + PAIRS_PER_FRAME))
                            .mapToObj("1:0x88e6a0c2ddd26feeb64f039a2c41%012x@kline_1m"::formatted)
                            .toArray(String[]::new));
        }
    }

    private static void measure(int port, int seconds, String name, List<String> searches)
            throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        int[] answered = new int[searches.size()];
        for (int index = 0; index < searches.size(); index++) {
            int connection = index;
            Thread thread =
                    new Thread(
                            () -> {
                                while (end.getCount() > 0) {
                                    String answer =
                                            get(port, OTHER, searches.get(connection), PATIENCE_MS);
                                    answered[connection] += answer.isEmpty() ? 0 : 1;
                                }
                            });
            thread.start();
            threads.add(thread);
        }
        Latencies latencies = new Latencies();
        long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() - endNanos < 0) {
            long startNanos = System.nanoTime();
            get(port, OWN, "/api/klines?chain_id=1&pair_addr=0xa&interval=1m", LONGEST_MS);
            latencies.add((System.nanoTime() - startNanos) / 1_000);
            TimeUnit.MILLISECONDS.sleep(INTERVAL_MS);
        }
        end.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.printf(
                Locale.ROOT,
                "%-12s searches answered %6d  /api/klines %4d times: median %.1f ms, p99 %.1f ms,"
                        + " longest %.1f ms%n",
                name,
                IntStream.of(answered).sum(),
                latencies.count(),
                latencies.millis(0.5),
                latencies.millis(0.99),
                latencies.millis(1));
    }

    /** Returns the answer; empty if none has come in time. Uses a connection of its own. */
    private static String get(int port, String from, String target, int patienceMs) {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
            socket.setSoTimeout(patienceMs);
            socket.connect(new InetSocketAddress(OWN, port), patienceMs);
            OutputStream out = socket.getOutputStream();
            String request =
                    "GET " + target + " HTTP/1.1\r\nHost: " + OWN + "\r\nConnection: close\r\n\r\n";
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
