package io.dexklines.kline;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What a codec writes, as an array. */
public final class Bytes {

    private Bytes() {}

    /** Something that writes. */
    public interface Writing {
        void to(DataOutput out) throws IOException;
    }

    /** Something that reads. */
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

    /** Reads all of the bytes, no fewer. */
    public static <T> T read(byte[] bytes, Reading<T> reading) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        T read = reading.from(in);
        if (in.available() > 0) {
            throw new IOException(in.available() + " of " + bytes.length + " bytes are left");
        }
        return read;
    }
}
