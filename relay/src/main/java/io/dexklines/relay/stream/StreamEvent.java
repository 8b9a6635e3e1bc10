package io.dexklines.relay.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A message on a stream, encoded once for all recipients. Immutable and thread-safe. Callers must
 * not modify the arrays that it returns, since they are shared.
 */
public final class StreamEvent {

    /** The key under which a queued event is replaced by a newer version of the same kline. */
    private record KlineSlot(String stream, long openTimeMs) {}

    private static final byte[] STREAM = "{\"stream\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "\",\"data\":".getBytes(StandardCharsets.US_ASCII);

    private final String stream;
    private final byte[] data;
    private final KlineVersion version;

    // computed lazily without locking: threads that race compute equal values
    private volatile byte[] rawFrame;
    private volatile byte[] combinedFrame;

    /**
     * @param data JSON in UTF-8; the caller must not modify it any more
     * @param version null unless the event is a kline
     */
    public StreamEvent(String stream, byte[] data, KlineVersion version) {
        this.stream = stream;
        this.data = data;
        this.version = version;
    }

    /** Returns this message on another stream. */
    StreamEvent on(String otherStream) {
        return new StreamEvent(otherStream, data, version);
    }

    public String stream() {
        return stream;
    }

    /** Returns the payload, JSON in UTF-8. */
    public byte[] data() {
        return data;
    }

    KlineVersion version() {
        return version;
    }

    /**
     * Returns the key for conflation. Events with equal keys are versions of one kline, of which
     * only the latest needs to be sent. All other events have unique keys.
     */
    public Object slot() {
        return version == null ? this : new KlineSlot(stream, version.openTimeMs());
    }

    /** Returns a WebSocket text frame with only the payload. */
    public byte[] rawFrame() {
        byte[] frame = rawFrame;
        if (frame == null) {
            frame = TextFrame.of(data);
            rawFrame = frame;
        }
        return frame;
    }

    /** Returns a WebSocket text frame with the {@link #combined()} payload. */
    public byte[] combinedFrame() {
        byte[] frame = combinedFrame;
        if (frame == null) {
            frame = TextFrame.of(combined());
            combinedFrame = frame;
        }
        return frame;
    }

    /** Returns the payload with the stream's name, {@code {"stream":…,"data":…}} in UTF-8. */
    public byte[] combined() {
        byte[] name = stream.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(STREAM.length + name.length + DATA.length + data.length + 1)
                .put(STREAM)
                .put(name)
                .put(DATA)
                .put(data)
                .put((byte) '}')
                .array();
    }
}
