package io.dexklines.relay;

import io.dexklines.relay.api.HistoryApi;
import io.dexklines.relay.metrics.RelayMetrics;
import io.dexklines.relay.page.Page;
import io.dexklines.relay.publish.Upstream;
import io.dexklines.relay.publish.UpstreamAddress;
import io.dexklines.relay.stream.StreamHub;
import io.dexklines.relay.subscribe.ConnectionQuota;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.Clock;
import java.util.concurrent.CompletionException;

/**
 * A running relay: one {@link RelayVerticle} per event loop, which share a port and a hub.
 *
 * <p>The relay stores nothing on disk. After a restart it holds no klines until publishers send
 * them.
 */
public final class RelayServer implements AutoCloseable {

    private final Vertx vertx;
    private final HistoryApi history;
    private final int port;

    private RelayServer(Vertx vertx, HistoryApi history, int port) {
        this.vertx = vertx;
        this.history = history;
        this.port = port;
    }

    /**
     * Starts a relay and returns when it is listening.
     *
     * @throws CompletionException if the relay cannot listen on its port
     */
    public static RelayServer start(RelaySettings settings) {
        RelayMetrics metrics = new RelayMetrics();
        StreamHub hub = new StreamHub(settings.maxHeldStreams(), metrics);
        HistoryApi history =
                new HistoryApi(
                        settings.stores(), settings.intervals(), hub, metrics, Clock.systemUTC());
        Vertx vertx = Vertx.vertx(options(settings));
        try {
            return new RelayServer(vertx, history, deploy(vertx, settings, hub, history, metrics));
        } catch (CompletionException e) {
            await(vertx.close());
            history.close();
            throw e;
        }
    }

    private static VertxOptions options(RelaySettings settings) {
        // Vert.x serves no files here, so it needs no cache folder
        FileSystemOptions noFiles =
                new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false);
        return new VertxOptions()
                .setEventLoopPoolSize(settings.eventLoops())
                .setFileSystemOptions(noFiles);
    }

    private static int deploy(
            Vertx vertx,
            RelaySettings settings,
            StreamHub hub,
            HistoryApi history,
            RelayMetrics metrics) {
        ConnectionQuota quota =
                new ConnectionQuota(settings.maxConnections(), settings.maxConnectionsPerAddress());
        Page page = new Page();
        int port = 0;
        for (int index = 0; index < settings.eventLoops(); index++) {
            RelayVerticle verticle =
                    new RelayVerticle(settings, hub, history, quota, metrics, page);
            await(vertx.deployVerticle(verticle));
            port = verticle.actualPort();
        }
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
        return port;
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    /** Returns the port that the relay listens on. */
    public int port() {
        return port;
    }

    /**
     * Closes all connections with status 1001 (going away) and waits a few seconds for the clients
     * to answer. Further calls have no effect.
     */
    @Override
    public void close() {
        await(vertx.close());
        history.close();
    }
}
