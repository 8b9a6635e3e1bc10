package io.dexklines.relay.stream;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.Deflater;

/**
 * Compresses text messages for subscribers that negotiated {@code permessage-deflate} (RFC 7692).
 * Each message is compressed on its own, without context takeover, so all recipients can share the
 * bytes.
 *
 * <p>Not thread-safe. Its native memory, about 260 kB, is released with the object.
 */
public final class FrameDeflater {

    /** Shorter payloads stay as they are: they lose little, and often nothing. */
    static final int MIN_PAYLOAD_BYTES = 200;

    /** Higher levels find little more in one kline, and cost more. */
    static final int LEVEL = 1;

    /** What a flush appends to a message, and a sender leaves out: an empty stored block. */
    private static final int TAIL_BYTES = 4;

    private final LongAdder compressed;

    /** Created for the first subscriber that negotiated compression. */
    private Deflater deflater;

    /**
     * @param compressed counts the messages that were compressed
     */
    public FrameDeflater(LongAdder compressed) {
        this.compressed = compressed;
    }

    /**
     * Returns a text frame with the compressed payload.
     *
     * @param plain the frame with the payload as it is, which is returned unless another is shorter
     */
    byte[] frame(byte[] payload, byte[] plain) {
        if (payload.length < MIN_PAYLOAD_BYTES) {
            return plain;
        }
        compressed.increment();
        if (deflater == null) {
            deflater = new Deflater(LEVEL, true);
        }
        deflater.reset();
        deflater.setInput(payload);
        byte[] message = new byte[payload.length];
        int length = deflater.deflate(message, 0, message.length, Deflater.SYNC_FLUSH);
        if (length == message.length) {
            return plain; // the rest would make it longer
        }
        return TextFrame.compressed(Arrays.copyOf(message, length - TAIL_BYTES));
    }
}
