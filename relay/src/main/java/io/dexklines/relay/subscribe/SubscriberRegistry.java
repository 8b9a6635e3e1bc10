package io.dexklines.relay.subscribe;

import io.dexklines.relay.http.ClientConnection;
import io.dexklines.relay.http.Turns;
import io.dexklines.relay.metrics.RelayMetrics;
import io.dexklines.relay.resume.ResumeReader;
import io.dexklines.relay.stream.Emission;
import io.dexklines.relay.stream.FrameDeflater;
import io.dexklines.relay.stream.StreamEvent;
import io.dexklines.relay.stream.StreamHub;
import io.dexklines.relay.stream.StreamName;
import io.dexklines.relay.token.TokenGrant;
import io.dexklines.relay.token.TokenRefusal;
import io.dexklines.relay.token.TokenRefusedException;
import io.dexklines.relay.token.UserTokens;
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
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscribers of one event loop. Accepts their connections and delivers the events of the hub
 * to them.
 *
 * <p>All events that the hub has for the event loop when it gets to them are one delivery, in which
 * each connection is written to and flushed once. So a busy event loop needs fewer system calls for
 * a message, and one that is not busy delivers each message at once.
 *
 * <p>Not thread-safe, except for {@link #execute}: only the event loop may call it.
 */
public final class SubscriberRegistry implements StreamHub.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(SubscriberRegistry.class);
    private static final String BEARER = "Bearer ";
    private static final long CLOSE_GRACE_MS = 3_000;

    /** The most streams of a request that go on from a point in the past. */
    static final int MAX_RESUMED_AT_ONCE = 16;

    private final Context context;
    private final StreamHub hub;
    private final SubscriberLimits limits;
    private final OriginPolicy origins;
    private final UserTokens userTokens;
    private final ForeignSocket foreign;
    private final FrameDeflater deflater;
    private final Turns turns;
    private final ResumeReader resumes;
    private final RelayMetrics metrics;

    private final Set<SubscriberConnection> connections = new HashSet<>();
    private final Map<String, Set<SubscriberConnection>> byStream = new HashMap<>();

    /** The tasks of the hub for the next delivery. Guarded by {@link #tasksLock}. */
    private List<Runnable> tasks = new ArrayList<>();

    private final Object tasksLock = new Object();

    // of the delivery that is in progress

    private EventRun none = EventRun.empty();
    private final List<SubscriberConnection> receivers = new ArrayList<>();

    /** The receivers whose sockets did not take everything that was written to them before. */
    private final List<SubscriberConnection> lateReceivers = new ArrayList<>();

    /** The followers to which emissions were offered. */
    private final List<SubscriberConnection> offered = new ArrayList<>();

    private final List<Runnable> delivered = new ArrayList<>();

    /**
     * @param userTokens null if alerts cannot be read
     * @param foreign serves clients of another protocol; null if there are none
     * @param deflater null if frames are not compressed
     * @param turns runs the requests of subscribers
     * @param resumes reads what subscribers missed
     */
    public SubscriberRegistry(
            Context context,
            StreamHub hub,
            SubscriberLimits limits,
            OriginPolicy origins,
            UserTokens userTokens,
            ForeignSocket foreign,
            FrameDeflater deflater,
            Turns turns,
            ResumeReader resumes,
            RelayMetrics metrics) {
        this.context = context;
        this.hub = hub;
        this.limits = limits;
        this.origins = origins;
        this.userTokens = userTokens;
        this.foreign = foreign;
        this.deflater = deflater;
        this.turns = turns;
        this.resumes = resumes;
        this.metrics = metrics;
    }

    /** Returns whether subscribers may connect to this path. */
    public static boolean isAt(String path) {
        return SubscriberHandshake.isAt(path);
    }

    /**
     * Checks a handshake.
     *
     * @return the HTTP status to refuse the handshake with; 0 to accept it
     */
    public int refusal(ServerWebSocketHandshake handshake) {
        String host = handshake.headers().get(HttpHeaders.HOST);
        if (!origins.admits(handshake.headers().get(HttpHeaders.ORIGIN), host)) {
            return 403;
        }
        SubscriberHandshake target;
        try {
            target = target(handshake);
        } catch (IllegalArgumentException e) {
            return 400;
        }
        Set<StreamName> streams = target.streams();
        if (streams.size() > limits.maxStreams()
                || target.since() != null && streams.size() > MAX_RESUMED_AT_ONCE) {
            return 400;
        }
        if (!streams.isEmpty() && !hub.hasRoomFor(streams, streams.size())) {
            return 503;
        }
        String token = bearerToken(handshake);
        for (StreamName stream : streams) {
            if (stream.needsToken()) {
                try {
                    authorise(stream, token);
                } catch (TokenRefusedException e) {
                    // the stream is chosen by the client, and not logged
                    LOG.info("{}: {}", handshake.remoteAddress(), e.getMessage());
                    return 401;
                }
            }
        }
        return 0;
    }

    /** Registers the connection of an accepted handshake. */
    public void accept(
            ServerWebSocketHandshake handshake, ServerWebSocket socket, ClientConnection client) {
        SubscriberHandshake target = target(handshake);
        SubscriberConnection connection =
                connection(socket, client, form(handshake, target), limits, bearerToken(handshake));
        metrics.subscribers.increment();
        LOG.debug("subscriber {} connected", socket.remoteAddress());
        socket.closeHandler(
                closed -> {
                    unregister(connection);
                    metrics.subscribers.decrement();
                    LOG.debug("subscriber {} disconnected", socket.remoteAddress());
                });
        connection.start(target.streams(), target.since());
    }

    private SubscriberHandshake target(ServerWebSocketHandshake handshake) {
        return isForeign(handshake)
                ? new SubscriberHandshake(foreign.streams(handshake.uri()), null, false)
                : SubscriberHandshake.parse(handshake.uri());
    }

    private MessageForm form(ServerWebSocketHandshake handshake, SubscriberHandshake target) {
        if (isForeign(handshake)) {
            return MessageForm.translated(foreign);
        }
        return target.combined() ? MessageForm.COMBINED : MessageForm.RAW;
    }

    private boolean isForeign(ServerWebSocketHandshake handshake) {
        return foreign != null && foreign.path().equals(handshake.path());
    }

    /** Registers the connection of a relay that follows this one and receives all events. */
    public void acceptFollower(ServerWebSocket socket, ClientConnection client) {
        SubscriberConnection connection =
                connection(
                        socket,
                        client,
                        MessageForm.LINES,
                        limits.ofFollower(hub.maxHeldEvents()),
                        null);
        StreamHub.Listener follower =
                new StreamHub.Listener() {
                    @Override
                    public void execute(Runnable task) {
                        SubscriberRegistry.this.execute(task);
                    }

                    @Override
                    public void deliver(List<Emission> emissions, Runnable done) {
                        emissions.forEach(connection::offer);
                        offered.add(connection);
                        delivered.add(done);
                    }
                };
        metrics.followers.increment();
        LOG.info("relay {} follows this one", socket.remoteAddress());
        socket.closeHandler(
                closed -> {
                    unregister(connection);
                    hub.unfollow(follower);
                    metrics.followers.decrement();
                    LOG.info("relay {} no longer follows this one", socket.remoteAddress());
                });
        connection.start(Set.of(), null);
        hub.follow(follower, everything -> follower.deliver(everything, () -> {}));
    }

    private SubscriberConnection connection(
            ServerWebSocket socket,
            ClientConnection client,
            MessageForm form,
            SubscriberLimits connectionLimits,
            String bearerToken) {
        SubscriberConnection connection =
                new SubscriberConnection(
                        this, socket, client, form, connectionLimits, bearerToken, metrics);
        connections.add(connection);
        return connection;
    }

    private void unregister(SubscriberConnection connection) {
        connections.remove(connection);
        connection.release();
    }

    private static String bearerToken(ServerWebSocketHandshake handshake) {
        String authorization = handshake.headers().get(HttpHeaders.AUTHORIZATION);
        return authorization != null && authorization.startsWith(BEARER)
                ? authorization.substring(BEARER.length())
                : null;
    }

    /**
     * Verifies that a token permits reading a user's stream, and counts the refusal if not.
     *
     * @param token may be null
     */
    TokenGrant authorise(StreamName stream, String token) throws TokenRefusedException {
        try {
            if (userTokens == null) {
                throw new TokenRefusedException(TokenRefusal.NO_KEYS);
            }
            return userTokens.verify(stream.userId(), token);
        } catch (TokenRefusedException e) {
            metrics.refusedTokens.increment(e.refusal().label());
            throw e;
        }
    }

    /** Returns why a grant is no longer valid; empty while it is. */
    Optional<TokenRefusal> refusalOf(TokenGrant grant) {
        return userTokens.refusalOf(grant);
    }

    /** Runs a task of the hub in the next delivery. Thread-safe. */
    @Override
    public void execute(Runnable task) {
        boolean first;
        synchronized (tasksLock) {
            tasks.add(task);
            first = tasks.size() == 1;
        }
        if (first) {
            context.runOnContext(now -> runTasks());
        }
    }

    private void runTasks() {
        List<Runnable> all;
        synchronized (tasksLock) {
            all = tasks;
            tasks = new ArrayList<>();
        }
        for (Runnable task : all) {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("a delivery failed", e);
            }
        }
        endDelivery();
    }

    /** Notes the events for their subscribers, which get them at the end of the delivery. */
    @Override
    public void deliver(List<Emission> emissions, Runnable done) {
        delivered.add(done);
        for (Emission emission : emissions) {
            List<SubscriberConnection> full = List.of();
            for (StreamEvent event : emission.events()) {
                for (SubscriberConnection connection :
                        byStream.getOrDefault(event.stream(), Set.of())) {
                    if (connection.collect(none, event, emission)) {
                        (connection.isBehind() ? lateReceivers : receivers).add(connection);
                    }
                    if (connection.hasCollectedMuch()) {
                        full = full.isEmpty() ? new ArrayList<>() : full;
                        full.add(connection);
                    }
                }
            }
            full.forEach(SubscriberConnection::deliverCollected);
        }
    }

    /** Writes to the connections that keep up, and then to those that are behind. */
    private void endDelivery() {
        receivers.forEach(SubscriberConnection::deliverCollected);
        receivers.clear();
        lateReceivers.forEach(SubscriberConnection::deliverCollected);
        lateReceivers.clear();
        offered.forEach(SubscriberConnection::endDelivery);
        offered.clear();
        none = EventRun.empty();
        delivered.forEach(Runnable::run);
        delivered.clear();
    }

    /** Pings all subscribers and disconnects those that exceeded the idle timeout. */
    public void ping() {
        List.copyOf(connections).forEach(SubscriberConnection::ping);
    }

    /** Disconnects the subscribers whose connections have been blocked for too long. */
    public void closeBlocked() {
        List.copyOf(connections).forEach(SubscriberConnection::closeIfBlocked);
    }

    /** Ends the subscriptions whose tokens have expired, were revoked or lost their key. */
    public void endUnauthorised() {
        List.copyOf(connections).forEach(SubscriberConnection::endUnauthorised);
    }

    /** Closes all connections. The future completes when they are closed. */
    public Future<?> close(short code, String reason) {
        return Future.join(
                List.copyOf(connections).stream().map(c -> c.close(code, reason)).toList());
    }

    /** Returns null if frames are not compressed. */
    FrameDeflater deflater() {
        return deflater;
    }

    StreamHub hub() {
        return hub;
    }

    Turns turns() {
        return turns;
    }

    ResumeReader resumes() {
        return resumes;
    }

    /** Runs the task after a time, by the event loop. */
    void after(long ms, Runnable task) {
        context.owner().setTimer(ms, now -> task.run());
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

    /** Runs the task after the time that a client has to answer a close frame. */
    long afterCloseGrace(Runnable task) {
        return context.owner().setTimer(CLOSE_GRACE_MS, now -> task.run());
    }

    void cancel(long timer) {
        context.owner().cancelTimer(timer);
    }
}
