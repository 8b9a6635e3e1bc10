package io.dexklines.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.relay.compatibility.FrontEnd;
import io.dexklines.relay.compatibility.FrontEnd.Bar;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The endpoints for front ends of the Go consumers, through real connections, on and off. */
class CompatibilityITCase {

    private static final String TOKEN = "the publishers' token";
    private static final String ALLOWED = "https://charts.example";
    private static final String CANDLES =
            "/v1/market/get_candlestick?chain_id=1&pair_address=0xabc&interval=1m";
    private static final long MINUTE_MS = 60_000;
    private static final long NOON_MS = 1_767_960_000_000L;

    private static RelayServer relay;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<TestClient> clients = new ArrayList<>();

    @BeforeAll
    static void start() {
        relay = RelayServer.start(settings().compatibility(true).build());
    }

    @AfterAll
    static void stop() {
        relay.close();
    }

    @AfterEach
    void disconnect() {
        clients.forEach(TestClient::close);
        await().until(() -> Scraped.metric(relay, "subscriptions") == 0);
    }

    // ---- the socket

    @Test
    void theFrontEndFollowsAPairFromItsCurrentKlineOn() {
        TestClient publisher = publisher();
        publisher.send(line("1:0xa1@kline_1m", 0, 1, 10));
        await().until(() -> Scraped.metric(relay, "streams") >= 1);
        TestClient ours = connect(TestClient.to(relay, "/ws/1:0xa1@kline_1m"), 1);
        TestClient theirs =
                connect(
                        TestClient.to(relay, "/ws/kline?pair_address=0xA1&chain_id=1&interval=1m"),
                        1);
        FrontEnd frontEnd = new FrontEnd("1m");
        frontEnd.received(theirs.next());

        publisher.send(line("1:0xa1@kline_1m", 0, 2, 11));
        publisher.send(line("1:0xa2@kline_5m", 0, 2, 11));
        publisher.send(line("1:0xa1@kline_1m", 1, 1, 12));
        frontEnd.received(theirs.next());
        String last = theirs.next();
        frontEnd.received(last);

        assertThat(last).isEqualTo(update("0xa1", 1, 12));
        assertThat(frontEnd.chart())
                .containsExactly(
                        new Bar(1_767_960_000L, 10, 12, 9, 11),
                        new Bar(1_767_960_060L, 10, 13, 9, 12));
        assertThat(ours.next(3).get(2)).startsWith("{\"e\":\"kline\",");
        assertThat(theirs.hasNone()).isTrue();
    }

    @Test
    void withoutAnIntervalItIsAllIntervalsOfThePair() {
        TestClient theirs = connect(TestClient.to(relay, "/ws/kline?pair_address=Abc"), 2);

        publisher()
                .send(
                        line("100000:Abc@kline_1m", 0, 1, 10)
                                + "\n"
                                + line("100000:Abc@kline_5m", 0, 1, 10));

        assertThat(theirs.next()).contains("\"chain_id\":100000,\"interval\":\"1m\",");
        assertThat(theirs.next()).contains("\"chain_id\":100000,\"interval\":\"5m\",");
    }

    @Test
    void whatAFrontEndSendsIsIgnoredButCounted() {
        TestClient theirs =
                connect(
                        TestClient.to(relay, "/ws/kline?pair_address=0xa3&chain_id=1&interval=1m"),
                        1);
        TestClient publisher = publisher();

        theirs.send("{\"method\":\"SUBSCRIBE\",\"params\":[\"1:0xa4@kline_1m\"],\"id\":1}");
        theirs.send("nonsense");
        publisher.send(line("1:0xa4@kline_1m", 0, 1, 10));
        publisher.send(line("1:0xa3@kline_1m", 0, 1, 10));

        assertThat(theirs.next()).isEqualTo(update("0xa3", 0, 10));
        for (int i = 0; i < 30; i++) {
            sendUnlessClosed(theirs);
        }
        assertThat(theirs.closeCode()).isEqualTo(1008);
    }

    @Test
    @Timeout(60)
    void aFrontEndThatReadsNothingGetsTheNewestKlineAndHoldsNoOtherUp() {
        String socket = "/ws/kline?pair_address=0xa5&chain_id=1&interval=1m";
        TestClient stuck = connect(TestClient.to(relay, socket).stuck(), 1);
        TestClient alive = connect(TestClient.to(relay, socket), 1);
        TestClient publisher = publisher();
        int version = 0;
        while (Scraped.metric(relay, "conflated_total") == 0) {
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < 400; i++) {
                version++;
                lines.append(line("1:0xa5@kline_1m", 0, version, version)).append('\n');
            }
            publisher.send(lines.toString());
            alive.upTo(update("0xa5", 0, version));
        }

        stuck.resume();

        List<String> read = stuck.upTo(update("0xa5", 0, version));
        assertThat(read.size()).isLessThan(version);
    }

    @Test
    void invalidAddressesAndForeignPagesAreRefused() {
        assertThat(refusal("?pair_address=0xabc&chain_id=1&interval=2m")).isEqualTo(400);
        assertThat(refusal("?chain_id=1&interval=1m")).isEqualTo(400);
        assertThat(refusal("/1:0xabc@kline_1m")).isEqualTo(400);
        assertThat(
                        TestClient.to(relay, "/ws/kline?pair_address=0xabc")
                                .header("Origin", "https://foreign.example")
                                .refusal())
                .isEqualTo(403);
        assertThat(get("/ws/kline?pair_address=0xabc").statusCode()).isEqualTo(426);
    }

    // ---- REST

    @Test
    void candlesticksHaveTheHeadersOfKlinesAndErrorsThatTheFrontEndShows() throws Exception {
        HttpResponse<String> theirs = get(CANDLES, "Origin", ALLOWED);
        HttpResponse<String> ours =
                get("/api/klines?chain_id=1&pair_addr=0xabc&interval=1m", "Origin", ALLOWED);

        assertThat(theirs.statusCode()).isEqualTo(503);
        assertThat(theirs.headers().map().keySet()).isEqualTo(ours.headers().map().keySet());
        for (String header :
                List.of(
                        "access-control-allow-origin",
                        "cache-control",
                        "content-type",
                        "retry-after",
                        "vary",
                        "x-content-type-options")) {
            assertThat(theirs.headers().allValues(header))
                    .as(header)
                    .isNotEmpty()
                    .isEqualTo(ours.headers().allValues(header));
        }
        assertThat(theirs.body())
                .isEqualTo(
                        "{\"code\":503,\"message\":\"this relay has neither Redis nor MySQL to read"
                                + " history from\",\"data\":{}}");
        assertThat(get(CANDLES + "&x=1").body()).startsWith("{\"code\":516,\"message\":\"unknown");
        assertThat(get(CANDLES + "&x=1").statusCode()).isEqualTo(400);
    }

    /** Browsers inquire, since the front end sends a content type with its GET. */
    @Test
    void pagesOfAllowedOriginsMayAsk() {
        HttpResponse<String> allowed = preflight(relay, CANDLES, ALLOWED);

        assertThat(allowed.statusCode()).isEqualTo(204);
        assertThat(allowed.headers().firstValue("access-control-allow-origin")).hasValue(ALLOWED);
        assertThat(allowed.headers().firstValue("access-control-allow-methods")).hasValue("GET");
        assertThat(allowed.headers().firstValue("access-control-allow-headers"))
                .hasValue("content-type");
        assertThat(preflight(relay, CANDLES, "https://foreign.example").statusCode())
                .isEqualTo(403);
        assertThat(preflight(relay, "/api/klines", ALLOWED).statusCode()).isEqualTo(405);
    }

    @Test
    void withoutTheOptionNeitherEndpointIsThere() {
        try (RelayServer off = RelayServer.start(settings().build())) {
            assertThat(get(off, CANDLES).statusCode()).isEqualTo(404);
            assertThat(preflight(off, CANDLES, ALLOWED).statusCode()).isEqualTo(405);
            // as any other text after /ws/ that is no stream
            assertThat(TestClient.to(off, "/ws/kline?pair_address=0xabc").refusal())
                    .isEqualTo(TestClient.to(off, "/ws/nonsense").refusal())
                    .isEqualTo(400);
        }
    }

    // ---- helpers

    private static RelaySettings.Builder settings() {
        return RelaySettings.builder(TOKEN).port(0).eventLoops(2).allowedOrigins(Set.of(ALLOWED));
    }

    private TestClient publisher() {
        TestClient publisher =
                TestClient.to(relay, "/publish")
                        .header("Authorization", "Bearer " + TOKEN)
                        .connect();
        clients.add(publisher);
        return publisher;
    }

    /** Connects a client and waits until its subscriptions have begun. */
    private TestClient connect(TestClient.Builder builder, int streams) {
        double before = Scraped.metric(relay, "subscriptions");
        TestClient client = builder.connect();
        clients.add(client);
        await().until(() -> Scraped.metric(relay, "subscriptions") >= before + streams);
        return client;
    }

    /**
     * Sends a message, and ignores the failure if the relay has closed the connection meanwhile.
     */
    private static void sendUnlessClosed(TestClient client) {
        try {
            client.send("x");
        } catch (CompletionException e) {
            assertThat(e).hasCauseInstanceOf(IOException.class);
        }
    }

    private static int refusal(String target) {
        return TestClient.to(relay, "/ws/kline" + target).refusal();
    }

    private static String line(String stream, long minute, long trades, double close) {
        return """
        {"stream":"%s","data":{"e":"kline","E":%d,"k":{"t":%d,"o":"10","h":"%s","l":"9","c":"%s",\
        "v":"1","n":%d,"x":false,"q":"20.5"}}}"""
                .formatted(
                        stream,
                        NOON_MS + 1_234,
                        NOON_MS + minute * MINUTE_MS,
                        close + 1,
                        close,
                        trades);
    }

    private static String update(String pair, long minute, int close) {
        return """
        {"type":"kline_update","data":{"pair_address":"%s","chain_id":1,"interval":"1m",\
        "candle_time":%d,"open":10,"high":%d,"low":9,"close":%d,"volume":20.5,\
        "timestamp":1767960001}}"""
                .formatted(pair, (NOON_MS + minute * MINUTE_MS) / 1_000, close + 1, close);
    }

    private HttpResponse<String> get(String target, String... headers) {
        return get(relay, target, headers);
    }

    private HttpResponse<String> get(RelayServer server, String target, String... headers) {
        HttpRequest.Builder request = request(server, target);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    private HttpResponse<String> preflight(RelayServer server, String target, String origin) {
        return send(
                request(server, target)
                        .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                        .header("Origin", origin)
                        .header("Access-Control-Request-Headers", "content-type")
                        .build());
    }

    private static HttpRequest.Builder request(RelayServer server, String target) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + target));
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
