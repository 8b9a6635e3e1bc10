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
 * A running relay: as many {@link RelayLane}s as it has event loops, all of them listening to one
 * port, and a hub that they share.
 *
 * <p>Listens for as long as it is not closed. Nothing is written to disk: a relay that starts again
 * holds nothing until it is published anew.
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
     * Starts a relay; it listens when this returns.
     *
     * @throws CompletionException if it can't listen, with the reason as its cause
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
        // no file is served: none needs a folder to be unpacked into
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
            RelayLane lane = new RelayLane(settings, hub, history, quota, metrics, page);
            await(vertx.deployVerticle(lane));
            port = lane.actualPort();
        }
        for (UpstreamAddress upstream : settings.upstreams()) {
            await(
                    vertx.deployVerticle(
                            new Upstream(
                                    upstream,
                                    RelayLane.MAX_MESSAGE_BYTES,
                                    settings.pingIntervalMs(),
                                    settings.subscriberLimits().idleTimeoutMs(),
                                    hub,
                                    metrics)));
        }
        return port;
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    /** The port it listens to. */
    public int port() {
        return port;
    }

    /**
     * Tells all connections that it goes away (1001) and closes them, waiting a few seconds for
     * those that don't answer. Closing it again does nothing.
     */
    @Override
    public void close() {
        await(vertx.close());
        history.close();
    }
}
