package io.dexklines.relay.publish;

import io.dexklines.relay.metrics.RelayMetrics;
import io.dexklines.relay.stream.StreamHub;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.URI;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to a relay that this one follows. Everything that is published there is published
 * here too. After each connect the upstream relay first sends everything it holds, so nothing is
 * missed during a disconnection; what this relay has already is refused like any older version.
 *
 * <p>A lost connection is re-established with exponential backoff and jitter, so that the followers
 * of one relay do not reconnect all at once. The wait is at most {@value #LONGEST_WAIT_MS} ms.
 */
public final class Upstream extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(Upstream.class);

    private static final long FIRST_WAIT_MS = 250;
    private static final long LONGEST_WAIT_MS = 10_000;
    private static final int CONNECT_TIMEOUT_MS = 5_000;
    private static final int DEFAULT_PORT = 80;
    private static final int DEFAULT_TLS_PORT = 443;
    private static final short GOING_AWAY = 1001;

    private final UpstreamAddress address;
    private final int maxLineBytes;
    private final long pingIntervalMs;
    private final long idleTimeoutMs;
    private final StreamHub hub;
    private final RelayMetrics metrics;
    private final PublicationReader reader = new PublicationReader();

    private WebSocketClient client;

    /** Null while disconnected. */
    private PublisherConnection connection;

    private long nextWaitMs = FIRST_WAIT_MS;
    private boolean closing;

    /**
     * @param maxLineBytes the maximum length of a line; longer ones count as malformed
     * @param idleTimeoutMs how long the upstream relay may send nothing, not even a pong
     */
    public Upstream(
            UpstreamAddress address,
            int maxLineBytes,
            long pingIntervalMs,
            long idleTimeoutMs,
            StreamHub hub,
            RelayMetrics metrics) {
        this.address = address;
        this.maxLineBytes = maxLineBytes;
        this.pingIntervalMs = pingIntervalMs;
        this.idleTimeoutMs = idleTimeoutMs;
        this.hub = hub;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        client =
                vertx.createWebSocketClient(
                        new WebSocketClientOptions()
                                .setConnectTimeout(CONNECT_TIMEOUT_MS)
                                .setMaxFrameSize(maxLineBytes)
                                .setMaxMessageSize(maxLineBytes)
                                .setTcpNoDelay(true));
        vertx.setPeriodic(
                pingIntervalMs,
                now -> {
                    if (connection != null) {
                        connection.ping(idleTimeoutMs);
                    }
                });
        connect();
        return Future.succeededFuture();
    }

    private void connect() {
        if (closing) {
            return;
        }
        URI uri = address.uri();
        boolean tls = "wss".equals(uri.getScheme());
        int defaultPort = tls ? DEFAULT_TLS_PORT : DEFAULT_PORT;
        WebSocketConnectOptions options =
                new WebSocketConnectOptions()
                        .setHost(uri.getHost())
                        .setPort(uri.getPort() < 0 ? defaultPort : uri.getPort())
                        .setURI(uri.getRawPath())
                        .setSsl(tls)
                        // the endpoint refuses browsers, which it recognises by this header
                        .setAllowOriginHeader(false)
                        .addHeader(HttpHeaders.AUTHORIZATION, "Bearer " + address.token());
        ClientWebSocket socket = client.webSocket();
        PublisherConnection next =
                new PublisherConnection(
                        context, socket, new LineReader(maxLineBytes), reader, hub, metrics);
        next.start();
        socket.closeHandler(closed -> disconnected());
        socket.connect(options)
                .onSuccess(
                        connected -> {
                            connection = next;
                            nextWaitMs = FIRST_WAIT_MS;
                            metrics.upstreams.increment();
                            LOG.info("following {}", address);
                        })
                .onFailure(
                        e -> {
                            LOG.warn("cannot connect to upstream {}: {}", address, e.getMessage());
                            connectLater();
                        });
    }

    private void disconnected() {
        if (connection != null) {
            connection = null;
            metrics.upstreams.decrement();
            LOG.warn("connection to upstream {} lost", address);
        }
        connectLater();
    }

    private void connectLater() {
        long wholeMs = nextWaitMs;
        nextWaitMs = Math.min(LONGEST_WAIT_MS, 2 * wholeMs);
        long jitteredMs = ThreadLocalRandom.current().nextLong(wholeMs / 2, wholeMs + 1);
        vertx.setTimer(jitteredMs, now -> connect());
    }

    @Override
    public Future<?> stop() {
        closing = true;
        return connection == null
                ? Future.succeededFuture()
                : connection.close(GOING_AWAY, "the relay is shutting down");
    }
}
