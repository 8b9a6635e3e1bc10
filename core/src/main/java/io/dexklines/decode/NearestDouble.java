package io.dexklines.decode;

import java.math.BigInteger;

/**
 * Converts a decimal integer and a power of ten to the nearest double, by the algorithm of Eisel
 * and Lemire ("Number Parsing at a Gigabyte per Second", 2021): the integer is multiplied by the
 * first 64 or 128 bits of the power, which suffices for nearly all numbers.
 */
final class NearestDouble {

    /** The range of exponents. Amounts and prices of 18 digits are between 1e-42 and 1e78. */
    private static final int LEAST_EXPONENT = -60;

    private static final int GREATEST_EXPONENT = 60;

    private static final int POWER_BITS = 128;

    /** The first 64 bits of each power of ten, of which the highest is set. */
    private static final long[] HIGH = new long[GREATEST_EXPONENT - LEAST_EXPONENT + 1];

    /** The next 64 bits. */
    private static final long[] LOW = new long[HIGH.length];

    static {
        for (int i = 0; i < HIGH.length; i++) {
            BigInteger power = firstBits(LEAST_EXPONENT + i);
            HIGH[i] = power.shiftRight(Long.SIZE).longValue();
            LOW[i] = power.longValue();
        }
    }

    private static final int MANTISSA_BITS = 52;
    private static final long HIDDEN_BIT = 1L << MANTISSA_BITS;
    private static final int EXPONENT_BIAS = 1023;

    /** The bits of a product's first half that are not of the mantissa, its rounding bit apart. */
    private static final int SPARE_BITS = Long.SIZE - MANTISSA_BITS - 3;

    private static final long SPARE = (1L << SPARE_BITS) - 1;

    private NearestDouble() {}

    /** Returns the first bits of a power of ten: of a positive one truncated, else rounded up. */
    private static BigInteger firstBits(int exponent) {
        // the factor 2 of 10 changes no bits, only their place
        BigInteger power = BigInteger.valueOf(5).pow(Math.abs(exponent));
        if (exponent >= 0) {
            return power.shiftLeft(POWER_BITS).shiftRight(power.bitLength());
        }
        BigInteger inverse =
                BigInteger.ONE
                        .shiftLeft(power.bitLength() + 2 * POWER_BITS)
                        .divide(power)
                        .add(BigInteger.ONE);
        BigInteger first = inverse.shiftRight(inverse.bitLength() - POWER_BITS);
        return exponent >= -27 ? first.add(BigInteger.ONE) : first;
    }

    /**
     * Returns the double nearest to {@code mantissa} · 10<sup>{@code exponent}</sup>, ties to even.
     *
     * @param mantissa positive
     * @return NaN if the algorithm cannot tell, or the exponent is beyond ±60, or the double is not
     *     normal
     */
    static double of(long mantissa, int exponent) {
        if (exponent < LEAST_EXPONENT || exponent > GREATEST_EXPONENT) {
            return Double.NaN;
        }
        int shift = Long.numberOfLeadingZeros(mantissa);
        long factor = mantissa << shift;
        long power = HIGH[exponent - LEAST_EXPONENT];
        long high = multiplyHigh(factor, power);
        long low = factor * power;
        if ((high & SPARE) == SPARE) {
            long carry = multiplyHigh(factor, LOW[exponent - LEAST_EXPONENT]);
            low += carry;
            if (Long.compareUnsigned(low, carry) < 0) {
                high++;
            }
            if (low == -1 && (exponent < -27 || exponent > 55)) {
                return Double.NaN;
            }
        }
        int top = (int) (high >>> (Long.SIZE - 1));
        long bits = high >>> (top + SPARE_BITS);
        // the floor of the power's binary logarithm: log2(10) is about 217,706 / 65,536
        int binaryExponent =
                (217_706 * exponent >> 16) + Long.SIZE - 1 + top - shift + EXPONENT_BIAS;
        if (binaryExponent <= 0) {
            return Double.NaN;
        }
        boolean isTie =
                Long.compareUnsigned(low, 1) <= 0
                        && exponent >= -4
                        && exponent <= 23
                        && (bits & 3) == 1
                        && bits << (top + SPARE_BITS) == high;
        bits = (isTie ? bits : bits + (bits & 1)) >>> 1;
        if (bits == HIDDEN_BIT << 1) {
            bits = HIDDEN_BIT;
            binaryExponent++;
        }
        return Double.longBitsToDouble((long) binaryExponent << MANTISSA_BITS | bits & ~HIDDEN_BIT);
    }

    /** Returns the first half of the product of two unsigned numbers. */
    private static long multiplyHigh(long first, long second) {
        return Math.multiplyHigh(first, second)
                + (first >> (Long.SIZE - 1) & second)
                + (second >> (Long.SIZE - 1) & first);
    }
}
