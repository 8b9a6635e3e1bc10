package io.dexklines.trade;

import java.io.ByteArrayInputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads texts in the format of {@link java.io.DataOutput#writeUTF}. A text of ASCII characters, as
 * almost all are, is copied as a whole.
 */
final class UtfText {

    private static final char REPLACEMENT = '\uFFFD';

    private UtfText() {}

    /** Reads what {@link DataInput#readUTF} reads. */
    static String read(DataInput in) throws IOException {
        int length = in.readUnsignedShort();
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        String text = new String(bytes, StandardCharsets.UTF_8);
        boolean isAscii = text.length() == length && text.indexOf(REPLACEMENT) < 0;
        return isAscii ? text : readModified(bytes);
    }

    private static String readModified(byte[] bytes) throws IOException {
        byte[] encoded =
                ByteBuffer.allocate(Short.BYTES + bytes.length)
                        .putShort((short) bytes.length)
                        .put(bytes)
                        .array();
        return new DataInputStream(new ByteArrayInputStream(encoded)).readUTF();
    }
}
