package io.dexklines.relay;

import io.dexklines.relay.api.HistoryApi;
import io.dexklines.relay.metrics.RelayMetrics;
import io.dexklines.relay.page.Page;
import io.dexklines.relay.publish.PublisherEndpoint;
import io.dexklines.relay.stream.StreamHub;
import io.dexklines.relay.subscribe.ConnectionQuota;
import io.dexklines.relay.subscribe.SubscriberRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocketHandshake;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the connections of one event loop with {@link PublisherEndpoint}, {@link
 * SubscriberRegistry} and {@link HttpEndpoints}.
 */
final class RelayVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(RelayVerticle.class);

    private static final String PUBLISH_PATH = "/publish";
    private static final String FOLLOW_PATH = "/follow";

    /** Makes Vert.x choose a free port that all verticles share. */
    private static final int ANY_PORT_SHARED = -1;

    static final int MAX_MESSAGE_BYTES = 64 * 1024;
    private static final int MAX_TARGET_BYTES = 16 * 1024;
    private static final int MAX_HEADER_BYTES = 16 * 1024;

    /** The socket's send buffer, sized for fast connections with high latency. */
    private static final int SEND_BUFFER_BYTES = 256 * 1024;

    /** How long to wait for the answer to a close frame. */
    private static final int CLOSE_REPLY_SECONDS = 2;

    /** How long a shutdown waits for all connections to close. */
    private static final int CLOSE_TIMEOUT_SECONDS = 6;

    private static final long CHECKS_PER_BLOCKED_TIME = 4;
    private static final long OVERDUE_CHECK_MS = 1_000;
    private static final long TOKEN_CHECK_MS = 1_000;
    private static final short GOING_AWAY = 1001;

    private final RelaySettings settings;
    private final StreamHub hub;
    private final HistoryApi history;
    private final ConnectionQuota quota;
    private final RelayMetrics metrics;
    private final Page page;

    private PublisherEndpoint publishers;
    private SubscriberRegistry subscribers;
    private HttpServer server;
    private boolean closing;

    RelayVerticle(
            RelaySettings settings,
            StreamHub hub,
            HistoryApi history,
            ConnectionQuota quota,
            RelayMetrics metrics,
            Page page) {
        this.settings = settings;
        this.hub = hub;
        this.history = history;
        this.quota = quota;
        this.metrics = metrics;
        this.page = page;
    }

    @Override
    public Future<?> start() {
        long idleTimeoutMs = settings.subscriberLimits().idleTimeoutMs();
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
                        quota,
                        settings.userTokens(),
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
                vertx.createHttpServer(options(2 * idleTimeoutMs))
                        .requestHandler(
                                new HttpEndpoints(hub, history, settings.origins(), metrics, page))
                        .webSocketHandshakeHandler(this::handshake)
                        .exceptionHandler(e -> LOG.debug("connection failed", e));
        return server.listen(
                settings.port() == 0 ? ANY_PORT_SHARED : settings.port(), settings.host());
    }

    /**
     * Returns the options of the HTTP server.
     *
     * @param idleTimeoutMs the idle timeout of plain HTTP connections. WebSockets are never idle,
     *     since they are pinged
     */
    private static HttpServerOptions options(long idleTimeoutMs) {
        return new HttpServerOptions()
                .setHttp2ClearTextEnabled(false)
                .setMaxWebSocketFrameSize(MAX_MESSAGE_BYTES)
                .setMaxWebSocketMessageSize(MAX_MESSAGE_BYTES)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setWebSocketClosingTimeout(CLOSE_REPLY_SECONDS)
                .setMaxInitialLineLength(MAX_TARGET_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setSendBufferSize(SEND_BUFFER_BYTES)
                .setTcpNoDelay(true)
                .setIdleTimeout(Math.toIntExact(idleTimeoutMs))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
    }

    private void handshake(ServerWebSocketHandshake handshake) {
        String path = handshake.path();
        if (closing) {
            refuse(handshake, 503);
        } else if (path.equals(PUBLISH_PATH) || path.equals(FOLLOW_PATH)) {
            int refusal = publishers.refusal(handshake);
            if (refusal != 0) {
                refuse(handshake, refusal);
            } else if (path.equals(PUBLISH_PATH)) {
                handshake.accept().onSuccess(publishers::accept);
            } else {
                handshake.accept().onSuccess(subscribers::acceptFollower);
            }
        } else if (SubscriberRegistry.isAt(path)) {
            int refusal = subscribers.refusal(handshake);
            if (refusal != 0) {
                refuse(handshake, refusal);
            } else {
                handshake
                        .accept()
                        .onSuccess(socket -> subscribers.accept(handshake, socket))
                        .onFailure(e -> subscribers.abandon(handshake));
            }
        } else {
            refuse(handshake, 404);
        }
    }

    private void refuse(ServerWebSocketHandshake handshake, int status) {
        metrics.refusedHandshakes.increment();
        LOG.info("refused the handshake of {} with status {}", handshake.remoteAddress(), status);
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
