package io.dexklines.trade;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HexFormat;

/**
 * The identity of a trade as 128 bits, see {@link TradeIdentity}. Two trades with the same id are
 * the same trade.
 *
 * <p>The identities of former versions, which were 64 bits, are ids whose first half is 0. Finding
 * a trade whose own id begins with 64 zero bits <em>and</em> ends with a given former identity
 * takes about 2¹²⁸ attempts.
 *
 * @param high the first 64 bits, big-endian; 0 for the identity of a former version
 * @param low the last 64 bits, big-endian
 */
public record TradeId(long high, long low) implements Comparable<TradeId> {

    /** The number of bytes that {@link #write} writes. */
    public static final int BYTES = 2 * Long.BYTES;

    /** Returns the id that stands for the 64-bit identity of a former version. */
    public static TradeId ofFormer(long identity) {
        return new TradeId(0, identity);
    }

    /** Returns whether this is the identity of a former version. */
    public boolean isFormer() {
        return high == 0;
    }

    /** Returns the id as 32 hexadecimal digits in lower case; 16 for that of a former version. */
    public String text() {
        HexFormat hex = HexFormat.of();
        return isFormer() ? hex.toHexDigits(low) : hex.toHexDigits(high) + hex.toHexDigits(low);
    }

    /** Writes the 16 bytes. */
    public void write(DataOutput out) throws IOException {
        out.writeLong(high);
        out.writeLong(low);
    }

    /** Reads an id. */
    public static TradeId read(DataInput in) throws IOException {
        return new TradeId(in.readLong(), in.readLong());
    }

    /** Compares the bits as an unsigned number. */
    @Override
    public int compareTo(TradeId other) {
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Long.compareUnsigned(low, other.low);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(low);
    }

    // not that of a record, which the JVM does not compile into its callers
    @Override
    public boolean equals(Object other) {
        return other instanceof TradeId id && high == id.high && low == id.low;
    }
}
