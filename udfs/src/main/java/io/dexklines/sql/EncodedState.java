package io.dexklines.sql;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * An accumulator that a function uses as an object and that Flink keeps as a column of bytes, which
 * begin with a version. It is decoded when it is first used and encoded when Flink takes it: once
 * for a batch of rows, not for each.
 *
 * @param <T> what it holds
 */
public abstract class EncodedState<T> {

    private byte[] bytes;
    private transient T value;

    /** For Flink: the newest encoding; null while nothing was added. */
    public byte[] getBytes() {
        if (value != null) {
            ByteArrayOutputStream encoded = new ByteArrayOutputStream(256);
            try {
                write(value, new DataOutputStream(encoded));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            bytes = encoded.toByteArray();
        }
        return bytes;
    }

    /** For Flink: what {@link #getBytes} gave, in this release or an earlier one. */
    public void setBytes(byte[] encoded) {
        bytes = encoded;
        value = null;
    }

    /** Whether nothing was added yet. */
    boolean isEmpty() {
        return value == null && bytes == null;
    }

    /** What it holds, to be read and added to. */
    T value() {
        if (value == null) {
            try {
                value =
                        bytes == null
                                ? empty()
                                : read(new DataInputStream(new ByteArrayInputStream(bytes)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return value;
    }

    abstract T empty();

    abstract void write(T held, DataOutput out) throws IOException;

    abstract T read(DataInput in) throws IOException;
}
