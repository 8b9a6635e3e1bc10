package io.dexklines.job.sink.relay;

import static org.awaitility.Awaitility.await;

import io.dexklines.local.stack.Ports;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes what is published and remembers it, in the way of the relay. {@link RelayWriterContract}
 * proves it.
 */
final class TestingRelay implements RelayWriterContract.Relay {

    static final String TOKEN = RelayWriterContract.TOKEN;

    /** The real relay reads messages of any length. */
    private static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

    private static final Pattern STREAM = Pattern.compile("\"stream\":\"([^\"]+)\"");
    private static final Pattern OPEN_TIME = Pattern.compile("\"t\":(\\d+)");

    private final Vertx vertx = Vertx.vertx();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<ServerWebSocket> publishers = new CopyOnWriteArrayList<>();
    private final int port = Ports.free();
    private HttpServer server;

    @Override
    public void start() throws Exception {
        server =
                vertx.createHttpServer(
                                new HttpServerOptions()
                                        .setMaxWebSocketMessageSize(MAX_MESSAGE_BYTES))
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
        server.listen(port, Ports.HOST)
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    @Override
    public void stop() throws Exception {
        server.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        await("the port is free").atMost(Duration.ofSeconds(10)).until(() -> Ports.isFree(port));
        for (ServerWebSocket publisher : publishers) {
            publisher.close();
        }
        publishers.clear();
        lines.clear();
    }

    @Override
    public String url() {
        return "ws://127.0.0.1:" + port + "/publish";
    }

    int port() {
        return port;
    }

    /** All that was published since it was last started. */
    List<String> lines() {
        return lines;
    }

    @Override
    public List<String> newest() {
        Map<String, String> newest = new HashMap<>();
        for (String line : lines) {
            newest.merge(
                    first(STREAM, line),
                    line,
                    (held, next) -> openTimeMs(next) >= openTimeMs(held) ? next : held);
        }
        return List.copyOf(newest.values());
    }

    private static long openTimeMs(String line) {
        return Long.parseLong(first(OPEN_TIME, line));
    }

    private static String first(Pattern pattern, String line) {
        Matcher found = pattern.matcher(line);
        if (!found.find()) {
            throw new IllegalStateException("not a line of the contract: " + line);
        }
        return found.group(1);
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
