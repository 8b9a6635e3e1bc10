package io.dexklines.chaos.watch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A WebSocket client of some pairs' klines that judges every message, see {@link KlineFold}. If its
 * connection ends, or is silent although the relay should ping, it connects to the next relay.
 * Thread-safe.
 */
public final class KlineWatcher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KlineWatcher.class);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final long RECONNECT_MS = 500;

    /** Twice the time after which a relay pings. */
    private static final Duration SILENCE = Duration.ofSeconds(40);

    /** Names in one request, which is far below 64 kB and within ten requests a second. */
    private static final int STREAMS_A_REQUEST = 150;

    private final List<URI> relays;
    private final List<String> streams;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final FrameTimes times = new FrameTimes();
    private final KlineFold fold;
    private final List<String> errors = new ArrayList<>();
    private final Writer recording;
    private final Thread thread;
    private long connections;

    /**
     * What the client saw.
     *
     * @param connections how often it connected
     * @param frames when klines arrived
     * @param errors answers of the relay that are errors, and messages that are no JSON
     */
    public record Result(
            long connections, KlineViolations klines, FrameTimes frames, List<String> errors) {}

    private KlineWatcher(
            List<URI> relays, List<String> pairs, List<String> intervals, Writer recording) {
        this.recording = recording;
        this.relays = List.copyOf(relays);
        this.fold = new KlineFold(intervals.get(0));
        this.streams =
                pairs.stream()
                        .flatMap(
                                pair ->
                                        intervals.stream()
                                                .map(interval -> pair + "@kline_" + interval))
                        .toList();
        this.thread = new Thread(this::run, "kline-watcher");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Starts a client. It connects to the first relay first.
     *
     * @param relays the public addresses, {@code ws://host:port}
     * @param pairs {@code chain_id:pair_addr}
     * @param intervals the smallest one first
     */
    public static KlineWatcher start(List<URI> relays, List<String> pairs, List<String> intervals) {
        return new KlineWatcher(relays, pairs, intervals, Writer.nullWriter());
    }

    /**
     * Starts a client that also records every kline, one a line: when it arrived in epoch
     * milliseconds, the number of the connection, and the message.
     *
     * @param recording the file, which is created or replaced
     * @throws UncheckedIOException if the file cannot be created
     */
    public static KlineWatcher recording(
            List<URI> relays, List<String> pairs, List<String> intervals, Path recording) {
        try {
            return new KlineWatcher(relays, pairs, intervals, Files.newBufferedWriter(recording));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run() {
        try {
            for (int next = 0; closing.getCount() > 0; next++) {
                try {
                    watch(relays.get(next % relays.size()));
                } catch (ExecutionException | TimeoutException e) {
                    LOG.debug("no connection to {}", relays.get(next % relays.size()), e);
                }
                closing.await(RECONNECT_MS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Watches one connection until it ends. */
    private void watch(URI relay)
            throws InterruptedException, ExecutionException, TimeoutException {
        Connection connection = new Connection();
        CompletableFuture<WebSocket> opening =
                http.newWebSocketBuilder()
                        .connectTimeout(CONNECT_TIMEOUT)
                        .buildAsync(relay.resolve("/ws"), connection);
        WebSocket socket;
        try {
            socket = opening.get(CONNECT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // it may open later
            connection.isOver = true;
            opening.thenAccept(WebSocket::abort);
            throw e;
        }
        try {
            for (int from = 0; from < streams.size(); from += STREAMS_A_REQUEST) {
                String names =
                        streams
                                .subList(from, Math.min(from + STREAMS_A_REQUEST, streams.size()))
                                .stream()
                                .map(stream -> '"' + stream + '"')
                                .collect(Collectors.joining(","));
                socket.sendText(
                                "{\"method\":\"SUBSCRIBE\",\"params\":[" + names + "],\"id\":1}",
                                true)
                        .get(CONNECT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            }
            while (!connection.ended.isDone()
                    && System.nanoTime() - connection.heardNs < SILENCE.toNanos()
                    && !closing.await(RECONNECT_MS / 5, TimeUnit.MILLISECONDS)) {
                // goes on
            }
        } finally {
            connection.isOver = true;
            socket.abort();
        }
    }

    /** One connection. Its messages come one after another. */
    private final class Connection implements WebSocket.Listener {

        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private final StringBuilder frame = new StringBuilder();
        private volatile long heardNs = System.nanoTime();
        private volatile boolean isOver;

        @Override
        public void onOpen(WebSocket socket) {
            synchronized (KlineWatcher.this) {
                if (!isOver) {
                    connections++;
                    fold.connected();
                }
            }
            socket.request(1);
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            heardNs = System.nanoTime();
            frame.append(data);
            if (last && !isOver) {
                receive(frame.toString());
            }
            if (last) {
                frame.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPing(WebSocket socket, ByteBuffer message) {
            heardNs = System.nanoTime();
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            LOG.debug("closed: {} {}", status, reason);
            ended.complete(null);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            ended.complete(null);
        }
    }

    private synchronized void receive(String message) {
        try {
            if (fold.message(message)) {
                long nowMs = System.currentTimeMillis();
                times.add(nowMs);
                recording.write(nowMs + " " + connections + " " + message + "\n");
            } else if (message.contains("\"error\"")) {
                errors.add(message);
            }
        } catch (IllegalArgumentException e) {
            errors.add(e.getMessage());
        } catch (IOException e) {
            errors.add("cannot record: " + e);
        }
    }

    /** Returns what the client has seen so far. */
    public synchronized Result result() {
        return new Result(connections, fold.violations(), times, List.copyOf(errors));
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(2 * CONNECT_TIMEOUT.toMillis());
            synchronized (this) {
                recording.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
