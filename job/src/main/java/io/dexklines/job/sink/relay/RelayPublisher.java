package io.dexklines.job.sink.relay;

import io.dexklines.job.sink.Backoff;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to one relay: a thread that sends what waits, one frame at a time, and connects
 * again for as long as it takes.
 *
 * @param <T> what is sent as one line
 */
final class RelayPublisher<T> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RelayPublisher.class);

    private static final int FRAME_LINES = 128;

    /** Well below what servers take as one message by default. */
    private static final int FRAME_CHARS = 48 * 1024;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SEND_TIMEOUT = Duration.ofSeconds(10);

    /** After this long without news the relay is asked whether it is still there. */
    private static final Duration PING_INTERVAL = Duration.ofSeconds(15);

    private final URI uri;
    private final String authorization;
    private final Outgoing<T> outgoing;
    private final Clock clock;
    private final Backoff backoff;
    private final HttpClient client;
    private final Thread thread;

    private volatile boolean closed;
    private volatile boolean connected;
    private volatile long connections;
    private volatile long linesSent;
    private boolean warned;

    /**
     * @param uri {@code ws://host:port/publish}
     * @param token what the relay knows the job by
     * @param outgoing what waits for this relay
     * @param clock gives klines their time
     */
    RelayPublisher(URI uri, String token, Outgoing<T> outgoing, Clock clock, Backoff backoff) {
        this.uri = uri;
        this.authorization = "Bearer " + token;
        this.outgoing = outgoing;
        this.clock = clock;
        this.backoff = backoff;
        this.client = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
        this.thread = new Thread(this::run, "relay-publisher-" + name());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Takes what to send. Never blocks. */
    void offer(List<T> elements) {
        outgoing.offer(elements);
    }

    Outgoing<T> outgoing() {
        return outgoing;
    }

    boolean connected() {
        return connected;
    }

    /** How many connections were made so far. */
    long connections() {
        return connections;
    }

    /** How many lines were sent, those sent again after a reconnect included. */
    long linesSent() {
        return linesSent;
    }

    private void run() {
        while (!closed) {
            try {
                publish();
            } catch (InterruptedException e) {
                // closed says whether this is the end
            } catch (IOException | RuntimeException e) {
                if (!closed) {
                    warnOnce(e);
                }
            }
            if (!closed) {
                try {
                    Thread.sleep(backoff.nextMs());
                } catch (InterruptedException e) {
                    // closed says whether this is the end
                }
            }
        }
    }

    /** One warning an outage: the attempts that follow say nothing new. */
    private void warnOnce(Exception e) {
        if (warned) {
            LOG.debug("still no connection to the relay {}: {}", name(), e.getMessage());
        } else {
            LOG.warn("no connection to the relay {}: {}", name(), e.getMessage());
        }
        warned = true;
    }

    private void publish() throws IOException, InterruptedException {
        Connection connection = new Connection();
        WebSocket socket = connect(connection);
        connected = true;
        connections++;
        try {
            LOG.info("connected to the relay {}", name());
            sendFirst(socket, connection);
            backoff.reset();
            warned = false;
            while (!closed) {
                sendNext(socket, connection);
            }
            await(socket.sendClose(WebSocket.NORMAL_CLOSURE, ""), Duration.ofMillis(500));
        } finally {
            connected = false;
            socket.abort();
        }
    }

    private WebSocket connect(Connection connection) throws IOException, InterruptedException {
        return await(
                client.newWebSocketBuilder()
                        .header("Authorization", authorization)
                        .connectTimeout(CONNECT_TIMEOUT)
                        .buildAsync(uri, connection),
                CONNECT_TIMEOUT.multipliedBy(2));
    }

    private void sendFirst(WebSocket socket, Connection connection)
            throws IOException, InterruptedException {
        List<T> first = outgoing.takeFirst();
        boolean sent = false;
        try {
            send(socket, connection, first);
            outgoing.acknowledge();
            sent = true;
        } finally {
            if (!sent) {
                outgoing.requeue();
            }
        }
    }

    private void sendNext(WebSocket socket, Connection connection)
            throws IOException, InterruptedException {
        List<T> batch = outgoing.take(FRAME_LINES, PING_INTERVAL.toMillis());
        boolean sent = false;
        try {
            if (batch.isEmpty()) {
                ping(socket, connection);
            } else {
                send(socket, connection, batch);
                outgoing.acknowledge();
            }
            sent = true;
        } finally {
            if (!sent) {
                outgoing.requeue();
            }
        }
    }

    private void send(WebSocket socket, Connection connection, List<T> elements)
            throws IOException, InterruptedException {
        RelayFrame frame = new RelayFrame();
        int lines = 0;
        for (T each : elements) {
            outgoing.write(each, frame, clock.millis());
            lines++;
            if (lines == FRAME_LINES || frame.length() >= FRAME_CHARS) {
                send(socket, connection, frame, lines);
                frame = new RelayFrame();
                lines = 0;
            }
        }
        if (lines > 0) {
            send(socket, connection, frame, lines);
        }
    }

    private void send(WebSocket socket, Connection connection, RelayFrame frame, int lines)
            throws IOException, InterruptedException {
        connection.check();
        // One at a time, and waited for: the JDK's WebSocket takes no second one before.
        await(socket.sendText(frame.text(), true), SEND_TIMEOUT);
        linesSent += lines;
    }

    private void ping(WebSocket socket, Connection connection)
            throws IOException, InterruptedException {
        connection.check();
        if (connection.awaitsPong) {
            throw new IOException("it does not answer");
        }
        connection.awaitsPong = true;
        await(socket.sendPing(ByteBuffer.allocate(0)), SEND_TIMEOUT);
    }

    private static <T> T await(Future<T> future, Duration timeout)
            throws IOException, InterruptedException {
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new IOException("no answer within " + timeout.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException) {
                int status =
                        ((WebSocketHandshakeException) e.getCause()).getResponse().statusCode();
                throw new IOException("it answered with status " + status, e);
            }
            throw new IOException(String.valueOf(e.getCause()), e);
        }
    }

    /** Where it is, without what a URL may hold besides. */
    private String name() {
        return uri.getHost() + ":" + uri.getPort();
    }

    /** Sends what waits, if the relay is there, for a second at most. Never throws. */
    @Override
    public void close() {
        boolean interrupted = false;
        try {
            if (connected) {
                outgoing.awaitEmpty(1000);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        closed = true;
        outgoing.wakeUp();
        try {
            if (!interrupted && connected) {
                thread.join(1000);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        thread.interrupt();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the relay says: nothing but that it is there, or gone. */
    private final class Connection implements WebSocket.Listener {

        private volatile String lost;
        private volatile boolean awaitsPong;

        void check() throws IOException {
            if (lost != null) {
                throw new IOException(lost);
            }
        }

        @Override
        public CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            awaitsPong = false;
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            lose("it closed the connection with status " + status);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            lose("the connection broke: " + error);
        }

        private void lose(String why) {
            lost = why;
            outgoing.wakeUp();
        }
    }
}
