package io.dexklines.relay;

import io.dexklines.relay.api.HistoryApi;
import io.dexklines.relay.metrics.RelayMetrics;
import io.dexklines.relay.page.Page;
import io.dexklines.relay.publish.PublisherEndpoint;
import io.dexklines.relay.stream.StreamHub;
import io.dexklines.relay.subscribe.ConnectionQuota;
import io.dexklines.relay.subscribe.SubscriberLane;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocketHandshake;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one event loop serves: its share of the connections to the relay's port, each of them by
 * {@link PublisherEndpoint}, {@link SubscriberLane} or {@link HttpEndpoints}.
 */
final class RelayLane extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(RelayLane.class);

    private static final String PUBLISH_PATH = "/publish";
    private static final String FOLLOW_PATH = "/follow";

    /** To Vert.x: any free port, the same for all that ask so. */
    private static final int ANY_PORT_SHARED = -1;

    static final int MAX_MESSAGE_BYTES = 64 * 1024;
    private static final int MAX_TARGET_BYTES = 16 * 1024;
    private static final int MAX_HEADER_BYTES = 16 * 1024;

    /** What the kernel takes for a subscriber that reads nothing; fast lines far away fill it. */
    private static final int SEND_BUFFER_BYTES = 256 * 1024;

    /** How long a closed WebSocket waits for the other side to close it too. */
    private static final int CLOSE_REPLY_SECONDS = 2;

    /** How long the relay waits for all of them when it shuts down. */
    private static final int CLOSE_TIMEOUT_SECONDS = 6;

    private static final long WATCHES_PER_BLOCKED_TIME = 4;
    private static final short GOING_AWAY = 1001;

    private final RelaySettings settings;
    private final StreamHub hub;
    private final HistoryApi history;
    private final ConnectionQuota quota;
    private final RelayMetrics metrics;
    private final Page page;

    private PublisherEndpoint publishers;
    private SubscriberLane subscribers;
    private HttpServer server;
    private boolean closing;

    RelayLane(
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
                new SubscriberLane(
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
                    publishers.beat();
                    subscribers.beat();
                });
        long watchMs = settings.subscriberLimits().maxBlockedMs() / WATCHES_PER_BLOCKED_TIME;
        vertx.setPeriodic(Math.max(1, watchMs), now -> subscribers.watch());
        server =
                vertx.createHttpServer(options(2 * idleTimeoutMs))
                        .requestHandler(
                                new HttpEndpoints(hub, history, settings.origins(), metrics, page))
                        .webSocketHandshakeHandler(this::shake)
                        .exceptionHandler(e -> LOG.debug("connection failed", e));
        return server.listen(
                settings.port() == 0 ? ANY_PORT_SHARED : settings.port(), settings.host());
    }

    /**
     * @param idleTimeoutMs of connections that are neither WebSocket nor busy: the former are
     *     pinged and so never idle
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

    private void shake(ServerWebSocketHandshake handshake) {
        String path = handshake.path();
        if (closing) {
            refuse(handshake, 503);
        } else if (path.equals(PUBLISH_PATH)) {
            int refusal = publishers.refusal(handshake);
            if (refusal != 0) {
                refuse(handshake, refusal);
            } else {
                handshake.accept().onSuccess(publishers::accept);
            }
        } else if (path.equals(FOLLOW_PATH)) {
            int refusal = publishers.refusal(handshake);
            if (refusal != 0) {
                refuse(handshake, refusal);
            } else {
                handshake.accept().onSuccess(subscribers::acceptFollower);
            }
        } else if (SubscriberLane.isAt(path)) {
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
        LOG.info("{} refused: {}", handshake.remoteAddress(), status);
        handshake.reject(status);
    }

    int actualPort() {
        return server.actualPort();
    }

    /** Lets nobody in any more and takes leave of everyone; done when they are gone. */
    @Override
    public Future<?> stop() {
        closing = true;
        return Future.join(
                        publishers.close(GOING_AWAY, "the relay shuts down"),
                        subscribers.close(GOING_AWAY, "the relay shuts down"))
                .timeout(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .eventually(server::close);
    }
}
