package io.dexklines.relay;

import com.sun.management.UnixOperatingSystemMXBean;
import io.dexklines.relay.api.FollowsApi;
import io.dexklines.relay.api.HistoryApi;
import io.dexklines.relay.compatibility.CandlestickEndpoint;
import io.dexklines.relay.http.AddressRanges;
import io.dexklines.relay.http.ConnectionLimits;
import io.dexklines.relay.http.ConnectionQuota;
import io.dexklines.relay.http.Connections;
import io.dexklines.relay.http.Door;
import io.dexklines.relay.http.RelayTransport;
import io.dexklines.relay.metrics.RelayMetrics;
import io.dexklines.relay.page.Page;
import io.dexklines.relay.publish.Upstream;
import io.dexklines.relay.publish.UpstreamAddress;
import io.dexklines.relay.stream.StreamHub;
import io.dexklines.relay.token.TokenRefusal;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServerRequest;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running relay: one {@link RelayVerticle} per event loop, which share a port and a hub, and one
 * for the admin port.
 *
 * <p>The relay stores nothing on disk. After a restart it holds no klines until publishers send
 * them.
 */
public final class RelayServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RelayServer.class);

    /** Enough for the subtasks of any job, and bounded all the same. */
    private static final int ADMIN_CONNECTIONS = 2_000;

    /** File descriptors for the admin port, the stores and the JVM. */
    private static final int RESERVED_DESCRIPTORS = 500;

    private static final long OVERDUE_CHECK_MS = 250;

    private final Vertx vertx;
    private final HistoryApi history;
    private final FollowsApi follows;
    private final int port;
    private final int adminPort;

    private RelayServer(
            Vertx vertx, HistoryApi history, FollowsApi follows, int port, int adminPort) {
        this.vertx = vertx;
        this.history = history;
        this.follows = follows;
        this.port = port;
        this.adminPort = adminPort;
    }

    /**
     * Starts a relay and returns when it is listening.
     *
     * @throws CompletionException if the relay cannot listen on its port
     */
    public static RelayServer start(RelaySettings settings) {
        RelayMetrics metrics = new RelayMetrics();
        for (TokenRefusal refusal : TokenRefusal.values()) {
            metrics.refusedTokens.declare(refusal.label());
            metrics.endedSubscriptions.declare(refusal.label());
        }
        StreamHub hub = new StreamHub(settings.maxHeldBytes(), metrics);
        HistoryApi history =
                new HistoryApi(
                        settings.stores(),
                        settings.intervals(),
                        settings.historyLimits(),
                        hub,
                        metrics,
                        Clock.systemUTC());
        FollowsApi follows =
                new FollowsApi(
                        settings.follows(),
                        settings.userTokens(),
                        settings.historyLimits(),
                        metrics);
        history.serveFeatures(follows);
        if (settings.compatibility()) {
            history.serve(
                    new CandlestickEndpoint(
                            history.klines(), settings.intervals(), Clock.systemUTC()));
        }
        ConnectionLimits limits = settings.connectionLimits();
        Connections connections = new Connections(limits, metrics);
        RelayTransport transport = new RelayTransport(connections, publicDoor(settings));
        ConnectionQuota adminQuota = new ConnectionQuota(ADMIN_CONNECTIONS, ADMIN_CONNECTIONS);
        Door adminDoor = new Door(adminQuota, AddressRanges.NONE, false, true);
        if (settings.admin().port() > 0) {
            transport.setDoor(settings.admin().port(), adminDoor);
        }
        Vertx vertx =
                Vertx.builder().with(options(settings)).withTransport(transport.forVertx()).build();
        try {
            Handler<HttpServerRequest> endpoints =
                    new HttpEndpoints(
                            history, follows, settings.hosts(), settings.origins(), new Page());
            int port = 0;
            for (int index = 0; index < settings.eventLoops(); index++) {
                RelayVerticle verticle =
                        new RelayVerticle(
                                settings,
                                settings.address(),
                                false,
                                endpoints,
                                connections,
                                hub,
                                history.resumes(),
                                metrics);
                await(vertx.deployVerticle(verticle));
                port = verticle.actualPort();
            }
            RelayVerticle admin =
                    new RelayVerticle(
                            settings,
                            settings.admin(),
                            true,
                            new AdminEndpoints(history, hub, settings.hosts(), metrics),
                            connections,
                            hub,
                            history.resumes(),
                            metrics);
            await(vertx.deployVerticle(admin));
            transport.setDoor(admin.actualPort(), adminDoor);
            vertx.setPeriodic(OVERDUE_CHECK_MS, now -> connections.closeOverdue());
            follow(vertx, settings, hub, metrics);
            return new RelayServer(vertx, history, follows, port, admin.actualPort());
        } catch (CompletionException e) {
            await(vertx.close());
            follows.close();
            history.close();
            throw e;
        }
    }

    private static Door publicDoor(RelaySettings settings) {
        ConnectionLimits limits = settings.connectionLimits();
        return new Door(
                new ConnectionQuota(withinDescriptors(limits.max()), limits.maxPerClient()),
                settings.trustedProxies(),
                settings.proxyProtocol(),
                false);
    }

    /** Returns as many connections as file descriptors allow, and leaves some for other uses. */
    private static int withinDescriptors(int connections) {
        if (ManagementFactory.getOperatingSystemMXBean()
                instanceof UnixOperatingSystemMXBean system) {
            long allowed = system.getMaxFileDescriptorCount() - RESERVED_DESCRIPTORS;
            if (allowed < connections) {
                LOG.warn(
                        "{} connections at most, because of the limit of open files (ulimit -n)",
                        Math.max(1, allowed));
                return (int) Math.max(1, allowed);
            }
        }
        return connections;
    }

    private static VertxOptions options(RelaySettings settings) {
        // Vert.x serves no files here, so it needs no cache folder
        FileSystemOptions noFiles =
                new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false);
        return new VertxOptions()
                // one more for the admin port, which answers even if the others are busy
                .setEventLoopPoolSize(settings.eventLoops() + 1)
                .setFileSystemOptions(noFiles);
    }

    private static void follow(
            Vertx vertx, RelaySettings settings, StreamHub hub, RelayMetrics metrics) {
        for (UpstreamAddress upstream : settings.upstreams()) {
            await(
                    vertx.deployVerticle(
                            new Upstream(
                                    upstream,
                                    RelayVerticle.MAX_MESSAGE_BYTES,
                                    settings.pingIntervalMs(),
                                    settings.subscriberLimits().idleTimeoutMs(),
                                    hub,
                                    metrics)));
        }
        if (settings.userTokens() != null) {
            await(vertx.deployVerticle(new UserTokenReloads(settings, metrics)));
        }
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    /** Returns the public port. */
    public int port() {
        return port;
    }

    /** Returns the port for metrics, the held klines and publishers. */
    public int adminPort() {
        return adminPort;
    }

    /**
     * Closes all connections with status 1001 (going away) and waits a few seconds for the clients
     * to answer. Further calls have no effect.
     */
    @Override
    public void close() {
        await(vertx.close());
        follows.close();
        history.close();
    }
}
