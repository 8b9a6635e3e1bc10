package io.dexklines.relay.stream;

import java.nio.ByteBuffer;

/**
 * Encodes WebSocket text frames (RFC 6455, section 5.2). A server's frames are unmasked, so all
 * recipients can share the same bytes.
 */
public final class TextFrame {

    private static final byte FINAL_TEXT = (byte) 0x81;
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

    private static ByteBuffer frame(int headerLength, byte[] payload) {
        return ByteBuffer.allocate(headerLength + payload.length);
    }
}
