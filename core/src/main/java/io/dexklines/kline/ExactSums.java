package io.dexklines.kline;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * A fixed number of exact sums of non-negative doubles. Not thread-safe.
 *
 * <p>Every finite double is an integer multiple of 2<sup>-1074</sup>. A sum is that integer, stored
 * in limbs of 64 bits. Integer addition is associative and commutative, so a sum does not depend on
 * order, batching or parallelism. Only {@link #rounded} rounds, to the nearest double, ties to
 * even.
 *
 * <p>This is the small superaccumulator of Radford M. Neal ("Fast Exact Summation Using Small and
 * Large Superaccumulators", 2015), restricted to the limbs that the values touch. Amounts between
 * 1e-18 and 1e18 need three or four limbs. All sums of one object cover the same range of limbs.
 */
final class ExactSums {

    private static final int LIMB_BITS = 64;
    private static final int MANTISSA_BITS = 52;
    private static final long IMPLICIT_BIT = 1L << MANTISSA_BITS;
    private static final int INFINITE_EXPONENT = 2047;

    // How a sum is encoded: as zero, as a reference to an equal earlier sum, or as its limbs.
    private static final int ENCODED_ZERO = 0;
    private static final int ENCODED_REFERENCE = 1;
    private static final int ENCODED_LIMBS = 2;

    private final int count;

    /** Index of the lowest limb in {@link #limbs}; its unit is 2<sup>64 × lowest - 1074</sup>. */
    private int lowest;

    /** Limb {@code lowest + i} of sum {@code s} is at {@code i × count + s}. */
    private long[] limbs;

    /** Creates {@code count} sums of 0. */
    ExactSums(int count) {
        this(count, 0, new long[0]);
    }

    private ExactSums(int count, int lowest, long[] limbs) {
        this.count = count;
        this.lowest = lowest;
        this.limbs = limbs;
    }

    ExactSums copy() {
        return new ExactSums(count, lowest, limbs.clone());
    }

    /**
     * Adds a value to one of the sums.
     *
     * @param sum index of the sum
     * @param value finite and not negative
     */
    void add(int sum, double value) {
        long bits = Double.doubleToRawLongBits(value);
        int exponent = (int) (bits >>> MANTISSA_BITS) & INFINITE_EXPONENT;
        long mantissa = bits & (IMPLICIT_BIT - 1);
        int shift = 0;
        if (exponent > 0) {
            mantissa |= IMPLICIT_BIT;
            shift = exponent - 1;
        }
        if (mantissa == 0) {
            return;
        }
        int offset = shift % LIMB_BITS;
        int limb = shift / LIMB_BITS;
        long upper = offset == 0 ? 0 : mantissa >>> (LIMB_BITS - offset);
        ensureRange(limb, upper == 0 ? limb : limb + 1);
        addLimbs(sum, limb, mantissa << offset, upper);
    }

    /** Adds each sum of another object with the same number of sums. */
    void add(ExactSums other) {
        if (other.limbs.length == 0) {
            return;
        }
        ensureRange(other.lowest, other.lowest + other.limbs.length / count - 1);
        for (int i = 0; i < other.limbs.length; i++) {
            if (other.limbs[i] != 0) {
                addLimbs(i % count, other.lowest + i / count, other.limbs[i], 0);
            }
        }
    }

    /**
     * Returns the double nearest to a sum, ties to even. A sum beyond the range of doubles yields
     * {@link Double#MAX_VALUE}.
     */
    double rounded(int sum) {
        int top = limbs.length - count + sum;
        while (top >= 0 && limbs[top] == 0) {
            top -= count;
        }
        if (top < 0) {
            return 0;
        }
        int leadingZeros = Long.numberOfLeadingZeros(limbs[top]);
        long head = limbs[top] << leadingZeros;
        boolean sticky = false;
        if (top >= count) {
            long below = limbs[top - count];
            if (leadingZeros > 0) {
                head |= below >>> (LIMB_BITS - leadingZeros);
                below <<= leadingZeros;
            }
            sticky = below != 0;
            for (int i = top - 2 * count; i >= 0 && !sticky; i -= count) {
                sticky = limbs[i] != 0;
            }
        }
        int topBit = LIMB_BITS * (lowest + top / count) + (LIMB_BITS - 1 - leadingZeros);
        if (topBit <= MANTISSA_BITS) {
            // exact: a subnormal number, or a normal one with the smallest exponent
            return Double.longBitsToDouble(head >>> (LIMB_BITS - 1 - topBit));
        }
        int dropped = LIMB_BITS - 1 - MANTISSA_BITS;
        long kept = head >>> dropped;
        long rest = head & ((1L << dropped) - 1);
        long half = 1L << (dropped - 1);
        if (rest > half || (rest == half && (sticky || (kept & 1) == 1))) {
            kept++;
        }
        int exponent = topBit - MANTISSA_BITS + 1;
        // if rounding up overflowed the mantissa, this addition carries into the exponent
        long bits = ((long) exponent << MANTISSA_BITS) + (kept - IMPLICIT_BIT);
        return bits >>> MANTISSA_BITS >= INFINITE_EXPONENT
                ? Double.MAX_VALUE
                : Double.longBitsToDouble(bits);
    }

    void write(DataOutput out) throws IOException {
        Varint.write(out, lowest);
        Varint.write(out, limbs.length / count);
        for (int sum = 0; sum < count; sum++) {
            if (isZero(sum)) {
                out.writeByte(ENCODED_ZERO);
                continue;
            }
            int earlier = earlierEqual(sum);
            if (earlier >= 0) {
                out.writeByte(ENCODED_REFERENCE);
                Varint.write(out, earlier);
                continue;
            }
            out.writeByte(ENCODED_LIMBS);
            for (int i = sum; i < limbs.length; i += count) {
                out.writeLong(limbs[i]);
            }
        }
    }

    static ExactSums read(DataInput in, int count) throws IOException {
        int lowest = (int) Varint.read(in);
        long[] limbs = new long[(int) Varint.read(in) * count];
        for (int sum = 0; sum < count; sum++) {
            int encoding = in.readByte();
            if (encoding == ENCODED_REFERENCE) {
                int earlier = (int) Varint.read(in);
                for (int i = 0; i < limbs.length; i += count) {
                    limbs[i + sum] = limbs[i + earlier];
                }
            } else if (encoding == ENCODED_LIMBS) {
                for (int i = sum; i < limbs.length; i += count) {
                    limbs[i] = in.readLong();
                }
            }
        }
        return new ExactSums(count, lowest, limbs);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ExactSums sums
                && count == sums.count
                && lowest == sums.lowest
                && Arrays.equals(limbs, sums.limbs);
    }

    @Override
    public int hashCode() {
        return 31 * lowest + Arrays.hashCode(limbs);
    }

    /** Adds a number of two limbs at {@code limb}, which must be in range, and carries. */
    private void addLimbs(int sum, int limb, long lower, long upper) {
        int at = (limb - lowest) * count + sum;
        long added = limbs[at] + lower;
        boolean carry = Long.compareUnsigned(added, lower) < 0;
        limbs[at] = added;
        // the carry cannot overflow upper, which holds only a part of a mantissa
        long next = upper + (carry ? 1 : 0);
        while (next != 0) {
            limb++;
            ensureRange(limb, limb);
            at = (limb - lowest) * count + sum;
            added = limbs[at] + next;
            next = Long.compareUnsigned(added, next) < 0 ? 1 : 0;
            limbs[at] = added;
        }
    }

    /** Widens the range of limbs so that it covers {@code from} to {@code to}, both included. */
    private void ensureRange(int from, int to) {
        if (limbs.length == 0) {
            lowest = from;
            limbs = new long[(to - from + 1) * count];
            return;
        }
        int below = Math.max(0, lowest - from);
        int above = Math.max(0, to - (lowest + limbs.length / count - 1));
        if (below + above > 0) {
            long[] wider = new long[limbs.length + (below + above) * count];
            System.arraycopy(limbs, 0, wider, below * count, limbs.length);
            limbs = wider;
            lowest -= below;
        }
    }

    private boolean isZero(int sum) {
        for (int i = sum; i < limbs.length; i += count) {
            if (limbs[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private int earlierEqual(int sum) {
        for (int earlier = 0; earlier < sum; earlier++) {
            boolean equal = true;
            for (int i = 0; i < limbs.length && equal; i += count) {
                equal = limbs[i + earlier] == limbs[i + sum];
            }
            if (equal) {
                return earlier;
            }
        }
        return -1;
    }
}
