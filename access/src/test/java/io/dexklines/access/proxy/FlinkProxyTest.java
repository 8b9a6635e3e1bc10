package io.dexklines.access.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.access.certificate.FlinkCertificates;
import io.dexklines.secret.TlsIdentity;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PfxOptions;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the proxy passes on to a server that, as Flink does, answers every page of the web. */
class FlinkProxyTest {

    @TempDir private static Path folder;

    private static FlinkCertificates certificates;
    private static Vertx vertx;
    private static HttpClient client;
    private static HttpServer flink;

    /** The requests that reached Flink, as {@code METHOD uri}. */
    private static final List<String> REACHED = new CopyOnWriteArrayList<>();

    private static final List<MultiMap> HEADERS = new CopyOnWriteArrayList<>();

    private final MovableClock clock = new MovableClock();
    private FlinkProxy proxy;

    private record Answer(int status, MultiMap headers, String body) {}

    @BeforeAll
    static void startFlink() throws Exception {
        certificates =
                FlinkCertificates.in(
                        folder, List.of("localhost"), Clock.systemUTC(), Duration.ofDays(90));
        vertx = Vertx.vertx();
        client = vertx.createHttpClient();
        flink =
                vertx.createHttpServer(
                                new HttpServerOptions()
                                        .setSsl(true)
                                        .setClientAuth(ClientAuth.REQUIRED)
                                        .setKeyCertOptions(store(certificates.rest()))
                                        .setTrustOptions(store(certificates.rest())))
                        .requestHandler(FlinkProxyTest::answer);
        flink.listen(0, "127.0.0.1").await(1, TimeUnit.MINUTES);
    }

    private static void answer(HttpServerRequest request) {
        REACHED.add(request.method() + " " + request.uri());
        HEADERS.add(request.headers());
        request.body()
                .onSuccess(
                        body ->
                                request.response()
                                        .putHeader("Access-Control-Allow-Origin", "*")
                                        .putHeader("Set-Cookie", "a=b")
                                        .end("flink" + body));
    }

    @AfterAll
    static void stopFlink() {
        vertx.close().await();
    }

    @BeforeEach
    void startProxy() {
        REACHED.clear();
        HEADERS.clear();
        start(false);
    }

    private void start(boolean allowChanges) {
        proxy =
                FlinkProxy.start(
                        new FlinkProxy.Settings(
                                URI.create("https://localhost:" + flink.actualPort()),
                                certificates.ui(),
                                "127.0.0.1",
                                0,
                                Set.of("localhost", "127.0.0.1"),
                                certificates.linkSecret(),
                                allowChanges),
                        clock);
    }

    @AfterEach
    void stopProxy() {
        proxy.close();
    }

    @Test
    void theOperatorsOwnPageReadsFlink() throws Exception {
        Session session = logIn();

        Answer answer =
                request(
                        HttpMethod.GET,
                        session.path() + "jobs/overview?a=b",
                        session.with("Referer", "http://localhost/", "Sec-Fetch-Site", "none"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("flink");
        assertThat(REACHED).containsExactly("GET /jobs/overview?a=b");
        assertThat(HEADERS.get(0).names()).doesNotContain("cookie", "Cookie", "Referer", "Origin");
        assertThat(answer.headers().names())
                .noneMatch(name -> name.toLowerCase().startsWith("access-control"))
                .noneMatch(name -> name.equalsIgnoreCase("Set-Cookie"));
        assertThat(answer.headers().get("X-Frame-Options")).isEqualTo("DENY");
        assertThat(answer.headers().get("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
    }

    @Test
    void theCookieIsForTheSessionsPathOnlyAndNotForScripts() throws Exception {
        Session session = logIn();

        assertThat(session.path()).matches("/[0-9a-f]{32}/");
        assertThat(session.cookieHeader())
                .contains("; Path=" + session.path())
                .contains("; HTTPOnly")
                .contains("; SameSite=Strict");
        assertThat(request(HttpMethod.GET, session.path() + "config", Map.of()).status())
                .isEqualTo(401);
        assertThat(request(HttpMethod.GET, "/0123/config", session.with()).status()).isEqualTo(401);
        assertThat(request(HttpMethod.GET, "/config", session.with()).status()).isEqualTo(404);
        assertThat(REACHED).isEmpty();
    }

    @Test
    void aSessionEnds() throws Exception {
        Session session = logIn();
        clock.advance(Sessions.LENGTH.plusMillis(1));

        assertThat(request(HttpMethod.GET, session.path(), session.with()).status()).isEqualTo(401);
    }

    @Test
    void aLinkLogsInOnceAndSoon() throws Exception {
        String token = token();
        assertThat(logIn(token, own()).status()).isEqualTo(303);
        assertThat(logIn(token, own()).status()).isEqualTo(401);
        String changed = (token.charAt(0) == 'A' ? 'B' : 'A') + token.substring(1);
        assertThat(logIn(changed, own()).status()).isEqualTo(401);
        assertThat(logIn("%", own()).status()).isEqualTo(401);

        String late = token();
        clock.advance(LoginLinks.VALIDITY.plusMillis(1));
        assertThat(logIn(late, own()).status()).isEqualTo(401);
    }

    @Test
    void aLinkOfAnEarlierProxyIsRefused() throws Exception {
        String token = token();
        proxy.close();
        clock.advance(Duration.ofMillis(1));
        start(false);

        assertThat(logIn(token, own()).status()).isEqualTo(401);
    }

    /** Another page cannot log the browser in, not even with a link of its own. */
    @Test
    void onlyTheProxysOwnFormLogsIn() throws Exception {
        assertThat(logIn(token(), Map.of("Origin", "http://evil.test")).status()).isEqualTo(403);
        assertThat(logIn(token(), Map.of("Origin", "null")).status()).isEqualTo(403);
        assertThat(logIn(token(), Map.of()).status()).isEqualTo(403);
        Map<String, String> text = new HashMap<>(own());
        text.put("Content-Type", "text/plain");
        assertThat(logIn(token(), text).status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.test", "localhost.evil.test", "127.0.0.1.evil.test", "[::1"})
    void aForeignHostIsRefusedEvenWithASession(String host) throws Exception {
        Session session = logIn();

        for (String path : List.of("/", "/login.js", session.path() + "config")) {
            assertThat(
                            request(
                                            HttpMethod.GET,
                                            path,
                                            session.with("Host", host + ":" + proxy.port()))
                                    .status())
                    .isEqualTo(403);
        }
        assertThat(REACHED).isEmpty();
    }

    @Test
    void aForeignPageIsRefusedEvenWithASession() throws Exception {
        proxy.close();
        start(true);
        Session session = logIn();
        List<Map<String, String>> foreign = new ArrayList<>();
        foreign.add(session.with("Origin", "http://evil.test"));
        foreign.add(session.with("Origin", "http://localhost:1"));
        foreign.add(session.with("Origin", "null"));
        foreign.add(session.with("Sec-Fetch-Site", "same-site"));
        foreign.add(session.with("Sec-Fetch-Site", "cross-site"));

        for (Map<String, String> headers : foreign) {
            for (HttpMethod method : List.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PATCH)) {
                assertThat(request(method, session.path() + "jobs", headers).status())
                        .as("%s %s", method, headers)
                        .isEqualTo(403);
            }
        }
        assertThat(request(HttpMethod.POST, session.path() + "jobs", session.with()).status())
                .as("a change without an origin")
                .isEqualTo(403);
        assertThat(REACHED).isEmpty();
    }

    @Test
    void changesAreRefusedUnlessAllowed() throws Exception {
        List<HttpMethod> changes =
                List.of(HttpMethod.POST, HttpMethod.PATCH, HttpMethod.PUT, HttpMethod.DELETE);
        Session reading = logIn();
        for (HttpMethod change : changes) {
            assertThat(request(change, reading.path() + "jobs/1", reading.with(own())).status())
                    .isEqualTo(403);
        }
        assertThat(REACHED).isEmpty();

        proxy.close();
        start(true);
        Session changing = logIn();
        for (HttpMethod change : changes) {
            assertThat(request(change, changing.path() + "jobs/1", changing.with(own())).status())
                    .isEqualTo(200);
        }
        assertThat(REACHED)
                .containsExactly("POST /jobs/1", "PATCH /jobs/1", "PUT /jobs/1", "DELETE /jobs/1");
    }

    /** Flink cancels a job by a GET request, which an image of any page can send. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "jobs/1/yarn-cancel",
                "jobs/1/yarn-stop",
                "jobs/1/%79arn-cancel",
                "jobs/1/YARN-stop/",
                "jobs/1/yarn-cancel?a=b"
            })
    void aReadThatStopsAJobIsRefused(String path) throws Exception {
        proxy.close();
        start(true);
        Session session = logIn();

        assertThat(request(HttpMethod.GET, session.path() + path, session.with()).status())
                .isEqualTo(403);
        assertThat(REACHED).isEmpty();
    }

    @Test
    void theOldestSessionEndsWhenThereAreTooMany() throws Exception {
        Session oldest = logIn();
        Session second = logIn();
        for (int i = 1; i < Sessions.MAX; i++) {
            logIn();
        }

        assertThat(request(HttpMethod.GET, oldest.path(), oldest.with()).status()).isEqualTo(401);
        assertThat(request(HttpMethod.GET, second.path(), second.with()).status()).isEqualTo(200);
    }

    /** A session as a browser keeps it. */
    private record Session(String path, String cookieHeader) {

        /** Returns the headers of a request of the session. */
        Map<String, String> with(String... more) {
            Map<String, String> headers = new HashMap<>();
            headers.put("Cookie", cookieHeader.substring(0, cookieHeader.indexOf(';')));
            for (int i = 0; i < more.length; i += 2) {
                headers.put(more[i], more[i + 1]);
            }
            return headers;
        }

        Map<String, String> with(Map<String, String> more) {
            Map<String, String> headers = with();
            headers.putAll(more);
            return headers;
        }
    }

    private Map<String, String> own() {
        return Map.of("Origin", "http://localhost:" + proxy.port());
    }

    private String token() {
        return new LoginLinks(certificates.linkSecret(), clock).token();
    }

    private Session logIn() throws Exception {
        Answer answer = logIn(token(), own());
        assertThat(answer.status()).isEqualTo(303);
        return new Session(
                answer.headers().get(HttpHeaders.LOCATION),
                answer.headers().get(HttpHeaders.SET_COOKIE));
    }

    private Answer logIn(String token, Map<String, String> headers) throws Exception {
        return request(
                HttpMethod.POST,
                "/login",
                headers,
                "token=" + URLEncoder.encode(token, StandardCharsets.UTF_8));
    }

    private Answer request(HttpMethod method, String uri, Map<String, String> headers)
            throws Exception {
        return request(method, uri, headers, "");
    }

    private Answer request(HttpMethod method, String uri, Map<String, String> headers, String body)
            throws Exception {
        RequestOptions options =
                new RequestOptions()
                        .setMethod(method)
                        .setHost("127.0.0.1")
                        .setPort(proxy.port())
                        .setURI(uri)
                        .putHeader("Content-Type", "application/x-www-form-urlencoded");
        options.putHeader("Host", "localhost:" + proxy.port());
        headers.forEach(options.getHeaders()::set);
        return client.request(options)
                .compose(
                        request ->
                                body.isEmpty() ? request.send() : request.send(Buffer.buffer(body)))
                .compose(
                        response ->
                                response.body()
                                        .map(
                                                content ->
                                                        new Answer(
                                                                response.statusCode(),
                                                                response.headers(),
                                                                content.toString())))
                .await(1, TimeUnit.MINUTES);
    }

    private static PfxOptions store(TlsIdentity identity) throws Exception {
        return new PfxOptions()
                .setValue(Buffer.buffer(Files.readAllBytes(identity.store())))
                .setPassword(identity.password().resolve());
    }

    /** A clock that stands still until the test moves it. */
    private static final class MovableClock extends Clock {

        private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

        void advance(Duration duration) {
            now = now.plus(duration);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
