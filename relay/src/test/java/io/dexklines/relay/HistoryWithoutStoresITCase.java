package io.dexklines.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The history API of a relay without MySQL and Redis. */
class HistoryWithoutStoresITCase {

    private static final String TOKEN = "the publishers' token";

    private final RelayServer relay =
            RelayServer.start(RelaySettings.builder(TOKEN).port(0).eventLoops(1).build());

    @AfterEach
    void stop() {
        relay.close();
    }

    @Test
    void historyIsUnavailableAndTheErrorSaysWhy() {
        HttpResponse<String> klines = get("/api/klines?chain_id=1&pair_addr=0xabc&interval=1m");

        assertThat(klines.statusCode()).isEqualTo(503);
        assertThat(klines.headers().firstValue("Retry-After")).hasValue("2");
        assertThat(klines.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(klines.body())
                .isEqualTo(
                        "{\"code\":-1001,\"msg\":\"this relay has neither Redis nor MySQL to read"
                                + " history from\"}");
        assertThat(get("/api/smartmoney").statusCode()).isEqualTo(503);
        assertThat(get("/udf/history?symbol=1:0xabc&resolution=1&from=0&to=1").body())
                .startsWith("{\"s\":\"error\",\"errmsg\":\"this relay has neither");
        assertThat(Scraped.metric(relay, "history_unavailable_total")).isEqualTo(3);
    }

    @Test
    void publishedPairsAreListedWithTheirPrice() {
        TestClient publisher =
                TestClient.to(relay, "/publish")
                        .header("Authorization", "Bearer " + TOKEN)
                        .connect();

        publisher.send(
                "{\"stream\":\"1:0xabc@kline_1m\",\"data\":{\"k\":{\"t\":60000,\"o\":\"1\",\"h\":\"3\","
                        + "\"l\":\"1\",\"c\":\"2.5\",\"v\":\"1\",\"q\":\"2\",\"V\":\"0\",\"Q\":\"0\","
                        + "\"n\":3,\"x\":false}}}");

        await().until(() -> get("/api/pairs").body().contains("0xabc"));
        assertThat(get("/api/pairs").body())
                .startsWith(
                        "{\"pairs\":[{\"chain_id\":\"1\",\"pair_addr\":\"0xabc\",\"swap_name\":\"\","
                                + "\"token_addr\":\"\",\"token_symbol\":\"\",\"base_token_symbol\":\"\","
                                + "\"last_price\":2.5,\"change_24h_percent\":null,")
                .endsWith("\"missing\":[\"mysql\"]}");
        publisher.close();
    }

    private HttpResponse<String> get(String path) {
        return HttpClient.newHttpClient()
                .sendAsync(
                        HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:" + relay.port() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .join();
    }
}
