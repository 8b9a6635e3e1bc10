package io.dexklines.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.relay.follow.FollowSettings;
import io.dexklines.relay.token.TestTokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requests for follows are refused, and that brokers that never answer cost nothing else. */
class FollowRequestsTest {

    private static final String FRIEND = "https://charts.example";
    private static final String WALLET =
            "{\"chain_id\":\"1\",\"address\":\"0x28c6c06298d514db089934071355e5743bf21d60\"}";
    private static final String REMOVED =
            "/api/follows?chain_id=1&address=0x28c6c06298d514db089934071355e5743bf21d60";

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final TestTokens TOKENS = new TestTokens();

    private static RelayServer relay;

    @BeforeAll
    static void start() throws IOException {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        relay =
                RelayServer.start(
                        RelaySettings.builder("the publishers' token")
                                .port(0)
                                .eventLoops(1)
                                .allowedOrigins(Set.of(FRIEND))
                                .userTokens(TOKENS.tokens())
                                .follows(
                                        new FollowSettings(
                                                "127.0.0.1:" + nobody,
                                                Map.of(),
                                                "smart-money-follows",
                                                200,
                                                1 << 20))
                                .build());
    }

    @AfterAll
    static void stop() {
        relay.close();
    }

    @Test
    void aRelayWithoutBrokersTakesNoFollowsAndSaysSo() throws Exception {
        try (RelayServer without =
                RelayServer.start(
                        RelaySettings.builder("the publishers' token")
                                .port(0)
                                .userTokens(TOKENS.tokens())
                                .build())) {
            assertThat(get(without, "/api/features").body()).isEqualTo("{\"follows\":false}");
            HttpResponse<String> off = get(without, "/api/follows");

            assertThat(off.statusCode()).isEqualTo(501);
            assertThat(off.body())
                    .isEqualTo(
                            "{\"code\":-1020,\"msg\":\"this relay takes no follows: it has no"
                                    + " --kafka-bootstrap-servers or no --user-token-keys\"}");
        }
        assertThat(get(relay, "/api/features").body()).isEqualTo("{\"follows\":true}");
    }

    @Test
    void aRequestNeedsTheTokenOfAUser() throws Exception {
        HttpResponse<String> without = get(relay, "/api/follows");
        assertThat(without.statusCode()).isEqualTo(401);
        assertThat(without.headers().firstValue("www-authenticate")).hasValue("Bearer");
        assertThat(without.body())
                .isEqualTo(
                        "{\"code\":-2015,\"msg\":\"needs the token of a user: Authorization: Bearer"
                                + " …\"}");

        assertRefused(put(WALLET), 401, "needs the token of a user");
        assertRefused(delete(REMOVED), 401, "needs the token of a user");
        assertRefused(
                put(WALLET).header("Authorization", "Bearer nonsense"), 401, "not a JSON Web");
        assertRefused(
                to("/api/follows?token=" + TOKENS.issue("alice")), 401, "needs the token of a");
        assertRefused(of("a:b", to("/api/follows")), 401, "user id of the token has a character");
    }

    @Test
    void aPageOfAnotherOriginChangesNothing() throws Exception {
        for (String origin : new String[] {"https://evil.example", "null"}) {
            assertThat(send(alice(put(WALLET)).header("Origin", origin)).statusCode())
                    .isEqualTo(403);
            HttpResponse<String> preflight =
                    send(
                            to("/api/follows")
                                    .method("OPTIONS", BodyPublishers.noBody())
                                    .header("Origin", origin)
                                    .header("Access-Control-Request-Method", "PUT"));
            assertThat(preflight.statusCode()).isEqualTo(403);
            assertThat(preflight.headers().firstValue("access-control-allow-origin")).isEmpty();
        }
        assertRefused(
                alice(to("/api/follows").PUT(BodyPublishers.ofString(WALLET)))
                        .header("Content-Type", "text/plain"),
                415,
                "expected Content-Type: application/json");
        assertRefused(
                alice(to("/api/follows").PUT(BodyPublishers.ofString(WALLET))), 415, "expected");
    }

    @Test
    void aPageOfAPermittedOriginMayAsk() throws Exception {
        HttpResponse<String> preflight =
                send(
                        to("/api/follows")
                                .method("OPTIONS", BodyPublishers.noBody())
                                .header("Origin", FRIEND));

        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight.headers().map())
                .containsEntry("access-control-allow-origin", List.of(FRIEND))
                .containsEntry(
                        "access-control-allow-headers", List.of("authorization, content-type"));
        assertThat(preflight.headers().firstValue("access-control-allow-methods").orElseThrow())
                .contains("PUT", "DELETE");
        HttpResponse<String> answer = send(to("/api/follows").header("Origin", FRIEND));
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("access-control-allow-origin")).hasValue(FRIEND);
    }

    @Test
    void aNameThatIsNotTheRelaysIsRefused() throws Exception {
        try (RawConnection rebound = RawConnection.to(relay.port(), "127.0.0.1")) {
            rebound.request("GET /api/follows HTTP/1.1", "Host: evil.example");
            assertThat(rebound.status()).isEqualTo(421);
        }
    }

    @Test
    void onlySmallBodiesOfAKnownLengthAreRead() throws Exception {
        for (String[] head :
                new String[][] {
                    {"PUT", "Content-Length: 1000000000", "413"},
                    {"PUT", "Content-Length: 4097", "413"},
                    {"PUT", "Transfer-Encoding: chunked", "411"},
                    {"GET", "Content-Length: 1", "413"},
                    {"DELETE", "Transfer-Encoding: chunked", "411"},
                    {"POST", "Content-Length: 1000000000", "405"}
                }) {
            try (RawConnection client = RawConnection.to(relay.port(), "127.0.0.1")) {
                client.request(
                        head[0] + " /api/follows HTTP/1.1",
                        "Host: 127.0.0.1",
                        "Content-Type: application/json",
                        head[1]);
                assertThat(client.status())
                        .as("%s with %s", head[0], head[1])
                        .isEqualTo(Integer.parseInt(head[2]));
                // the connection is closed
                client.readToEnd();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | chain_id is empty",
                "{\"chain_id\":\"1\"} | address is empty",
                "nonsense | the body is not JSON",
                "{\"chain_id\":\"1\",\"address\":\"0xabc\"} | address cannot be one of chain 1",
                "{\"chain_id\":\"1\",\"user_id\":\"bob\"} | unknown field"
            })
    void whatCannotBeFollowedIsRefused(String body, String reason) throws Exception {
        HttpResponse<String> refused = send(of("carol", put(body)));

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).startsWith("{\"code\":-1100,\"msg\":\"" + reason);
    }

    @Test
    void brokersThatDoNotAnswerAre503AndNothingElseWaits() throws Exception {
        for (HttpRequest.Builder request :
                new HttpRequest.Builder[] {to("/api/follows"), put(WALLET), delete(REMOVED)}) {
            HttpResponse<String> answer = send(alice(request));

            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).startsWith("{\"code\":-1001,\"msg\":\"").contains("again");
            assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
        }
        assertThat(get(relay, "/healthz").statusCode()).isEqualTo(200);
        assertThat(get(relay, "/api/intervals").statusCode()).isEqualTo(200);
        assertThat(get(relay, "/").statusCode()).isEqualTo(200);
    }

    @Test
    void aUserChangesFollowsAtARateOnly() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> answers =
                IntStream.range(0, 60)
                        .mapToObj(change -> of("dave", delete(REMOVED)).build())
                        .map(each -> HTTP.sendAsync(each, HttpResponse.BodyHandlers.ofString()))
                        .toList();

        assertThat(answers)
                .extracting(CompletableFuture::join)
                .filteredOn(answer -> answer.statusCode() == 429)
                .isNotEmpty()
                .allSatisfy(
                        answer -> {
                            assertThat(answer.headers().firstValue("retry-after")).hasValue("1");
                            assertThat(answer.body())
                                    .isEqualTo(
                                            "{\"code\":-1003,\"msg\":\"too many requests of this user,"
                                                    + " try again after 1 s\"}");
                        });
        assertThat(send(of("erin", delete(REMOVED))).statusCode())
                .as("another user")
                .isEqualTo(503);
    }

    private static void assertRefused(HttpRequest.Builder request, int status, String reason)
            throws Exception {
        HttpResponse<String> answer = send(request);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains(reason);
    }

    private static HttpRequest.Builder to(String target) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + relay.port() + target));
    }

    private static HttpRequest.Builder put(String body) {
        return to("/api/follows")
                .PUT(BodyPublishers.ofString(body))
                .header("Content-Type", "application/json; charset=utf-8");
    }

    private static HttpRequest.Builder delete(String target) {
        return to(target).DELETE();
    }

    private static HttpRequest.Builder alice(HttpRequest.Builder request) {
        return of("alice", request);
    }

    private static HttpRequest.Builder of(String user, HttpRequest.Builder request) {
        return request.header("Authorization", "Bearer " + TOKENS.issue(user));
    }

    private static HttpResponse<String> get(RelayServer from, String target) throws Exception {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + from.port() + target)));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
