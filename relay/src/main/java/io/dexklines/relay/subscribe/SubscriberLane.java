package io.dexklines.relay.subscribe;

import io.dexklines.relay.metrics.RelayMetrics;
import io.dexklines.relay.stream.Lane;
import io.dexklines.relay.stream.StreamEvent;
import io.dexklines.relay.stream.StreamHub;
import io.dexklines.relay.stream.StreamName;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.ServerWebSocketHandshake;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscribers of one event loop: lets them in and hands them what the hub hands to the lane.
 *
 * <p>Not safe for use by other threads than its event loop's, but for {@link #execute}.
 */
public final class SubscriberLane implements Lane {

    private static final Logger LOG = LoggerFactory.getLogger(SubscriberLane.class);
    private static final String BEARER = "Bearer ";
    private static final long CLOSE_GRACE_MS = 3_000;

    private final Context context;
    private final StreamHub hub;
    private final SubscriberLimits limits;
    private final OriginPolicy origins;
    private final ConnectionQuota quota;
    private final UserTokens userTokens;
    private final RelayMetrics metrics;

    private final Set<SubscriberConnection> connections = new HashSet<>();
    private final Map<String, Set<SubscriberConnection>> byStream = new HashMap<>();
    private final List<SubscriberConnection> unflushed = new ArrayList<>();

    /**
     * @param quota shared by all lanes
     * @param userTokens null if nobody may read alerts
     */
    public SubscriberLane(
            Context context,
            StreamHub hub,
            SubscriberLimits limits,
            OriginPolicy origins,
            ConnectionQuota quota,
            UserTokens userTokens,
            RelayMetrics metrics) {
        this.context = context;
        this.hub = hub;
        this.limits = limits;
        this.origins = origins;
        this.quota = quota;
        this.userTokens = userTokens;
        this.metrics = metrics;
    }

    /** Whether a subscriber can connect to that path. */
    public static boolean isAt(String path) {
        return SubscriberHandshake.isAt(path);
    }

    /**
     * The HTTP status to refuse the handshake with; 0 to accept it, and then one of {@link #accept}
     * and {@link #abandon} has to follow.
     */
    public int refusal(ServerWebSocketHandshake handshake) {
        String host = handshake.headers().get(HttpHeaders.HOST);
        if (!origins.admits(handshake.headers().get(HttpHeaders.ORIGIN), host)) {
            return 403;
        }
        Set<StreamName> streams;
        try {
            streams = SubscriberHandshake.parse(handshake.uri()).streams();
        } catch (IllegalArgumentException e) {
            return 400;
        }
        if (streams.size() > limits.maxStreams()) {
            return 400;
        }
        String token = bearerToken(handshake);
        for (StreamName stream : streams) {
            if (!SubscriberConnection.mayRead(stream, null, token, userTokens)) {
                return 401;
            }
        }
        return switch (quota.acquire(address(handshake))) {
            case ADMITTED -> 0;
            case TOO_MANY_FROM_ADDRESS -> 429;
            case TOO_MANY -> 503;
        };
    }

    /** Gives up a handshake that was to be accepted and then failed. */
    public void abandon(ServerWebSocketHandshake handshake) {
        quota.release(address(handshake));
    }

    /** Takes over a connection that was accepted. */
    public void accept(ServerWebSocketHandshake handshake, ServerWebSocket socket) {
        SubscriberHandshake asked = SubscriberHandshake.parse(handshake.uri());
        String address = address(handshake);
        SubscriberConnection connection =
                new SubscriberConnection(
                        this,
                        socket,
                        asked.combined(),
                        limits,
                        userTokens,
                        bearerToken(handshake),
                        metrics);
        connections.add(connection);
        metrics.subscribers.increment();
        LOG.debug("subscriber {} connected", socket.remoteAddress());
        socket.closeHandler(
                closed -> {
                    connections.remove(connection);
                    connection.forget();
                    quota.release(address);
                    metrics.subscribers.decrement();
                    LOG.debug("subscriber {} disconnected", socket.remoteAddress());
                });
        connection.start(asked.streams());
    }

    /** Takes over a relay's connection: it gets whatever is published, and all that is held. */
    public void acceptFollower(ServerWebSocket socket) {
        SubscriberConnection connection =
                new SubscriberConnection(
                        this,
                        socket,
                        true,
                        limits.ofFollower(hub.maxHeldEvents()),
                        userTokens,
                        null,
                        metrics);
        Lane follower =
                new Lane() {
                    @Override
                    public void execute(Runnable task) {
                        SubscriberLane.this.execute(task);
                    }

                    @Override
                    public void deliver(List<StreamEvent> events) {
                        events.forEach(connection::offer);
                        endDelivery();
                    }
                };
        connections.add(connection);
        metrics.followers.increment();
        LOG.info("relay {} follows", socket.remoteAddress());
        socket.closeHandler(
                closed -> {
                    connections.remove(connection);
                    connection.forget();
                    hub.unfollow(follower);
                    metrics.followers.decrement();
                    LOG.info("relay {} follows no more", socket.remoteAddress());
                });
        connection.start(Set.of());
        hub.follow(follower, follower::deliver);
    }

    private static String address(ServerWebSocketHandshake handshake) {
        return handshake.remoteAddress().hostAddress();
    }

    private static String bearerToken(ServerWebSocketHandshake handshake) {
        String authorization = handshake.headers().get(HttpHeaders.AUTHORIZATION);
        return authorization != null && authorization.startsWith(BEARER)
                ? authorization.substring(BEARER.length())
                : null;
    }

    @Override
    public void execute(Runnable task) {
        context.runOnContext(now -> task.run());
    }

    @Override
    public void deliver(List<StreamEvent> events) {
        for (StreamEvent event : events) {
            for (SubscriberConnection connection :
                    byStream.getOrDefault(event.stream(), Set.of())) {
                connection.offer(event);
            }
        }
        endDelivery();
    }

    /** Sends off what was offered. */
    void endDelivery() {
        List<SubscriberConnection> offered = List.copyOf(unflushed);
        unflushed.clear();
        offered.forEach(SubscriberConnection::endOfDelivery);
    }

    /** Pings everyone, and gives up those that have been silent for too long. */
    public void beat() {
        List.copyOf(connections).forEach(SubscriberConnection::beat);
    }

    /** Gives up those whose connections have been full for too long. */
    public void watch() {
        List.copyOf(connections).forEach(SubscriberConnection::watch);
    }

    /** Closes all connections; done when they are closed. */
    public Future<?> close(short code, String reason) {
        return Future.join(
                List.copyOf(connections).stream().map(c -> c.leave(code, reason)).toList());
    }

    StreamHub hub() {
        return hub;
    }

    void add(StreamName stream, SubscriberConnection connection) {
        byStream.computeIfAbsent(stream.text(), first -> new LinkedHashSet<>()).add(connection);
    }

    void remove(StreamName stream, SubscriberConnection connection) {
        byStream.computeIfPresent(
                stream.text(),
                (name, subscribed) -> {
                    subscribed.remove(connection);
                    return subscribed.isEmpty() ? null : subscribed;
                });
    }

    void flushLater(SubscriberConnection connection) {
        unflushed.add(connection);
    }

    long inCloseGrace(Runnable task) {
        return context.owner().setTimer(CLOSE_GRACE_MS, now -> task.run());
    }

    void cancel(long timer) {
        context.owner().cancelTimer(timer);
    }
}
