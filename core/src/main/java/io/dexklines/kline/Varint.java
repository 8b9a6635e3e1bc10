package io.dexklines.kline;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Encodes integers in LEB128: seven bits a byte, the lowest bits first. */
final class Varint {

    private Varint() {}

    /** Writes a long in one to nine bytes, or ten bytes if it is negative. */
    static void write(DataOutput out, long value) throws IOException {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.writeByte((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    static long read(DataInput in) throws IOException {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.readByte();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
            if (shift > 56) {
                throw new IOException("an integer takes more than ten bytes");
            }
        }
    }
}
