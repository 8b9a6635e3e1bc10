package io.dexklines.job.relay;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Takes what is published and remembers it, in the way of the relay. */
final class TestingRelay implements AutoCloseable {

    static final String TOKEN = "canary";

    private final Vertx vertx = Vertx.vertx();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<ServerWebSocket> publishers = new CopyOnWriteArrayList<>();
    private int port;
    private HttpServer server;

    void start() throws Exception {
        server =
                vertx.createHttpServer()
                        .webSocketHandshakeHandler(
                                handshake -> {
                                    if (handshake.path().equals("/publish")
                                            && ("Bearer " + TOKEN)
                                                    .equals(
                                                            handshake
                                                                    .headers()
                                                                    .get("Authorization"))) {
                                        handshake.accept();
                                    } else {
                                        handshake.reject(401);
                                    }
                                })
                        .webSocketHandler(
                                publisher -> {
                                    publishers.add(publisher);
                                    publisher.textMessageHandler(
                                            text -> text.lines().forEach(lines::add));
                                });
        port =
                server.listen(port, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS)
                        .actualPort();
    }

    /** Goes away with all its connections, and forgets everything; its port stays its own. */
    void stop() throws Exception {
        server.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        for (ServerWebSocket publisher : publishers) {
            publisher.close();
        }
        publishers.clear();
        lines.clear();
    }

    String url() {
        return "ws://127.0.0.1:" + port + "/publish";
    }

    List<String> lines() {
        return lines;
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
