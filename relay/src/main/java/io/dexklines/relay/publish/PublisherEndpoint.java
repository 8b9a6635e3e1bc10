package io.dexklines.relay.publish;

import io.dexklines.relay.metrics.RelayMetrics;
import io.dexklines.relay.stream.StreamHub;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.ServerWebSocketHandshake;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The publishers of one event loop. A publisher needs the token and must not be a browser.
 *
 * <p>Publishers send text messages of any length in frames of at most 64 KiB; a larger frame closes
 * the connection with status 1009. Each message consists of lines that {@link PublicationReader}
 * parses. The relay sends no replies, but publishers must answer its pings.
 *
 * <p>Not thread-safe: only the event loop may call it.
 */
public final class PublisherEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(PublisherEndpoint.class);

    private final Context context;
    private final PublisherToken token;
    private final int maxLineBytes;
    private final long idleTimeoutMs;
    private final StreamHub hub;
    private final RelayMetrics metrics;
    private final PublicationReader reader = new PublicationReader();
    private final Set<PublisherConnection> connections = new HashSet<>();

    /**
     * @param maxLineBytes the maximum length of a line; longer ones count as malformed
     * @param idleTimeoutMs how long a publisher may send nothing, not even a pong
     */
    public PublisherEndpoint(
            Context context,
            PublisherToken token,
            int maxLineBytes,
            long idleTimeoutMs,
            StreamHub hub,
            RelayMetrics metrics) {
        this.context = context;
        this.token = token;
        this.maxLineBytes = maxLineBytes;
        this.idleTimeoutMs = idleTimeoutMs;
        this.hub = hub;
        this.metrics = metrics;
    }

    /** Returns the HTTP status to refuse the handshake with; 0 to accept it. */
    public int refusal(ServerWebSocketHandshake handshake) {
        if (handshake.headers().contains(HttpHeaders.ORIGIN)) {
            return 403;
        }
        return token.admits(handshake.headers().get(HttpHeaders.AUTHORIZATION)) ? 0 : 401;
    }

    /** Registers an accepted connection. */
    public void accept(ServerWebSocket socket) {
        LineReader lines = new LineReader(maxLineBytes);
        PublisherConnection connection =
                new PublisherConnection(context, socket, lines, reader, hub, metrics);
        connections.add(connection);
        metrics.publishers.increment();
        LOG.info("publisher {} connected", socket.remoteAddress());
        socket.closeHandler(
                closed -> {
                    connections.remove(connection);
                    metrics.publishers.decrement();
                    LOG.info("publisher {} disconnected", socket.remoteAddress());
                });
        connection.start();
    }

    /** Pings all publishers and disconnects those that exceeded the idle timeout. */
    public void ping() {
        for (PublisherConnection connection : Set.copyOf(connections)) {
            connection.ping(idleTimeoutMs);
        }
    }

    /** Closes all connections. The future completes when they are closed. */
    public Future<?> close(short code, String reason) {
        return Future.join(connections.stream().map(c -> c.close(code, reason)).toList());
    }
}
