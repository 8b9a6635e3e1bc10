package io.dexklines.kline;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Conversions between values and byte arrays through codecs. */
public final class Bytes {

    private Bytes() {}

    /** A method that writes a value. */
    public interface Writing {
        void to(DataOutput out) throws IOException;
    }

    /** A method that reads a value. */
    public interface Reading<T> {
        T from(DataInput in) throws IOException;
    }

    public static byte[] of(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writing.to(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads a value.
     *
     * @throws IOException if the codec leaves bytes unread
     */
    public static <T> T read(byte[] bytes, Reading<T> reading) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        T read = reading.from(in);
        if (in.available() > 0) {
            throw new IOException(in.available() + " of " + bytes.length + " bytes are left");
        }
        return read;
    }
}
