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
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that sends the queue of one relay, one frame at a time, and reconnects until it
 * succeeds. The relay acknowledges by its pongs what it has received. The rest is sent again on the
 * next connection.
 *
 * @param <T> the element that is sent as one or more lines of one message
 */
final class RelayPublisher<T> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RelayPublisher.class);

    private static final int FRAME_LINES = 128;

    /**
     * The characters after which a frame is sent, well below the message size that servers accept
     * by default.
     */
    private static final int FRAME_CHARS = 48 * 1024;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SEND_TIMEOUT = Duration.ofSeconds(10);

    /** The time without a frame after which the relay is sent a ping. */
    private static final Duration PING_INTERVAL = Duration.ofSeconds(15);

    /** The time without a frame after which the relay is asked to acknowledge the last batches. */
    private static final Duration ACKNOWLEDGE_INTERVAL = Duration.ofMillis(50);

    /** The batches after which the relay is asked to acknowledge them. */
    private static final int ACKNOWLEDGE_BATCHES = 16;

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
     * @param uri {@code ws://host:port/publish}, or {@code wss} for TLS
     * @param tls how a relay with TLS proves who it is
     * @param token the token by which the relay authenticates the job
     * @param outgoing the queue of this relay
     * @param clock dates klines when they are sent
     */
    RelayPublisher(
            URI uri,
            SSLContext tls,
            String token,
            Outgoing<T> outgoing,
            Clock clock,
            Backoff backoff) {
        this.uri = uri;
        this.authorization = "Bearer " + token;
        this.outgoing = outgoing;
        this.clock = clock;
        this.backoff = backoff;
        this.client =
                HttpClient.newBuilder().sslContext(tls).connectTimeout(CONNECT_TIMEOUT).build();
        this.thread = new Thread(this::run, "relay-publisher-" + name());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Queues elements without blocking. */
    void offer(List<T> elements) {
        outgoing.offer(elements);
    }

    Outgoing<T> outgoing() {
        return outgoing;
    }

    boolean connected() {
        return connected;
    }

    /** Returns the number of connections made. */
    long connections() {
        return connections;
    }

    /** Returns the number of lines sent, including those repeated after a reconnect. */
    long linesSent() {
        return linesSent;
    }

    private void run() {
        while (!closed) {
            try {
                publish();
            } catch (InterruptedException e) {
                // the loop checks closed
            } catch (IOException | RuntimeException e) {
                if (!closed) {
                    warnOnce(e);
                }
            }
            if (!closed) {
                try {
                    Thread.sleep(backoff.nextMs());
                } catch (InterruptedException e) {
                    // the loop checks closed
                }
            }
        }
    }

    /** Logs the first failure of an outage as a warning and further ones at debug level. */
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
            outgoing.requeue();
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
        send(socket, connection, outgoing.takeFirst());
        ping(socket, connection);
    }

    private void sendNext(WebSocket socket, Connection connection)
            throws IOException, InterruptedException {
        long unasked = outgoing.taken() - connection.pinged;
        Duration longestWait = unasked == 0 ? PING_INTERVAL : ACKNOWLEDGE_INTERVAL;
        List<T> batch = outgoing.take(FRAME_LINES, longestWait.toMillis());
        if (!batch.isEmpty()) {
            send(socket, connection, batch);
        } else if (unasked == 0 && connection.awaitsPong && !closed) {
            connection.check();
            throw new IOException("the relay does not answer");
        }
        if (batch.isEmpty() || unasked >= ACKNOWLEDGE_BATCHES) {
            ping(socket, connection);
        }
    }

    private void send(WebSocket socket, Connection connection, List<T> elements)
            throws IOException, InterruptedException {
        RelayFrame frame = new RelayFrame();
        for (T each : elements) {
            outgoing.write(each, frame, clock.millis());
            if (frame.lines() >= FRAME_LINES || frame.length() >= FRAME_CHARS) {
                send(socket, connection, frame);
                frame = new RelayFrame();
            }
        }
        if (frame.lines() > 0) {
            send(socket, connection, frame);
        }
    }

    private void send(WebSocket socket, Connection connection, RelayFrame frame)
            throws IOException, InterruptedException {
        connection.check();
        // the JDK's WebSocket accepts a message only after the previous one is sent
        await(socket.sendText(frame.text(), true), SEND_TIMEOUT);
        linesSent += frame.lines();
    }

    /** Asks the relay to acknowledge all batches so far. */
    private void ping(WebSocket socket, Connection connection)
            throws IOException, InterruptedException {
        connection.check();
        long number = outgoing.taken();
        connection.pinged = number;
        connection.awaitsPong = true;
        await(socket.sendPing(ByteBuffer.allocate(Long.BYTES).putLong(0, number)), SEND_TIMEOUT);
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
                throw new IOException("the relay answered with status " + status, e);
            }
            throw new IOException(String.valueOf(e.getCause()), e);
        }
    }

    /** Returns the host and port, without the rest of the URL. */
    private String name() {
        return uri.getHost() + ":" + uri.getPort();
    }

    /** Sends the queue for up to a second if the relay is connected. Does not throw. */
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

    /** Listens for pongs and for the end of the connection. */
    private final class Connection implements WebSocket.Listener {

        private volatile String lost;
        private volatile boolean awaitsPong;

        /** The number of the last batch that the relay was asked to acknowledge. */
        private volatile long pinged;

        void check() throws IOException {
            if (lost != null) {
                throw new IOException(lost);
            }
        }

        @Override
        public CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            if (message.remaining() == Long.BYTES) {
                long number = message.getLong();
                outgoing.acknowledge(number);
                awaitsPong = number < pinged;
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            lose("the relay closed the connection with status " + status);
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
