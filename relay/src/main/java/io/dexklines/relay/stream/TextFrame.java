package io.dexklines.relay.stream;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Encodes WebSocket text frames (RFC 6455, section 5.2). A server's frames are unmasked, so all
 * recipients can share the same bytes.
 */
public final class TextFrame {

    private static final int FINAL = 0x80;

    /** Marks the first frame of a compressed message (RFC 7692). */
    private static final int COMPRESSED = 0x40;

    private static final int TEXT = 0x01;
    private static final byte FINAL_TEXT = (byte) (FINAL | TEXT);
    private static final int LENGTH_IN_16_BITS = 126;
    private static final int LENGTH_IN_64_BITS = 127;

    private TextFrame() {}

    /** Returns a final text frame with the payload, which must be valid UTF-8. */
    public static byte[] of(byte[] payload) {
        int length = payload.length;
        if (length < LENGTH_IN_16_BITS) {
            return frame(2, payload).put(FINAL_TEXT).put((byte) length).put(payload).array();
        }
        if (length < 1 << 16) {
            return frame(4, payload)
                    .put(FINAL_TEXT)
                    .put((byte) LENGTH_IN_16_BITS)
                    .putShort((short) length)
                    .put(payload)
                    .array();
        }
        return frame(10, payload)
                .put(FINAL_TEXT)
                .put((byte) LENGTH_IN_64_BITS)
                .putLong(length)
                .put(payload)
                .array();
    }

    /** Returns a final text frame with a payload that is compressed. */
    static byte[] compressed(byte[] payload) {
        byte[] frame = of(payload);
        frame[0] |= COMPRESSED;
        return frame;
    }

    /**
     * Returns a text message of one or more frames, none of which has a payload longer than {@code
     * maxPayload} bytes.
     */
    static byte[] fragmented(byte[] payload, int maxPayload) {
        if (payload.length <= maxPayload) {
            return of(payload);
        }
        ByteArrayOutputStream message = new ByteArrayOutputStream(payload.length + 64);
        for (int start = 0; start < payload.length; start += maxPayload) {
            int end = Math.min(payload.length, start + maxPayload);
            byte[] frame = of(Arrays.copyOfRange(payload, start, end));
            frame[0] = (byte) ((end == payload.length ? FINAL : 0) | (start == 0 ? TEXT : 0));
            message.writeBytes(frame);
        }
        return message.toByteArray();
    }

    private static ByteBuffer frame(int headerLength, byte[] payload) {
        return ByteBuffer.allocate(headerLength + payload.length);
    }
}
