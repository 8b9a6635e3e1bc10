package io.dexklines.relay.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.QueryEndedException;
import io.dexklines.relay.http.AddressRanges;
import io.dexklines.relay.http.ClientRates;
import io.dexklines.relay.http.ConnectionLimits;
import io.dexklines.relay.http.ConnectionQuota;
import io.dexklines.relay.http.Connections;
import io.dexklines.relay.http.Door;
import io.dexklines.relay.http.RelayTransport;
import io.dexklines.relay.metrics.RelayMetrics;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What hostile clients cost others, over HTTP and without stores. */
@Timeout(120)
class HistoryApiTest {

    private static final int REQUESTS_PER_SECOND = 1_000;

    private volatile long nanos;
    private final RelayMetrics metrics = new RelayMetrics();
    private final Vertx vertx =
            Vertx.builder().withTransport(transport(metrics).forVertx()).build();
    private final HttpClient http = HttpClient.newHttpClient();
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private HistoryApi api;
    private int port;

    /** Admits every connection, and knows whose it is. */
    private static RelayTransport transport(RelayMetrics metrics) {
        ConnectionLimits limits =
                new ConnectionLimits(1_000, 1_000, 120_000, 120_000, 120_000, Long.MAX_VALUE);
        return new RelayTransport(
                new Connections(limits, metrics),
                new Door(new ConnectionQuota(1_000, 1_000), AddressRanges.NONE, false, false));
    }

    @BeforeEach
    void start() {
        start(REQUESTS_PER_SECOND);
    }

    private void start(int requestsPerSecond) {
        api = new HistoryApi(4, new ClientRates(requestsPerSecond, () -> nanos), metrics);
        api.serve("/api/klines", (parameters, cancellation) -> Response.ok("klines", 0));
        HttpServer server =
                vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
                        .requestHandler(request -> api.handle(request))
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join();
        port = server.actualPort();
    }

    @AfterEach
    void stop() {
        mayEnd.countDown();
        api.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void searchesThatHangDelayNoKlines() {
        api.serve("/api/pairs", this::hang);
        api.serve("/udf/search", this::hang);
        for (int search = 0; search < 50; search++) {
            get(search % 2 == 0 ? "/api/pairs" : "/udf/search");
        }

        assertThat(get("/api/klines").join().body()).isEqualTo("\"klines\"");
    }

    @Test
    void anAddressWhoseQueriesHangGetsAnErrorAndNotTheQueueOfOthers() {
        api.serve("/api/pairs", this::hang);
        List<CompletableFuture<HttpResponse<String>>> searches = new ArrayList<>();
        for (int search = 0; search < 20; search++) {
            searches.add(get("/api/pairs"));
        }

        await().until(() -> searches.stream().filter(CompletableFuture::isDone).count() == 3);

        HttpResponse<String> limited =
                searches.stream().filter(CompletableFuture::isDone).findAny().orElseThrow().join();
        assertThat(limited.statusCode()).isEqualTo(429);
        assertThat(limited.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(limited.body())
                .isEqualTo(
                        "{\"code\":-1003,\"msg\":\"too many requests from this address, try again"
                                + " after 1 s\"}");
        assertThat(metrics.historyLimited.sum()).isEqualTo(3);
    }

    @Test
    void anAddressMayAskForItsRateOnly() {
        api.close();
        start(1);
        List<Integer> statuses = new ArrayList<>();
        for (int request = 0; request < 5; request++) {
            statuses.add(get("/api/klines").join().statusCode());
        }
        nanos += 1_000_000_000;
        statuses.add(get("/api/klines").join().statusCode());

        assertThat(statuses).containsExactly(200, 200, 200, 200, 429, 200);
    }

    @Test
    void aLargeAnswerCostsMoreThanASmallOne() {
        api.close();
        start(1);
        api.serve(
                "/api/large",
                (parameters, cancellation) -> Response.ok("x".repeat(64 * 1024 * 100), 0));
        assertThat(get("/api/large").join().statusCode()).isEqualTo(200);

        HttpResponse<String> next = get("/api/klines").join();

        assertThat(next.statusCode()).isEqualTo(429);
        assertThat(Integer.parseInt(next.headers().firstValue("Retry-After").orElseThrow()))
                .isEqualTo(98);
    }

    @Test
    void aQueryThatTakesTooLongIsAnErrorOfItsOwn() {
        api.serve(
                "/api/slow",
                (parameters, cancellation) -> {
                    throw new QueryEndedException(QueryEndedException.Reason.DEADLINE);
                });

        HttpResponse<String> slow = get("/api/slow").join();

        assertThat(slow.statusCode()).isEqualTo(503);
        assertThat(slow.body())
                .isEqualTo("{\"code\":-1007,\"msg\":\"the answer took too long, ask for less\"}");
        assertThat(metrics.historyTimedOut.sum()).isEqualTo(1);
    }

    @Test
    void theQueryOfAClientThatIsGoneEnds() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        CompletableFuture<Void> aborted = new CompletableFuture<>();
        api.serve(
                "/api/slow",
                (parameters, cancellation) -> {
                    cancellation.abortBy(() -> aborted.complete(null));
                    began.countDown();
                    aborted.join();
                    cancellation.check();
                    throw new AssertionError("went on");
                });
        try (Socket client = request("/api/slow")) {
            began.await();
            assertThat(client.isConnected()).isTrue();
        }

        aborted.join();
        await().until(() -> metrics.historyCancelled.sum() == 1);
    }

    @Test
    void queriesOfClientsThatAreGoneAreNotEvenBegun() throws Exception {
        AtomicInteger begun = new AtomicInteger();
        api.serve(
                "/api/pairs",
                (parameters, cancellation) -> {
                    begun.incrementAndGet();
                    return hang(parameters, cancellation);
                });
        get("/api/pairs");
        await().until(() -> begun.get() == 1);
        for (int search = 0; search < 10; search++) {
            Socket client = request("/api/pairs");
            await().until(() -> metrics.historyRequests.sum() > 1);
            client.close();
        }
        await().until(() -> metrics.historyRequests.sum() == 11);
        get("/api/klines").join();

        mayEnd.countDown();

        await().until(() -> metrics.historyCancelled.sum() == 10);
        assertThat(begun).hasValue(1);
    }

    private Response hang(Parameters parameters, Cancellation cancellation) {
        try {
            mayEnd.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Response.ok("late", 0);
    }

    private Socket request(String path) throws IOException {
        Socket client = new Socket("127.0.0.1", port);
        client.getOutputStream()
                .write(
                        ("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
        return client;
    }

    private CompletableFuture<HttpResponse<String>> get(String path) {
        return http.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
