package io.dexklines.kline;

import java.io.DataOutput;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A growing array of bytes into which a value is encoded. The bytes are then written at once,
 * because each call of a stream of Flink or the JDK costs more than the byte that it writes. The
 * encoding is that of {@link DataOutput}. Not thread-safe.
 */
final class EncodedBytes implements DataOutput {

    private static final VarHandle SHORT = bigEndian(short[].class);
    private static final VarHandle INT = bigEndian(int[].class);
    private static final VarHandle LONG = bigEndian(long[].class);

    private static final int MAX_UTF_BYTES = 0xFFFF;

    private byte[] bytes;
    private int length;

    /**
     * @param capacity the number of bytes to make room for; more are taken if necessary
     */
    EncodedBytes(int capacity) {
        this.bytes = new byte[capacity];
    }

    /** Writes all bytes to another output. */
    void writeTo(DataOutput out) throws IOException {
        out.write(bytes, 0, length);
    }

    @Override
    public void write(int value) {
        int at = extend(1);
        bytes[at] = (byte) value;
    }

    @Override
    public void write(byte[] source) {
        write(source, 0, source.length);
    }

    @Override
    public void write(byte[] source, int from, int count) {
        int at = extend(count);
        System.arraycopy(source, from, bytes, at, count);
    }

    @Override
    public void writeBoolean(boolean value) {
        write(value ? 1 : 0);
    }

    @Override
    public void writeByte(int value) {
        write(value);
    }

    @Override
    public void writeShort(int value) {
        int at = extend(Short.BYTES);
        SHORT.set(bytes, at, (short) value);
    }

    @Override
    public void writeChar(int value) {
        writeShort(value);
    }

    @Override
    public void writeInt(int value) {
        int at = extend(Integer.BYTES);
        INT.set(bytes, at, value);
    }

    @Override
    public void writeLong(long value) {
        int at = extend(Long.BYTES);
        LONG.set(bytes, at, value);
    }

    /**
     * Writes some elements of an array, each like {@link #writeLong}. They are copied at once: a
     * loop over millions of them is slow in code that runs once for each checkpoint, because the
     * JVM compiles it late.
     */
    void writeLongs(long[] values, int from, int count) {
        int at = extend(Long.BYTES * count);
        ByteBuffer.wrap(bytes, at, Long.BYTES * count).asLongBuffer().put(values, from, count);
    }

    @Override
    public void writeFloat(float value) {
        writeInt(Float.floatToIntBits(value));
    }

    @Override
    public void writeDouble(double value) {
        writeLong(Double.doubleToLongBits(value));
    }

    @Override
    public void writeBytes(String text) {
        for (int i = 0; i < text.length(); i++) {
            write(text.charAt(i));
        }
    }

    @Override
    public void writeChars(String text) {
        for (int i = 0; i < text.length(); i++) {
            writeChar(text.charAt(i));
        }
    }

    @Override
    public void writeUTF(String text) throws IOException {
        int start = length;
        writeShort(0);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != 0 && c < 0x80) {
                write(c);
            } else if (c < 0x800) {
                write(0xC0 | c >> 6);
                write(0x80 | c & 0x3F);
            } else {
                write(0xE0 | c >> 12);
                write(0x80 | c >> 6 & 0x3F);
                write(0x80 | c & 0x3F);
            }
        }
        int written = length - start - Short.BYTES;
        if (written > MAX_UTF_BYTES) {
            throw new UTFDataFormatException("a text takes " + written + " bytes");
        }
        SHORT.set(bytes, start, (short) written);
    }

    /** Makes room for more bytes. Returns the index of the first. */
    private int extend(int count) {
        int at = length;
        length += count;
        if (length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length, 2 * bytes.length));
        }
        return at;
    }

    private static VarHandle bigEndian(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.BIG_ENDIAN);
    }
}
