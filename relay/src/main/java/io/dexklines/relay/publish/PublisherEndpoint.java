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
 * Lets publishers in, those of one event loop: with the token, and never from a browser.
 *
 * <p>They send text messages of any length, in frames of at most 64 KiB (a longer one closes the
 * connection with 1009), each message one or more lines that {@link PublicationReader} reads.
 * Nothing is answered. Pings have to be: a publisher has to read.
 *
 * <p>Not safe for use by other threads than its event loop's.
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
     * @param maxLineBytes a longer line counts as malformed
     * @param idleTimeoutMs after this long without a frame, pongs included, a publisher is gone
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

    /** The HTTP status to refuse the handshake with; 0 to accept it. */
    public int refusal(ServerWebSocketHandshake handshake) {
        if (handshake.headers().contains(HttpHeaders.ORIGIN)) {
            return 403;
        }
        return token.admits(handshake.headers().get(HttpHeaders.AUTHORIZATION)) ? 0 : 401;
    }

    /** Takes over a connection that was accepted. */
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

    /** Pings everyone, and gives up those that have been silent for too long. */
    public void beat() {
        for (PublisherConnection connection : Set.copyOf(connections)) {
            connection.beat(idleTimeoutMs);
        }
    }

    /** Closes all connections; done when they are closed. */
    public Future<?> close(short code, String reason) {
        return Future.join(connections.stream().map(c -> c.close(code, reason)).toList());
    }
}
