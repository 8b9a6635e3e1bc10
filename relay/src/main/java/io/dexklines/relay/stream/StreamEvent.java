package io.dexklines.relay.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A message on a stream, encoded once for all recipients. Immutable and thread-safe. Callers must
 * not modify the arrays that it returns, since they are shared.
 */
public final class StreamEvent {

    /** This object, its version or key, and its time. */
    static final int MIN_HELD_BYTES = 40 + 40 + 32;

    /** The key under which a queued event is replaced by a newer version of the same kline. */
    private record KlineSlot(String stream, long openTimeMs) {}

    private static final byte[] STREAM = "{\"stream\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "\",\"data\":".getBytes(StandardCharsets.US_ASCII);

    /** Places of {@link #otherFrames}, after those of the compressed raw and combined frames. */
    private static final int TRANSLATED = 2;

    private static final int TRANSLATED_DEFLATED = 3;
    private static final int OTHER_FRAMES = 4;

    private final String stream;
    private final byte[] data;
    private final KlineVersion version;
    private final EventTime time;

    /** Null for klines, and for events without an id. */
    private final EventKey key;

    // computed lazily without locking: threads that race compute equal values
    private volatile byte[] rawFrame;
    private volatile byte[] combinedFrame;
    private volatile KlineSlot slot;

    /** The compressed and the translated frames; null until one is needed. */
    private byte[][] otherFrames;

    /**
     * @param data JSON in UTF-8; the caller must not modify it any more
     * @param version null unless the event is a kline
     * @param time null if the payload does not say when it was sent
     */
    public StreamEvent(String stream, byte[] data, KlineVersion version, EventTime time) {
        this(stream, data, version, time, null);
    }

    /**
     * @param key null for klines, and for events without an id
     */
    public StreamEvent(
            String stream, byte[] data, KlineVersion version, EventTime time, EventKey key) {
        this.key = key;
        this.stream = stream;
        this.data = data;
        this.version = version;
        this.time = time;
    }

    /** Returns this message on another stream. */
    StreamEvent on(String otherStream) {
        return new StreamEvent(otherStream, data, version, time, key);
    }

    /** Returns the memory that this message takes without its frames and its name, in bytes. */
    long heldBytes() {
        return MIN_HELD_BYTES + HeapBytes.array(data.length, Byte.BYTES);
    }

    /** Returns whether this message is a trade of a pair. */
    public boolean isTrade() {
        return StreamName.isOfTrades(stream);
    }

    /** Returns how many trades were left out before this one. Call it for trades only. */
    public long omitted() {
        return OmittedTrades.of(data);
    }

    /** Returns this trade with another number of trades that were left out before it. */
    public StreamEvent withOmitted(long omitted) {
        return new StreamEvent(stream, OmittedTrades.with(omitted, data), version, time);
    }

    /** Returns this message with another {@code E}. A payload without {@code E} is unchanged. */
    StreamEvent at(long ms) {
        if (time == null || time.ms() == ms) {
            return this;
        }
        byte[] digits = Long.toString(ms).getBytes(StandardCharsets.US_ASCII);
        int end = time.start() + digits.length;
        byte[] dated =
                ByteBuffer.allocate(end + data.length - time.end())
                        .put(data, 0, time.start())
                        .put(digits)
                        .put(data, time.end(), data.length - time.end())
                        .array();
        return new StreamEvent(stream, dated, version, new EventTime(ms, time.start(), end), key);
    }

    public String stream() {
        return stream;
    }

    /** Returns what identifies an event; null for klines, and for events without an id. */
    public EventKey key() {
        return key;
    }

    /** Returns the payload, JSON in UTF-8. */
    public byte[] data() {
        return data;
    }

    public KlineVersion version() {
        return version;
    }

    EventTime time() {
        return time;
    }

    /**
     * Returns the key for conflation of a kline. Events with equal keys are versions of one kline,
     * of which only the latest needs to be sent.
     */
    public Object slot() {
        KlineSlot known = slot;
        if (known == null) {
            known = new KlineSlot(stream, version.openTimeMs());
            slot = known;
        }
        return known;
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

    /**
     * Returns a frame in the form that takes fewer bytes. It is compressed at most once for all
     * recipients. Only klines are compressed, since everybody may know what is in them.
     *
     * @param combined whether the payload is {@link #combined()}
     */
    public byte[] deflatedFrame(boolean combined, FrameDeflater deflater) {
        byte[] plain = combined ? combinedFrame() : rawFrame();
        if (version == null) {
            return plain;
        }
        int form = combined ? 1 : 0;
        synchronized (this) {
            byte[][] frames = otherFrames();
            if (frames[form] == null) {
                frames[form] = deflater.frame(combined ? combined() : data, plain);
            }
            return frames[form];
        }
    }

    /**
     * Returns a text frame with the message of a translation, or no bytes if there is none. It is
     * translated, and compressed, at most once for all recipients.
     *
     * @param translation the same one in all calls, or one that returns the same messages
     * @param deflater null for a frame that is not compressed
     */
    public synchronized byte[] translatedFrame(Translation translation, FrameDeflater deflater) {
        byte[][] frames = otherFrames();
        if (frames[TRANSLATED] == null) {
            byte[] message = version == null ? new byte[0] : translation.message(this);
            frames[TRANSLATED] = message.length == 0 ? message : TextFrame.of(message);
        }
        byte[] plain = frames[TRANSLATED];
        if (deflater == null || plain.length == 0) {
            return plain;
        }
        if (frames[TRANSLATED_DEFLATED] == null) {
            frames[TRANSLATED_DEFLATED] = deflater.frame(translation.message(this), plain);
        }
        return frames[TRANSLATED_DEFLATED];
    }

    /** Returns the places of further frames. The caller must hold the lock. */
    private byte[][] otherFrames() {
        if (otherFrames == null) {
            otherFrames = new byte[OTHER_FRAMES][];
        }
        return otherFrames;
    }

    /** Returns this message without the frames that its recipients share. */
    StreamEvent withoutFrames() {
        return on(stream);
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
