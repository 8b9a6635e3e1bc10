package io.dexklines.access.proxy;

import io.dexklines.secret.SecretReference;
import io.dexklines.secret.TlsIdentity;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.PfxOptions;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyOptions;
import io.vertx.httpproxy.ProxyResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A proxy between a browser and Flink's REST API, which itself accepts only clients with a
 * certificate. A browser logs in by a link that works once. All that it then asks for is below a
 * path that only it knows, with a cookie for that path.
 */
public final class FlinkProxy implements AutoCloseable {

    private static final String COOKIE = "flink-session";
    private static final int FORBIDDEN = 403;
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int SEE_OTHER = 303;
    private static final int IDLE_SECONDS = 60;
    private static final int CONNECT_TIMEOUT_MS = 5_000;
    private static final int MAX_FORM_BYTES = 1_024;
    private static final long STOP_SECONDS = 10;
    private static final long START_SECONDS = 60;

    /** Headers of a browser that are nothing to Flink. */
    private static final List<CharSequence> NOT_PASSED_ON =
            List.of(
                    HttpHeaders.COOKIE,
                    HttpHeaders.ORIGIN,
                    HttpHeaders.REFERER,
                    HttpHeaders.AUTHORIZATION);

    /** Headers that keep an answer from other pages. */
    private static final Map<String, String> PROTECTION =
            Map.of(
                    "X-Frame-Options",
                    "DENY",
                    "X-Content-Type-Options",
                    "nosniff",
                    "Cross-Origin-Resource-Policy",
                    "same-origin",
                    "Cross-Origin-Opener-Policy",
                    "same-origin",
                    // with no-referrer, the form would be sent without its origin
                    "Referrer-Policy",
                    "same-origin");

    private static final String LOGIN_POLICY =
            "default-src 'none'; script-src 'self'; form-action 'self'; base-uri 'none';"
                    + " frame-ancestors 'none'";

    private final RequestPolicy policy;
    private final LoginLinks links;
    private final Sessions sessions;
    private final Vertx vertx;
    private final HttpProxy proxy;
    private final HttpServer server;

    /**
     * @param flink address of the REST API, {@code https://host:port}
     * @param identity the certificate with which the proxy reaches Flink
     * @param host the interface to listen on
     * @param port the port to listen on; 0 for any free one
     * @param names the hosts by which browsers may reach the proxy
     * @param linkSecret the secret of {@link LoginLinks}
     * @param allowChanges whether requests may change something in Flink
     */
    public record Settings(
            URI flink,
            TlsIdentity identity,
            String host,
            int port,
            Set<String> names,
            SecretReference linkSecret,
            boolean allowChanges) {}

    private FlinkProxy(Settings settings, Clock clock) throws IOException {
        this.policy = new RequestPolicy(settings.names(), settings.allowChanges());
        this.links = new LoginLinks(settings.linkSecret(), clock);
        this.sessions = new Sessions(clock);
        PfxOptions store =
                new PfxOptions()
                        .setValue(Buffer.buffer(Files.readAllBytes(settings.identity().store())))
                        .setPassword(settings.identity().password().resolve());
        this.vertx =
                Vertx.vertx(
                        new VertxOptions()
                                .setEventLoopPoolSize(1)
                                .setFileSystemOptions(
                                        new FileSystemOptions()
                                                .setFileCachingEnabled(false)
                                                .setClassPathResolvingEnabled(false)));
        HttpClient client =
                vertx.createHttpClient(
                        new HttpClientOptions()
                                .setSsl(true)
                                .setKeyCertOptions(store)
                                .setTrustOptions(store)
                                .setVerifyHost(true)
                                .setConnectTimeout(CONNECT_TIMEOUT_MS));
        this.proxy =
                HttpProxy.reverseProxy(new ProxyOptions().setSupportWebSocket(false), client)
                        .origin(settings.flink().getPort(), settings.flink().getHost())
                        .addInterceptor(new Translation());
        this.server =
                vertx.createHttpServer(
                                new HttpServerOptions()
                                        .setHost(settings.host())
                                        .setPort(settings.port())
                                        .setHttp2ClearTextEnabled(false)
                                        .setMaxFormAttributeSize(MAX_FORM_BYTES)
                                        .setIdleTimeout(IDLE_SECONDS))
                        .requestHandler(this::handle);
    }

    /**
     * Starts the proxy and returns when it listens. Flink need not answer yet.
     *
     * @throws IllegalStateException if it cannot listen, or cannot read the certificate
     */
    public static FlinkProxy start(Settings settings, Clock clock) {
        try {
            FlinkProxy proxy = new FlinkProxy(settings, clock);
            try {
                proxy.server.listen().await(START_SECONDS, TimeUnit.SECONDS);
                return proxy;
            } catch (Exception e) {
                proxy.close();
                throw new IllegalStateException(
                        "cannot listen on %s:%d: %s"
                                .formatted(settings.host(), settings.port(), e.getMessage()),
                        e);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the port on which the proxy listens. */
    public int port() {
        return server.actualPort();
    }

    /** Returns a new link that logs in once. */
    public String link(String address) {
        return links.link(address);
    }

    @Override
    public void close() {
        try {
            vertx.close().await(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("the proxy does not stop", e);
        }
    }

    private void handle(HttpServerRequest request) {
        Optional<String> wrongHost = policy.wrongHost(request);
        if (wrongHost.isPresent()) {
            refuse(request, FORBIDDEN, wrongHost.get());
            return;
        }
        switch (request.path()) {
            case "/" -> page(request, "login.html", "text/html; charset=utf-8");
            case "/login.js" -> page(request, "login.js", "text/javascript; charset=utf-8");
            case "/login" -> logIn(request);
            default -> passOn(request);
        }
    }

    private void logIn(HttpServerRequest request) {
        Optional<String> foreign = policy.foreignPage(request);
        boolean form =
                request.method() == HttpMethod.POST
                        && HttpHeaders.APPLICATION_X_WWW_FORM_URLENCODED
                                .toString()
                                .equals(request.getHeader(HttpHeaders.CONTENT_TYPE));
        if (!form || foreign.isPresent()) {
            refuse(request, FORBIDDEN, foreign.orElse("only a form logs in"));
            return;
        }
        request.setExpectMultipart(true);
        request.end()
                .onSuccess(
                        end -> {
                            String token = request.getFormAttribute("token");
                            if (token == null || !links.redeem(token.strip())) {
                                refuse(request, UNAUTHORIZED, "the link was used, or is too old");
                                return;
                            }
                            Sessions.Session session = sessions.open();
                            String path = "/" + session.id() + "/";
                            answer(request, SEE_OTHER)
                                    .addCookie(
                                            Cookie.cookie(COOKIE, session.cookie())
                                                    .setPath(path)
                                                    .setHttpOnly(true)
                                                    .setSameSite(CookieSameSite.STRICT)
                                                    .setMaxAge(Sessions.LENGTH.toSeconds()))
                                    .putHeader(HttpHeaders.LOCATION, path)
                                    .end();
                        });
    }

    private void passOn(HttpServerRequest request) {
        String id = sessionOf(request.uri());
        Cookie cookie = request.getCookie(COOKIE);
        if (id.isEmpty()) {
            refuse(request, NOT_FOUND, "not found");
        } else if (cookie == null || !sessions.has(id, cookie.getValue())) {
            refuse(request, UNAUTHORIZED, "the session has ended; open a new link");
        } else {
            policy.foreignPage(request)
                    .or(() -> policy.change(request))
                    .ifPresentOrElse(
                            why -> refuse(request, FORBIDDEN, why), () -> proxy.handle(request));
        }
    }

    /** Returns the first segment of a path that has more than one, or an empty text. */
    private static String sessionOf(String uri) {
        int end = uri.indexOf('/', 1);
        return end < 0 ? "" : uri.substring(1, end);
    }

    private static void page(HttpServerRequest request, String name, String type) {
        try (InputStream in = FlinkProxy.class.getResourceAsStream(name)) {
            answer(request, 200)
                    .putHeader(HttpHeaders.CONTENT_TYPE, type)
                    .putHeader("Content-Security-Policy", LOGIN_POLICY)
                    .end(Buffer.buffer(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void refuse(HttpServerRequest request, int status, String why) {
        answer(request, status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
                .end(why + "\n");
    }

    private static HttpServerResponse answer(HttpServerRequest request, int status) {
        HttpServerResponse response = request.response().setStatusCode(status);
        PROTECTION.forEach(response::putHeader);
        return response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    /** Makes a request of a session one to Flink, and an answer of Flink one for that session. */
    private static final class Translation implements ProxyInterceptor {

        @Override
        public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
            String uri = context.request().getURI();
            context.request().setURI(uri.substring(sessionOf(uri).length() + 1));
            NOT_PASSED_ON.forEach(context.request().headers()::remove);
            return context.sendRequest();
        }

        @Override
        public Future<Void> handleProxyResponse(ProxyContext context) {
            MultiMap headers = context.response().headers();
            for (String name : Set.copyOf(headers.names())) {
                if (name.toLowerCase(Locale.ROOT).startsWith("access-control-")) {
                    headers.remove(name);
                }
            }
            headers.remove(HttpHeaders.SET_COOKIE);
            PROTECTION.forEach(headers::set);
            headers.set("Content-Security-Policy", "frame-ancestors 'none'");
            return context.sendResponse();
        }
    }
}
