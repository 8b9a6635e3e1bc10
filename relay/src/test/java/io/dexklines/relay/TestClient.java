package io.dexklines.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A WebSocket client on the JDK's implementation, which shares no code with the relay. Reads all
 * messages, or none if it is {@linkplain Builder#stuck stuck}.
 */
final class TestClient implements WebSocket.Listener, AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final boolean stuck;
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();
    private WebSocket socket;

    private TestClient(boolean stuck) {
        this.stuck = stuck;
    }

    static Builder to(RelayServer server, String path) {
        return new Builder(URI.create("ws://127.0.0.1:" + server.port() + path));
    }

    static Builder toAdmin(RelayServer server, String path) {
        return new Builder(URI.create("ws://127.0.0.1:" + server.adminPort() + path));
    }

    static final class Builder {
        private final URI uri;
        private final WebSocket.Builder handshake =
                HTTP.newWebSocketBuilder().connectTimeout(TIMEOUT);
        private boolean stuck;

        private Builder(URI uri) {
            this.uri = uri;
        }

        Builder header(String name, String value) {
            handshake.header(name, value);
            return this;
        }

        /** Makes the client read nothing. */
        Builder stuck() {
            stuck = true;
            return this;
        }

        /** Returns the number of streams in the address. */
        long streams() {
            return uri.toString().chars().filter(character -> character == '@').count();
        }

        TestClient connect() {
            TestClient client = new TestClient(stuck);
            client.socket = handshake.buildAsync(uri, client).join();
            return client;
        }

        /** Returns the HTTP status with which the relay refuses the handshake. */
        int refusal() {
            try {
                handshake.buildAsync(uri, new TestClient(false)).join().abort();
                throw new AssertionError("not refused: " + uri);
            } catch (CompletionException e) {
                return ((WebSocketHandshakeException) e.getCause()).getResponse().statusCode();
            }
        }
    }

    @Override
    public void onOpen(WebSocket opened) {
        if (!stuck) {
            opened.request(1);
        }
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            messages.add(partial.toString());
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int statusCode, String reason) {
        closeCode.complete(statusCode);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closeCode.completeExceptionally(error);
    }

    TestClient send(String text) {
        socket.sendText(text, true).join();
        return this;
    }

    /** Starts reading. */
    void resume() {
        socket.request(1);
    }

    String next() {
        try {
            String message = messages.poll(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(message).as("a message within " + TIMEOUT).isNotNull();
            return message;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    List<String> next(int count) {
        List<String> list = new ArrayList<>();
        while (list.size() < count) {
            list.add(next());
        }
        return list;
    }

    /** Returns the messages up to and including {@code last}. */
    List<String> upTo(String last) {
        List<String> list = new ArrayList<>();
        do {
            list.add(next());
        } while (!list.get(list.size() - 1).equals(last));
        return list;
    }

    /** Returns whether there are no unread messages. */
    boolean hasNone() {
        return messages.isEmpty();
    }

    /** Waits until the relay has closed the connection, and returns the status. */
    int closeCode() {
        return closeCode.orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).join();
    }

    boolean isClosed() {
        return closeCode.isDone();
    }

    @Override
    public void close() {
        socket.abort();
    }
}
