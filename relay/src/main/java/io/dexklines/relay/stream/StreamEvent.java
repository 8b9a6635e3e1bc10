package io.dexklines.relay.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One message on one stream, encoded once for all who receive it. Immutable as seen from outside;
 * the arrays it hands out are shared and must not be modified.
 */
public final class StreamEvent {

    /** What a later event on the same stream replaces, where it still waits to be sent. */
    private record KlineSlot(String stream, long openTimeMs) {}

    private static final byte[] STREAM = "{\"stream\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "\",\"data\":".getBytes(StandardCharsets.US_ASCII);

    private final String stream;
    private final byte[] data;
    private final KlineVersion version;

    // computed at most once per thread that needs them: every thread computes the same
    private volatile byte[] rawFrame;
    private volatile byte[] combinedFrame;

    /**
     * @param data JSON in UTF-8; belongs to the event from now on
     * @param version null unless the event is a kline
     */
    public StreamEvent(String stream, byte[] data, KlineVersion version) {
        this.stream = stream;
        this.data = data;
        this.version = version;
    }

    /** The same message on another stream. */
    StreamEvent on(String otherStream) {
        return new StreamEvent(otherStream, data, version);
    }

    public String stream() {
        return stream;
    }

    /** The payload, JSON in UTF-8. */
    public byte[] data() {
        return data;
    }

    KlineVersion version() {
        return version;
    }

    /**
     * Events with equal slots are versions of one kline, and the later one makes the earlier one
     * worthless. An event that is no kline has a slot of its own.
     */
    public Object slot() {
        return version == null ? this : new KlineSlot(stream, version.openTimeMs());
    }

    /** A WebSocket text frame that holds the payload alone. */
    public byte[] rawFrame() {
        byte[] frame = rawFrame;
        if (frame == null) {
            frame = TextFrame.of(data);
            rawFrame = frame;
        }
        return frame;
    }

    /** A WebSocket text frame that holds the {@link #combined()} payload. */
    public byte[] combinedFrame() {
        byte[] frame = combinedFrame;
        if (frame == null) {
            frame = TextFrame.of(combined());
            combinedFrame = frame;
        }
        return frame;
    }

    /** The payload with the name of its stream: {@code {"stream":…,"data":…}} in UTF-8. */
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
