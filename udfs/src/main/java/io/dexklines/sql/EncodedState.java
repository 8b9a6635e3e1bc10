package io.dexklines.sql;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;

/**
 * An accumulator that functions use as an object and Flink stores as a column of bytes. The bytes
 * begin with a version. The object is decoded on first use and encoded when Flink reads the column,
 * so once for each batch of rows, not for each row.
 *
 * @param <T> the type of the object
 */
public abstract class EncodedState<T> {

    private final transient Supplier<T> empty;
    private final transient Writer<T> writer;
    private final transient Reader<T> reader;
    private byte[] bytes;
    private transient T value;

    interface Writer<T> {
        void write(T value, DataOutput out) throws IOException;
    }

    interface Reader<T> {
        T read(DataInput in) throws IOException;
    }

    EncodedState(Supplier<T> empty, Writer<T> writer, Reader<T> reader) {
        this.empty = empty;
        this.writer = writer;
        this.reader = reader;
    }

    /** Called by Flink. Returns the object in its newest format; null if nothing was added. */
    public byte[] getBytes() {
        if (value != null) {
            ByteArrayOutputStream encoded = new ByteArrayOutputStream(256);
            try {
                writer.write(value, new DataOutputStream(encoded));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            bytes = encoded.toByteArray();
        }
        return bytes;
    }

    /** Called by Flink with the bytes that this or an earlier release returned. */
    public void setBytes(byte[] encoded) {
        bytes = encoded;
        value = null;
    }

    /** Returns whether nothing was added yet. */
    boolean isEmpty() {
        return value == null && bytes == null;
    }

    /** Returns the object, which the caller may change. */
    T value() {
        if (value == null) {
            try {
                value =
                        bytes == null
                                ? empty.get()
                                : reader.read(new DataInputStream(new ByteArrayInputStream(bytes)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return value;
    }
}
