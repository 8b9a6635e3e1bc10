package io.dexklines.relay;

import io.dexklines.relay.compatibility.KlineUpdateSocket;
import io.dexklines.relay.http.ClientConnection;
import io.dexklines.relay.http.Connections;
import io.dexklines.relay.http.Turns;
import io.dexklines.relay.metrics.RelayMetrics;
import io.dexklines.relay.publish.PublisherEndpoint;
import io.dexklines.relay.resume.ResumeReader;
import io.dexklines.relay.stream.FrameDeflater;
import io.dexklines.relay.stream.StreamHub;
import io.dexklines.relay.subscribe.DeflateNegotiation;
import io.dexklines.relay.subscribe.SubscriberRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.ServerWebSocketHandshake;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the connections of one port and event loop with {@link PublisherEndpoint}, {@link
 * SubscriberRegistry} and the port's handler of plain requests. Subscribers connect to the public
 * port only, publishers and relays that follow to either.
 */
final class RelayVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(RelayVerticle.class);

    private static final String PUBLISH_PATH = "/publish";
    private static final String FOLLOW_PATH = "/follow";

    /** Each makes Vert.x choose a free port, which verticles with the same number share. */
    private static final int ANY_PUBLIC_PORT = -1;

    private static final int ANY_ADMIN_PORT = -2;

    static final int MAX_MESSAGE_BYTES = 64 * 1024;
    private static final int MAX_TARGET_BYTES = 16 * 1024;
    private static final int MAX_HEADER_BYTES = 16 * 1024;

    /**
     * The socket's send buffer, which is memory of the kernel: as much as 10,000 clients that do
     * not read may have, and still half a megabyte per second at a latency of 100 ms.
     */
    private static final int SEND_BUFFER_BYTES = 64 * 1024;

    /** How long to wait for the answer to a close frame. */
    private static final int CLOSE_REPLY_SECONDS = 2;

    /** How long a shutdown waits for all connections to close. */
    private static final int CLOSE_TIMEOUT_SECONDS = 6;

    private static final long CHECKS_PER_BLOCKED_TIME = 4;
    private static final long OVERDUE_CHECK_MS = 1_000;
    private static final long TOKEN_CHECK_MS = 1_000;
    private static final long CERTIFICATE_CHECK_MS = 2_000;
    private static final short GOING_AWAY = 1001;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int MISDIRECTED = 421;

    private final RelaySettings settings;
    private final ListenAddress address;
    private final boolean admin;
    private final Handler<HttpServerRequest> plainRequests;
    private final Connections clients;
    private final StreamHub hub;
    private final ResumeReader resumes;
    private final RelayMetrics metrics;

    private PublisherEndpoint publishers;
    private SubscriberRegistry subscribers;
    private Turns turns;
    private HttpServer server;
    private PemKeyCertOptions certificate;
    private boolean closing;

    /**
     * @param admin whether the port is the admin port
     * @param plainRequests handles requests that are no WebSocket handshakes
     * @param resumes reads what subscribers missed
     */
    RelayVerticle(
            RelaySettings settings,
            ListenAddress address,
            boolean admin,
            Handler<HttpServerRequest> plainRequests,
            Connections clients,
            StreamHub hub,
            ResumeReader resumes,
            RelayMetrics metrics) {
        this.settings = settings;
        this.address = address;
        this.admin = admin;
        this.plainRequests = plainRequests;
        this.clients = clients;
        this.hub = hub;
        this.resumes = resumes;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        long idleTimeoutMs = settings.subscriberLimits().idleTimeoutMs();
        turns =
                new Turns(
                        task -> vertx.setTimer(Turns.PERIOD_MS, now -> task.run()), metrics.waited);
        publishers =
                new PublisherEndpoint(
                        context,
                        settings.publisherToken(),
                        MAX_MESSAGE_BYTES,
                        idleTimeoutMs,
                        hub,
                        metrics);
        subscribers =
                new SubscriberRegistry(
                        context,
                        hub,
                        settings.subscriberLimits(),
                        settings.origins(),
                        settings.userTokens(),
                        settings.compatibility()
                                ? new KlineUpdateSocket(
                                        settings.intervals(), metrics.historyMalformed)
                                : null,
                        compresses() ? new FrameDeflater(metrics.compressed) : null,
                        turns,
                        resumes,
                        metrics);
        vertx.setPeriodic(
                settings.pingIntervalMs(),
                now -> {
                    publishers.ping();
                    subscribers.ping();
                });
        long checkMs = settings.subscriberLimits().maxBlockedMs() / CHECKS_PER_BLOCKED_TIME;
        vertx.setPeriodic(Math.max(1, checkMs), now -> subscribers.closeBlocked());
        vertx.setPeriodic(OVERDUE_CHECK_MS, now -> hub.publishOverdue());
        vertx.setPeriodic(TOKEN_CHECK_MS, now -> subscribers.endUnauthorised());
        server =
                vertx.createHttpServer(options())
                        .requestHandler(plainRequests)
                        .webSocketHandshakeHandler(this::handshake)
                        .exceptionHandler(e -> LOG.debug("connection failed", e));
        if (compresses()) {
            server.connectionHandler(
                    connection -> DeflateNegotiation.install(connection, MAX_MESSAGE_BYTES));
        }
        if (address.tls() != null) {
            vertx.setPeriodic(CERTIFICATE_CHECK_MS, now -> reloadCertificate());
        }
        int any = admin ? ANY_ADMIN_PORT : ANY_PUBLIC_PORT;
        return server.listen(address.port() == 0 ? any : address.port(), address.host());
    }

    private boolean compresses() {
        return settings.compressFrames() && !admin;
    }

    /** Serves new connections with the certificate in the files, if it has changed. */
    private void reloadCertificate() {
        vertx.executeBlocking(() -> address.tls().read(), false)
                .compose(
                        read -> {
                            if (read.equals(certificate)) {
                                return Future.succeededFuture(false);
                            }
                            certificate = read;
                            return server.updateSSLOptions(
                                    new ServerSSLOptions().setKeyCertOptions(read));
                        })
                .onSuccess(
                        changed -> {
                            if (changed) {
                                LOG.info("new certificate from {}", address.tls().certificate());
                            }
                        })
                .onFailure(e -> LOG.warn("cannot use {}", address.tls(), e));
    }

    private HttpServerOptions options() {
        HttpServerOptions options =
                new HttpServerOptions()
                        .setHttp2ClearTextEnabled(false)
                        .setUseAlpn(false)
                        .setMaxWebSocketFrameSize(MAX_MESSAGE_BYTES)
                        .setMaxWebSocketMessageSize(MAX_MESSAGE_BYTES)
                        .setPerFrameWebSocketCompressionSupported(false)
                        .setPerMessageWebSocketCompressionSupported(compresses())
                        .setWebSocketClosingTimeout(CLOSE_REPLY_SECONDS)
                        .setMaxInitialLineLength(MAX_TARGET_BYTES)
                        .setMaxHeaderSize(MAX_HEADER_BYTES)
                        .setSendBufferSize(SEND_BUFFER_BYTES)
                        .setTcpNoDelay(true);
        if (address.tls() != null) {
            certificate = address.tls().read();
            options.setSsl(true).setKeyCertOptions(certificate);
        }
        return options;
    }

    private void handshake(ServerWebSocketHandshake handshake) {
        ClientConnection client =
                clients.between(handshake.remoteAddress(), handshake.localAddress());
        if (client == null) {
            refuse(handshake, 503); // it was closed meanwhile
            return;
        }
        if (!client.begin(ClientConnection.forwardedFor(handshake.headers()))) {
            refuse(handshake, TOO_MANY_REQUESTS);
            client.end();
            return;
        }
        turns.takeHandshake(client.name(), handshake.uri(), () -> answer(handshake, client));
    }

    private void answer(ServerWebSocketHandshake handshake, ClientConnection client) {
        if (!client.isOpen()) {
            return; // it was closed meanwhile
        }
        int refusal = refusal(handshake, client);
        if (refusal != 0) {
            refuse(handshake, refusal);
            client.end();
            return;
        }
        handshake
                .accept()
                .onSuccess(
                        socket -> {
                            client.upgrade();
                            accept(handshake, socket, client);
                        });
    }

    /** Returns the HTTP status to refuse the handshake with; 0 to accept it. */
    private int refusal(ServerWebSocketHandshake handshake, ClientConnection client) {
        String path = handshake.path();
        if (closing) {
            return 503;
        }
        if (isOfPublisher(path)) {
            return publishers.refusal(handshake);
        }
        if (admin || !SubscriberRegistry.isAt(path)) {
            return 404;
        }
        String host = handshake.headers().get(HttpHeaders.HOST);
        return settings.hosts().admits(host, client.local())
                ? subscribers.refusal(handshake)
                : MISDIRECTED;
    }

    private void accept(
            ServerWebSocketHandshake handshake, ServerWebSocket socket, ClientConnection client) {
        switch (handshake.path()) {
            case PUBLISH_PATH -> publishers.accept(socket);
            case FOLLOW_PATH -> subscribers.acceptFollower(socket, client);
            default -> subscribers.accept(handshake, socket, client);
        }
    }

    private static boolean isOfPublisher(String path) {
        return path.equals(PUBLISH_PATH) || path.equals(FOLLOW_PATH);
    }

    private void refuse(ServerWebSocketHandshake handshake, int status) {
        metrics.refusedHandshakes.increment();
        // no louder, since anyone can cause it as often as he likes; the metric counts it
        LOG.debug("refused the handshake of {} with status {}", handshake.remoteAddress(), status);
        handshake.reject(status);
    }

    int actualPort() {
        return server.actualPort();
    }

    /** Refuses new connections and closes all others with status 1001 (going away). */
    @Override
    public Future<?> stop() {
        closing = true;
        return Future.join(
                        publishers.close(GOING_AWAY, "the relay is shutting down"),
                        subscribers.close(GOING_AWAY, "the relay is shutting down"))
                .timeout(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .eventually(server::close);
    }
}
