package io.dexklines.relay.publish;

import io.dexklines.relay.metrics.RelayMetrics;
import io.dexklines.relay.stream.Publication;
import io.dexklines.relay.stream.StreamHub;
import io.dexklines.text.PrintableText;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketBase;
import io.vertx.core.http.WebSocketFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of one publisher or upstream relay.
 *
 * <p>Reading pauses while {@value #MAX_FRAMES_UNDELIVERED} frames are not delivered to the event
 * loops of the subscribers, so an overloaded relay slows down its publishers instead of buffering
 * without bound. A slow subscriber has no such effect, since an event counts as delivered once it
 * is in the subscriber's backlog.
 */
final class PublisherConnection {

    static final int MAX_FRAMES_UNDELIVERED = 16;

    private static final Logger LOG = LoggerFactory.getLogger(PublisherConnection.class);
    private static final short UNSUPPORTED_DATA = 1003;
    private static final short POLICY_VIOLATION = 1008;

    private final Context context;
    private final WebSocketBase socket;
    private final LineReader lines;
    private final PublicationReader reader;
    private final Emissions emissions = new Emissions();
    private final StreamHub hub;
    private final RelayMetrics metrics;

    private int framesUndelivered;
    private boolean warned;
    private long lastFrameNanos = System.nanoTime();

    PublisherConnection(
            Context context,
            WebSocketBase socket,
            LineReader lines,
            PublicationReader reader,
            StreamHub hub,
            RelayMetrics metrics) {
        this.context = context;
        this.socket = socket;
        this.lines = lines;
        this.reader = reader;
        this.hub = hub;
        this.metrics = metrics;
    }

    void start() {
        socket.exceptionHandler(
                e -> LOG.info("publisher {}: {}", socket.remoteAddress(), e.getMessage()));
        socket.frameHandler(this::receive);
    }

    private void receive(WebSocketFrame frame) {
        lastFrameNanos = System.nanoTime();
        switch (frame.type()) {
            case TEXT, CONTINUATION -> publish(frame.binaryData().getBytes(), frame.isFinal());
            case BINARY -> close(UNSUPPORTED_DATA, "text frames only");
            default -> {}
        }
    }

    private void publish(byte[] piece, boolean endOfMessage) {
        List<List<Publication>> complete = new ArrayList<>();
        for (byte[] line : lines.add(piece, endOfMessage)) {
            try {
                emissions.add(reader.read(line), complete);
            } catch (IllegalArgumentException e) {
                warnOnce(e);
            }
        }
        if (endOfMessage) {
            emissions.end(complete);
        }
        if (complete.isEmpty()) {
            return;
        }
        framesUndelivered++;
        if (framesUndelivered == MAX_FRAMES_UNDELIVERED) {
            socket.pause();
        }
        hub.publish(complete, () -> context.runOnContext(now -> delivered()));
    }

    private void delivered() {
        framesUndelivered--;
        if (framesUndelivered == MAX_FRAMES_UNDELIVERED - 1) {
            socket.resume();
        }
    }

    private void warnOnce(IllegalArgumentException e) {
        metrics.malformed.increment();
        if (!warned) {
            warned = true;
            LOG.warn(
                    "publisher {} sent a malformed line, further ones are only counted: {}",
                    socket.remoteAddress(),
                    PrintableText.of(String.valueOf(e.getMessage())));
        }
    }

    /** Pings the publisher, or disconnects it if it exceeded the idle timeout. */
    void ping(long idleTimeoutMs) {
        // while reading is paused, no frame can arrive
        boolean reading = framesUndelivered < MAX_FRAMES_UNDELIVERED;
        long silentMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastFrameNanos);
        if (reading && silentMs > idleTimeoutMs) {
            close(POLICY_VIOLATION, "silent for too long");
        } else {
            socket.writePing(Buffer.buffer());
        }
    }

    Future<Void> close(short code, String reason) {
        return socket.close(code, reason);
    }
}
