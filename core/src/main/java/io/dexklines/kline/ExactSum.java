package io.dexklines.kline;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The exact sum of any number of doubles that are not negative, rounded once when it is asked for:
 * it depends neither on their order nor on how they were grouped. See {@link ExactSums}.
 *
 * <p>Its bytes, version 1: the version and the limbs.
 */
public final class ExactSum {

    private static final int VERSION = 1;

    private final ExactSums sums;

    /** Of nothing: 0. */
    public ExactSum() {
        this(new ExactSums(1));
    }

    private ExactSum(ExactSums sums) {
        this.sums = sums;
    }

    /**
     * Adds a number.
     *
     * @throws IllegalArgumentException when it is negative, infinite or not a number
     */
    public void add(double value) {
        // -0.0 is not below 0, but its sign is in its bits
        if (!Double.isFinite(value) || value < 0) {
            throw new IllegalArgumentException(
                    "an exact sum is of finite numbers that are not negative, not of " + value);
        }
        sums.add(0, Math.abs(value));
    }

    /** Adds all that another sum is of. */
    public void add(ExactSum other) {
        sums.add(other.sums);
    }

    /** The double nearest to the sum, ties to even; the largest finite one if it is beyond that. */
    public double rounded() {
        return sums.rounded(0);
    }

    /** Writes the newest version. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        sums.write(out);
    }

    /**
     * Reads any version there has been.
     *
     * @throws IOException when the bytes are of a version that this code does not know
     */
    public static ExactSum read(DataInput in) throws IOException {
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException(
                    "the sum is of version "
                            + version
                            + ", and this code knows no later one than "
                            + VERSION);
        }
        return new ExactSum(ExactSums.read(in, 1));
    }
}
