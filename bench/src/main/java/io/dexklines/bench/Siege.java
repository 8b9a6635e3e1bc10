package io.dexklines.bench;

import io.dexklines.local.stack.EmbeddedRedis;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.relay.page.Page;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A benchmark of a relay that holds the klines of many pairs while many connections never read:
 * what they cost a client at another address. The relay runs in a separate process with its default
 * limits, the clients and the publisher in this one.
 *
 * <p>Arguments: connections (5000), pairs (100000), seconds of each measurement (20), addresses of
 * the attackers (50).
 */
public final class Siege {

    private static final String VICTIM = "127.0.0.3";
    private static final int STREAMS = 10;
    private static final int MESSAGES_PER_SECOND = 10;
    private static final int REQUESTS_PER_SECOND = 20;
    private static final int PAIRS_IN_A_MESSAGE = 200;
    private static final int TIMEOUT_MS = 60_000;
    private static final int STREAMS_OF_AN_ATTACKER = 10;

    private final int port;
    private final RelayProcess relay;
    private final Publisher publisher;
    private final Subscribers subscribers;
    private final List<String> all;
    private final List<String> streams;
    private int round;

    private Siege(
            RelayProcess relay, Publisher publisher, Subscribers subscribers, List<String> all) {
        this.port = relay.port();
        this.relay = relay;
        this.publisher = publisher;
        this.subscribers = subscribers;
        this.all = all;
        this.streams = all.subList(0, STREAMS);
    }

    public static void main(String[] args) throws Exception {
        int connections = Bench.argument(args, 0, 5_000);
        int pairs = Bench.argument(args, 1, 100_000);
        int seconds = Bench.argument(args, 2, 20);
        int addresses = Bench.argument(args, 3, 50);
        Path jar = ProjectHome.find().folder().resolve("relay/target/klines-relay.jar");
        List<String> all =
                IntStream.range(0, pairs).mapToObj("1:0x%040x@kline_1m"::formatted).toList();
        Bench.inTemporaryFolder(
                folder -> {
                    try (EmbeddedRedis redis = EmbeddedRedis.start(folder.resolve("redis"), 0);
                            RelayProcess relay =
                                    RelayProcess.start(
                                            jar,
                                            "--redis-uri",
                                            redis.uri(),
                                            "--redis-user",
                                            redis.relay().user(),
                                            "--redis-password",
                                            "file:" + redis.relay().passwordFile());
                            Publisher publisher = relay.publisher();
                            Subscribers subscribers = new Subscribers(relay.port(), VICTIM)) {
                        new Siege(relay, publisher, subscribers, all)
                                .measure(connections, addresses, seconds);
                    }
                });
        System.exit(0);
    }

    private void measure(int connections, int addresses, int seconds) throws Exception {
        for (int from = 0; from < all.size(); from += PAIRS_IN_A_MESSAGE) {
            int to = Math.min(all.size(), from + PAIRS_IN_A_MESSAGE);
            publisher.send(all.subList(from, to).toArray(String[]::new));
        }
        subscribers.connect(1, streams);
        measure("warm_up", seconds);
        measure("before", seconds);
        try (Attackers attackers = new Attackers(port, connections, addresses, attacks())) {
            attackers.begin();
            measure("during", seconds);
            for (String metric :
                    List.of(
                            "connections",
                            "publishers",
                            "outbound_bytes",
                            "refused_connections_total",
                            "closed_overdue_total",
                            "closed_outbound_total",
                            "disconnected_slow_total")) {
                print("relay %s %.0f", metric, relay.metric(metric));
            }
        }
        measure("after", seconds);
    }

    /** Returns the requests of the attackers. */
    private List<String> attacks() {
        return List.of(
                get(new Page().libraryPath()),
                get("/api/pairs?limit=1000"),
                get("/ws/" + String.join("/", all.subList(0, STREAMS_OF_AN_ATTACKER)))
                        .replace(
                                "\r\n\r\n",
                                "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                        + "Sec-WebSocket-Version: 13\r\n"
                                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
    }

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    }

    /** Sends messages and requests at constant rates, and prints their latencies. */
    private void measure(String name, int seconds) throws Exception {
        subscribers.latencies();
        Latencies answers = new Latencies();
        Thread requests = new Thread(() -> requests(answers, seconds), "requests");
        requests.start();
        long beganNanos = System.nanoTime();
        for (int message = 0; message < seconds * MESSAGES_PER_SECOND; message++) {
            awaitTurn(beganNanos, message, MESSAGES_PER_SECOND);
            // the streams of the victim, to which attackers subscribe too
            publisher.send(all.subList(0, STREAMS_OF_AN_ATTACKER).toArray(String[]::new));
        }
        requests.join();
        subscribers.awaitQuiet();
        Latencies frames = subscribers.latencies();
        if (answers.count() == 0 || frames.count() == 0) {
            print("%s klines %d frames %d", name, answers.count(), frames.count());
            return;
        }
        print(
                "%s klines %d p50_ms %.1f p99_ms %.1f max_ms %.1f"
                        + " frames %d p50_ms %.1f p99_ms %.1f max_ms %.1f",
                name,
                answers.count(),
                answers.millis(0.5),
                answers.millis(0.99),
                answers.millis(1),
                frames.count(),
                frames.millis(0.5),
                frames.millis(0.99),
                frames.millis(1));
    }

    private static void awaitTurn(long beganNanos, int turn, int perSecond)
            throws InterruptedException {
        long waitNanos = beganNanos + turn * 1_000_000_000L / perSecond - System.nanoTime();
        if (waitNanos > 0) {
            Thread.sleep(waitNanos / 1_000_000, (int) (waitNanos % 1_000_000));
        }
    }

    private void requests(Latencies latencies, int seconds) {
        long beganNanos = System.nanoTime();
        int request = 0;
        int failed = 0;
        while (request < seconds * REQUESTS_PER_SECOND) {
            try (Socket socket = new Socket()) {
                socket.bind(new InetSocketAddress(VICTIM, 0));
                socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MS);
                socket.setSoTimeout(TIMEOUT_MS);
                socket.setTcpNoDelay(true);
                DataInputStream in = new DataInputStream(socket.getInputStream());
                while (request < seconds * REQUESTS_PER_SECOND) {
                    awaitTurn(beganNanos, request++, REQUESTS_PER_SECOND);
                    latencies.add(request(socket, in));
                }
            } catch (IOException e) {
                failed++;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        if (failed > 0) {
            print("failed requests %d", failed);
        }
    }

    /** Asks for the klines of the next pair. Returns how long that took, in microseconds. */
    private long request(Socket socket, DataInputStream in) throws IOException {
        String stream = all.get(round++ % all.size());
        String address = stream.substring(2, stream.indexOf('@'));
        String text = get("/api/klines?chain_id=1&interval=1m&limit=500&pair_addr=" + address);
        long sentNanos = System.nanoTime();
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        readResponse(in);
        return (System.nanoTime() - sentNanos) / 1000;
    }

    private static void readResponse(DataInputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        if (!head.toString().startsWith("HTTP/1.1 200")) {
            throw new IOException(head.substring(0, head.indexOf("\r\n")));
        }
        String lower = head.toString().toLowerCase(Locale.ROOT);
        int at = lower.indexOf("content-length: ") + "content-length: ".length();
        in.readNBytes(Integer.parseInt(lower.substring(at, lower.indexOf('\r', at))));
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
