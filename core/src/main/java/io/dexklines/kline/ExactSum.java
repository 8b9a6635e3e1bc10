package io.dexklines.kline;

import io.dexklines.trade.FormatVersion;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The exact sum of non-negative doubles, see {@link ExactSums}. Only {@link #rounded} rounds, so
 * the result depends neither on the order of the values nor on their grouping. Not thread-safe.
 *
 * <p>Format, version 1: the version and the limbs.
 */
public final class ExactSum {

    private static final int VERSION = 1;

    private final ExactSums sums = new ExactSums(1);

    /**
     * Adds a number.
     *
     * @throws IllegalArgumentException if the number is negative, infinite or NaN
     */
    public void add(double value) {
        // -0.0 passes the check, but ExactSums requires a sign bit of 0
        if (!Double.isFinite(value) || value < 0) {
            throw new IllegalArgumentException(
                    "an exact sum takes finite, non-negative numbers, not " + value);
        }
        sums.add(0, Math.abs(value));
    }

    /** Adds another sum. */
    public void add(ExactSum other) {
        sums.add(other.sums);
    }

    /**
     * Returns the double nearest to the sum, ties to even. A sum beyond the range of doubles yields
     * {@link Double#MAX_VALUE}.
     */
    public double rounded() {
        return sums.rounded(0);
    }

    /** Writes the newest version of the format. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        sums.write(out, 0, 1);
    }

    /**
     * Reads every version of the format.
     *
     * @throws IOException if the version is unknown
     */
    public static ExactSum read(DataInput in) throws IOException {
        FormatVersion.read(in, "exact sums", VERSION);
        ExactSum read = new ExactSum();
        read.sums.read(in, 0, 1);
        return read;
    }
}
