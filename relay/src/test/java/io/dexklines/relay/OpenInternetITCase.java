package io.dexklines.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.relay.page.Page;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks a relay as anyone on the internet can, from one address, and uses it from another. */
@Timeout(60)
class OpenInternetITCase {

    private static final String TOKEN = "the publishers' token";
    private static final String ATTACKER = "127.0.0.2";
    private static final String VICTIM = "127.0.0.3";
    private static final String STREAM = "1:0xabc@kline_1m";
    private static final String LIBRARY = new Page().libraryPath();
    private static final int MEGABYTE = 1024 * 1024;

    private final List<AutoCloseable> open = new ArrayList<>();
    private RelayServer relay;

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable connection : open) {
            connection.close();
        }
        relay.close();
    }

    // ---- quotas

    @Test
    void connectionsAreCountedBeforeAByteIsRead() throws Exception {
        start(settings().maxConnectionsPerAddress(3));
        TestClient publisher = publisher();
        List<RawConnection> silent = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            silent.add(connect(ATTACKER));
        }
        await().until(() -> metric("connections") >= 4);

        assertThat(connect(ATTACKER).readToEnd()).isZero();

        assertThat(health(VICTIM)).isEqualTo(200);
        silent.get(0).close();
        await().until(() -> health(ATTACKER) == 200);
        assertThat(publisher.isClosed()).isFalse();
    }

    @Test
    void aFullPublicPortLocksOutNeitherPublishersNorTheOperator() throws Exception {
        start(settings().maxConnections(5).maxConnectionsPerAddress(4));
        for (int i = 0; i < 5; i++) {
            connect(i < 4 ? ATTACKER : "127.0.0.4");
        }
        await().until(() -> metric("connections") >= 5);

        assertThat(connect(VICTIM).readToEnd()).isZero();
        TestClient publisher = publisher();
        publisher.send(line(STREAM, 1, ""));
        await().until(() -> metric("published_total") == 1);
        assertThat(metric("refused_connections_total")).isEqualTo(1);
    }

    // ---- deadlines

    @Test
    void aHeadThatArrivesByteByByteEndsTheConnection() throws Exception {
        start(settings().headerTimeoutMs(500));

        assertThat(connect(ATTACKER).send("GET /healthz HTTP/1.1\r\nX: ").trickle(20)).isPositive();
        // also the head of a further request
        RawConnection again = connect(ATTACKER);
        assertThat(again.request("GET /healthz HTTP/1.1", "Host: 127.0.0.1").status())
                .isEqualTo(200);
        assertThat(again.send("GET ").trickle(20)).isPositive();

        assertThat(metric("closed_overdue_total")).isEqualTo(2);
    }

    @Test
    void aConnectionThatAsksForNothingMoreIsClosed() throws Exception {
        start(settings().pingIntervalMs(100).idleTimeoutMs(500));
        RawConnection idle = connect(ATTACKER);
        idle.request("GET /healthz HTTP/1.1", "Host: 127.0.0.1");

        assertThat(idle.readToEnd()).isPositive();

        assertThat(metric("closed_overdue_total")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 1000000000", "Transfer-Encoding: chunked"})
    void bodiesAreNotRead(String header) throws Exception {
        start(settings());

        RawConnection post = connect(ATTACKER);
        post.request("POST /api/klines HTTP/1.1", "Host: 127.0.0.1", header);
        RawConnection get = connect(ATTACKER);
        get.request("GET /api/intervals HTTP/1.1", "Host: 127.0.0.1", header);

        assertThat(post.status()).isEqualTo(405);
        assertThat(get.status()).isEqualTo(413);
        post.readToEnd();
        get.readToEnd();
    }

    // ---- clients that do not read

    @Test
    void clientsThatDoNotReadTheChartHoldNoMemoryAndAreClosed() throws Exception {
        int clients = 200;
        start(settings().maxConnectionsPerAddress(clients).maxBlockedMs(3_000));
        TestClient publisher = publisher();
        assertThat(health(VICTIM)).isEqualTo(200);
        long before = PlatformDependent.usedDirectMemory();

        for (int i = 0; i < clients; i++) {
            connect(ATTACKER).request("GET " + LIBRARY + " HTTP/1.1", "Host: 127.0.0.1");
        }
        await().until(() -> metric("outbound_bytes") > 0);
        long held = PlatformDependent.usedDirectMemory() - before;

        // the former version held a copy of the megabyte for each
        assertThat(held).isLessThan(32L * MEGABYTE);
        assertThat(health(VICTIM)).isEqualTo(200);
        await().until(() -> metric("closed_overdue_total") == clients);
        await().until(() -> metric("outbound_bytes") == 0);
        assertThat(publisher.isClosed()).isFalse();
    }

    @Test
    void aSlowReaderGetsTheWholeFile() throws Exception {
        start(settings());

        RawConnection slow = connect(VICTIM);
        slow.request("GET " + LIBRARY + " HTTP/1.1", "Host: 127.0.0.1", "Connection: close");

        String head = slow.head().toLowerCase(Locale.ROOT);
        int at = head.indexOf("content-length: ") + "content-length: ".length();
        long length = Long.parseLong(head.substring(at, head.indexOf('\r', at)));
        assertThat(length).isGreaterThan(MEGABYTE / 2);
        assertThat(slow.readToEnd()).isEqualTo(length);
    }

    @Test
    void beyondTheBudgetTheSlowestSubscribersAreClosed() throws Exception {
        start(settings().maxOutboundMegabytes(2).maxBlockedMs(600_000));
        List<RawConnection> stuck = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            stuck.add(connect(ATTACKER));
            stuck.get(i).request(handshake("/ws/" + STREAM, "Host: 127.0.0.1"));
            assertThat(stuck.get(i).status()).isEqualTo(101);
        }
        TestClient alive = TestClient.to(relay, "/ws/" + STREAM).connect();
        open.add(alive);
        await().until(() -> metric("subscriptions") == 41);
        TestClient publisher = publisher();

        String padding = "x".repeat(30_000);
        for (int version = 1; metric("closed_outbound_total") == 0; version++) {
            publisher.send(line(STREAM, version, padding));
            alive.next();
            assertThat(metric("outbound_bytes")).isLessThan(3.0 * MEGABYTE);
        }

        assertThat(alive.isClosed()).isFalse();
        assertThat(publisher.isClosed()).isFalse();
        await().until(() -> metric("outbound_bytes") <= 2.0 * MEGABYTE);
    }

    // ---- crowds

    @Test
    void oneThatOpensConnectionsWithoutEndIsRefused() throws Exception {
        start(settings().maxConnectionsPerAddress(20));
        double refused = 0;
        for (int i = 0; refused == 0; i++) {
            assertThat(i).as("connections").isLessThan(10_000);
            RawConnection.to(relay.port(), ATTACKER).close();
            refused = metric("refused_connections_total");
        }

        assertThat(health(VICTIM)).isEqualTo(200);
    }

    @Test
    void requestsForManyStreamsWaitForTheirTurnAndAreAnswered() throws Exception {
        int requests = 9;
        int streams = 1_000;
        start(settings().eventLoops(1));
        RawConnection attacker = connect(ATTACKER);
        attacker.request(handshake("/ws", "Host: 127.0.0.1"));
        assertThat(attacker.status()).isEqualTo(101);
        StringBuilder frames = new StringBuilder();
        for (int i = 0; i < requests; i++) {
            String method = i % 2 == 0 ? "SUBSCRIBE" : "UNSUBSCRIBE";
            frames.append(frame(method, streams));
        }

        attacker.send(frames.toString());

        await().until(() -> metric("subscriptions") == streams);
        // one that follows another in the same packet cannot have begun at once
        assertThat(metric("waited_total")).isPositive();
        TestClient victim = TestClient.to(relay, "/ws/" + STREAM).connect();
        open.add(victim);
        publisher().send(line(STREAM, 1, ""));
        victim.next();
    }

    /** Returns a text frame of a client, whose mask has zeros only. */
    private static String frame(String method, int streams) {
        String names =
                IntStream.range(0, streams)
                        .mapToObj("\"1:0x%x@kline_1m\""::formatted)
                        .collect(Collectors.joining(","));
        String message = "{\"method\":\"%s\",\"params\":[%s],\"id\":1}".formatted(method, names);
        int length = message.length();
        return new String(
                        new byte[] {
                            (byte) 0x81,
                            (byte) 0xfe,
                            (byte) (length >> 8),
                            (byte) length,
                            0,
                            0,
                            0,
                            0
                        },
                        StandardCharsets.ISO_8859_1)
                + message;
    }

    // ---- names

    @Test
    void aNameThatIsNotTheRelaysIsRefused() throws Exception {
        start(settings().publicNames(Set.of("charts.example")));

        // what a page sends whose name was rebound to the relay's address
        String[] rebound = {"Host: evil.example", "Origin: http://evil.example"};
        assertThat(status("/api/intervals", rebound)).isEqualTo(421);
        assertThat(status("/", rebound)).isEqualTo(421);
        assertThat(connect(ATTACKER).request(handshake("/ws/" + STREAM, rebound)).status())
                .isEqualTo(421);
        assertThat(statusOfAdmin("/api/state", rebound)).isEqualTo(421);

        String[] own = {"Host: charts.example", "Origin: https://charts.example"};
        assertThat(status("/api/intervals", own)).isEqualTo(200);
        assertThat(connect(VICTIM).request(handshake("/ws/" + STREAM, own)).status())
                .isEqualTo(101);
        assertThat(status("/api/intervals", "Host: localhost:8080")).isEqualTo(200);
        assertThat(status("/healthz", "Host: any.example")).isEqualTo(200);
    }

    // ---- proxies

    @Test
    void aForgedHeaderNamesNobody() throws Exception {
        start(settings().maxConnectionsPerAddress(2));

        for (int i = 1; i <= 2; i++) {
            assertThat(forwarded(ATTACKER, "203.0.113." + i).status()).isEqualTo(101);
        }
        assertThat(connect(ATTACKER).readToEnd()).isZero();
    }

    @Test
    void aTrustedProxyNamesItsClients() throws Exception {
        start(settings().maxConnectionsPerAddress(2).trustedProxies("127.0.0.4/31"));
        String proxy = "127.0.0.5";

        RawConnection first = forwarded(proxy, "203.0.113.1");
        assertThat(first.status()).isEqualTo(101);
        assertThat(forwarded(proxy, "203.0.113.1").status()).isEqualTo(101);
        assertThat(forwarded(proxy, "203.0.113.1").status()).isEqualTo(429);
        // the client wrote the first address itself
        assertThat(forwarded(proxy, "198.51.100.1, 203.0.113.1").status()).isEqualTo(429);
        assertThat(forwarded(proxy, "203.0.113.1, 127.0.0.4").status()).isEqualTo(429);
        assertThat(forwarded(proxy, "203.0.113.2").status()).isEqualTo(101);

        first.close();
        await().until(() -> forwarded(proxy, "203.0.113.1").status() == 101);
    }

    @Test
    void requestsOfOneProxiedConnectionAreThoseOfTheirClients() throws Exception {
        start(settings().maxConnectionsPerAddress(1).trustedProxies("127.0.0.4"));
        RawConnection proxied = connect("127.0.0.4");
        for (int i = 0; i < 3; i++) {
            proxied.request(
                    "HEAD / HTTP/1.1", "Host: 127.0.0.1", "X-Forwarded-For: 203.0.113." + i % 2);
            assertThat(proxied.status()).isEqualTo(200);
        }
    }

    @Test
    void theProxyProtocolNamesAClientIfTheProxyIsTrusted() throws Exception {
        start(
                settings()
                        .maxConnectionsPerAddress(1)
                        .trustedProxies("127.0.0.4")
                        .proxyProtocol(true));
        String header = "PROXY TCP4 203.0.113.%d 192.0.2.1 50000 443\r\n";

        RawConnection first = connect("127.0.0.4").send(header.formatted(1));
        assertThat(first.request("HEAD / HTTP/1.1", "Host: 127.0.0.1").status()).isEqualTo(200);
        RawConnection second = connect("127.0.0.4").send(header.formatted(1));
        assertThat(second.readToEnd()).isZero();
        RawConnection other = connect("127.0.0.4").send(header.formatted(2));
        assertThat(other.request("HEAD / HTTP/1.1", "Host: 127.0.0.1").status()).isEqualTo(200);

        // a trusted proxy that does not keep to the protocol, and a client that pretends to be one
        assertThat(connect("127.0.0.4").request("HEAD / HTTP/1.1", "Host: 127.0.0.1").readToEnd())
                .isZero();
        assertThat(
                        connect(ATTACKER)
                                .send(header.formatted(3))
                                .request("HEAD / HTTP/1.1", "Host: 127.0.0.1")
                                .status())
                .isNotEqualTo(200);
    }

    // ---- helpers

    private static RelaySettings.Builder settings() {
        return RelaySettings.builder(TOKEN).port(0).eventLoops(2);
    }

    private void start(RelaySettings.Builder settings) {
        relay = RelayServer.start(settings.build());
    }

    private RawConnection connect(String from) throws IOException {
        RawConnection connection = RawConnection.to(relay.port(), from);
        open.add(connection);
        return connection;
    }

    private TestClient publisher() {
        TestClient publisher =
                TestClient.toAdmin(relay, "/publish")
                        .header("Authorization", "Bearer " + TOKEN)
                        .connect();
        open.add(publisher);
        return publisher;
    }

    private int health(String from) throws IOException {
        try (RawConnection connection = RawConnection.to(relay.port(), from)) {
            return connection.request("GET /healthz HTTP/1.1", "Host: 127.0.0.1").status();
        }
    }

    private int status(String path, String... headers) throws IOException {
        return status(relay.port(), path, headers);
    }

    private int statusOfAdmin(String path, String... headers) throws IOException {
        return status(relay.adminPort(), path, headers);
    }

    private static int status(int port, String path, String... headers) throws IOException {
        try (RawConnection connection = RawConnection.to(port, VICTIM)) {
            List<String> lines = new ArrayList<>(List.of("GET " + path + " HTTP/1.1"));
            lines.addAll(List.of(headers));
            return connection.request(lines.toArray(String[]::new)).status();
        }
    }

    private RawConnection forwarded(String from, String forwardedFor) throws IOException {
        return connect(from)
                .request(handshake("/ws", "Host: 127.0.0.1", "X-Forwarded-For: " + forwardedFor));
    }

    private static String[] handshake(String path, String... headers) {
        List<String> lines = new ArrayList<>(List.of("GET " + path + " HTTP/1.1"));
        lines.addAll(List.of(headers));
        lines.addAll(
                List.of(
                        "Upgrade: websocket",
                        "Connection: Upgrade",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
        return lines.toArray(String[]::new);
    }

    private static String line(String stream, int version, String padding) {
        return "{\"stream\":\"%s\",\"data\":{\"k\":{\"t\":0,\"n\":%d,\"x\":false},\"padding\":\"%s\"}}"
                .formatted(stream, version, padding);
    }

    private double metric(String name) {
        return Scraped.metric(relay, name);
    }
}
