package io.dexklines.kline;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Exact sums of non-negative doubles, in one array. Not thread-safe.
 *
 * <p>Every finite double is an integer multiple of 2<sup>-1074</sup>. A sum is that integer, stored
 * in limbs of 64 bits. Integer addition is associative and commutative, so a sum does not depend on
 * order, batching or parallelism. Only {@link #rounded} rounds, to the nearest double, ties to
 * even.
 *
 * <p>This is the small superaccumulator of Radford M. Neal ("Fast Exact Summation Using Small and
 * Large Superaccumulators", 2015), restricted to the limbs that the values touch. Amounts between
 * 1e-18 and 1e18 need three or four limbs. All sums of one object cover the same range of limbs.
 *
 * <p>Format of a group of sums: the lowest limb that is not 0 in any of them, the number of limbs
 * up to the highest, and for each sum how it is encoded and what that needs. Former releases wrote
 * limbs of 0 around these.
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

    private int count;

    /** Index of the lowest limb of each sum; its unit is 2<sup>64 × lowest - 1074</sup>. */
    private int lowest;

    /** The number of limbs of each sum. */
    private int width;

    /** Limb {@code lowest + i} of sum {@code s} is at {@code s × width + i}. */
    private long[] limbs;

    /** Creates {@code count} sums of 0. */
    ExactSums(int count) {
        this(count, 0, 0, new long[0]);
    }

    private ExactSums(int count, int lowest, int width, long[] limbs) {
        this.count = count;
        this.lowest = lowest;
        this.width = width;
        this.limbs = limbs;
    }

    /** Returns a copy of the first {@code copied} sums. */
    ExactSums copy(int copied) {
        return new ExactSums(copied, lowest, width, Arrays.copyOf(limbs, copied * width));
    }

    /** Appends sums of 0, or removes the last sums, so that there are {@code newCount}. */
    void resize(int newCount) {
        count = newCount;
        limbs = Arrays.copyOf(limbs, count * width);
    }

    /**
     * Adds a value to one of the sums.
     *
     * @param sum index of the sum
     * @param value finite and not negative
     */
    void add(int sum, double value) {
        makeRoomFor(value);
        add(sum, limb(value), lower(value), upper(value));
    }

    /** Makes room for a value, which is then added as its parts. */
    void makeRoomFor(double value) {
        if (value != 0) {
            int limb = limb(value);
            ensureRange(limb, upper(value) == 0 ? limb : limb + 1);
        }
    }

    /**
     * Adds the parts of a value for which there is room.
     *
     * @param limb the {@link #limb} of the value
     * @param lower the {@link #lower} part of the value
     * @param upper the {@link #upper} part of the value
     */
    void add(int sum, int limb, long lower, long upper) {
        if ((lower | upper) == 0) {
            return;
        }
        int at = sum * width + limb - lowest;
        long added = limbs[at] + lower;
        limbs[at] = added;
        // the carry cannot overflow the upper part, which is only a part of a mantissa
        long next = Long.compareUnsigned(added, lower) < 0 ? upper + 1 : upper;
        if (next != 0) {
            carry(sum, limb + 1, next);
        }
    }

    /** Returns the limb that holds the lowest bit of a value. */
    static int limb(double value) {
        return shift(value) / LIMB_BITS;
    }

    /** Returns what of a value is in its {@link #limb}. */
    static long lower(double value) {
        return mantissa(value) << shift(value) % LIMB_BITS;
    }

    /** Returns what of a value is in the limb above its {@link #limb}. */
    static long upper(double value) {
        // in two steps, because a shift by 64 is none
        return mantissa(value) >>> 1 >>> LIMB_BITS - 1 - shift(value) % LIMB_BITS;
    }

    private static int shift(double value) {
        return Math.max(exponent(value), 1) - 1;
    }

    private static long mantissa(double value) {
        long fraction = Double.doubleToRawLongBits(value) & (IMPLICIT_BIT - 1);
        return exponent(value) == 0 ? fraction : fraction | IMPLICIT_BIT;
    }

    private static int exponent(double value) {
        return (int) (Double.doubleToRawLongBits(value) >>> MANTISSA_BITS) & INFINITE_EXPONENT;
    }

    /** Adds each sum of another object with the same number of sums. */
    void add(ExactSums other) {
        for (int sum = 0; sum < count; sum++) {
            add(sum, other, sum);
        }
    }

    /** Adds a sum of another object, or another sum of this one. */
    void add(int sum, ExactSums other, int otherSum) {
        for (int i = 0; i < other.width; i++) {
            long limb = other.limbs[otherSum * other.width + i];
            if (limb != 0) {
                ensureRange(other.lowest + i, other.lowest + i);
                add(sum, other.lowest + i, limb, 0);
            }
        }
    }

    /** Sets sums to those of another object, or to other sums of this one. */
    void set(int first, ExactSums source, int sourceFirst, int sums) {
        if (source.width == 0) {
            clear(first, sums);
            return;
        }
        ensureRange(source.lowest, source.lowest + source.width - 1);
        for (int i = 0; i < sums; i++) {
            int to = (first + i) * width;
            Arrays.fill(limbs, to, to + width, 0);
            System.arraycopy(
                    source.limbs,
                    (sourceFirst + i) * source.width,
                    limbs,
                    to + source.lowest - lowest,
                    source.width);
        }
    }

    /** Returns whether sums from one index on are equal to those from another one on. */
    boolean equal(int first, int otherFirst, int sums) {
        return Arrays.equals(
                limbs,
                first * width,
                (first + sums) * width,
                limbs,
                otherFirst * width,
                (otherFirst + sums) * width);
    }

    /** Sets sums to 0. */
    void clear(int first, int sums) {
        Arrays.fill(limbs, first * width, (first + sums) * width, 0);
    }

    /**
     * Returns the double nearest to a sum, ties to even. A sum beyond the range of doubles yields
     * {@link Double#MAX_VALUE}.
     */
    double rounded(int sum) {
        int bottom = sum * width;
        int top = bottom + width - 1;
        while (top >= bottom && limbs[top] == 0) {
            top--;
        }
        if (top < bottom) {
            return 0;
        }
        int leadingZeros = Long.numberOfLeadingZeros(limbs[top]);
        long head = limbs[top] << leadingZeros;
        boolean sticky = false;
        if (top > bottom) {
            long below = limbs[top - 1];
            if (leadingZeros > 0) {
                head |= below >>> (LIMB_BITS - leadingZeros);
                below <<= leadingZeros;
            }
            sticky = below != 0;
            for (int i = top - 2; i >= bottom && !sticky; i--) {
                sticky = limbs[i] != 0;
            }
        }
        int topBit = LIMB_BITS * (lowest + top - bottom) + (LIMB_BITS - 1 - leadingZeros);
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

    /** Writes a group of sums. */
    void write(DataOutput out, int first, int sums) throws IOException {
        int from = width;
        int to = 0;
        for (int sum = first; sum < first + sums; sum++) {
            for (int i = 0; i < width; i++) {
                if (limbs[sum * width + i] != 0) {
                    from = Math.min(from, i);
                    to = Math.max(to, i + 1);
                }
            }
        }
        Varint.write(out, to == 0 ? 0 : lowest + from);
        Varint.write(out, to == 0 ? 0 : to - from);
        for (int sum = first; sum < first + sums; sum++) {
            int earlier = earlierEqual(first, sum);
            if (isZero(sum)) {
                out.writeByte(ENCODED_ZERO);
            } else if (earlier < sum) {
                out.writeByte(ENCODED_REFERENCE);
                Varint.write(out, earlier - first);
            } else {
                out.writeByte(ENCODED_LIMBS);
                for (int i = from; i < to; i++) {
                    out.writeLong(limbs[sum * width + i]);
                }
            }
        }
    }

    /** Reads a group of sums. They must be 0. */
    void read(DataInput in, int first, int sums) throws IOException {
        int from = (int) Varint.read(in);
        int read = (int) Varint.read(in);
        if (read > 0) {
            ensureRange(from, from + read - 1);
        }
        for (int sum = first; sum < first + sums; sum++) {
            int encoding = in.readByte();
            if (encoding == ENCODED_REFERENCE) {
                set(sum, this, first + (int) Varint.read(in), 1);
            } else if (encoding == ENCODED_LIMBS) {
                int at = sum * width + from - lowest;
                for (int i = 0; i < read; i++) {
                    limbs[at + i] = in.readLong();
                }
            }
        }
    }

    private void carry(int sum, int firstLimb, long carried) {
        long next = carried;
        for (int limb = firstLimb; next != 0; limb++) {
            ensureRange(limb, limb);
            int at = sum * width + limb - lowest;
            long added = limbs[at] + next;
            next = Long.compareUnsigned(added, next) < 0 ? 1 : 0;
            limbs[at] = added;
        }
    }

    /** Widens the range of limbs so that it covers {@code from} to {@code to}, both included. */
    private void ensureRange(int from, int to) {
        if (width == 0) {
            lowest = from;
        }
        int below = Math.max(0, lowest - from);
        int above = Math.max(0, to - (lowest + width - 1));
        if (below + above > 0) {
            int wider = below + width + above;
            long[] moved = new long[count * wider];
            for (int sum = 0; sum < count; sum++) {
                System.arraycopy(limbs, sum * width, moved, sum * wider + below, width);
            }
            limbs = moved;
            lowest -= below;
            width = wider;
        }
    }

    private boolean isZero(int sum) {
        for (int i = sum * width; i < (sum + 1) * width; i++) {
            if (limbs[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Returns the first sum of a group that is equal to the given one, at the latest itself. */
    private int earlierEqual(int first, int sum) {
        int earlier = first;
        while (!equal(earlier, sum, 1)) {
            earlier++;
        }
        return earlier;
    }
}
