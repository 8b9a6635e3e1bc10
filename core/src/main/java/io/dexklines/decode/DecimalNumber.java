package io.dexklines.decode;

import com.fasterxml.jackson.core.io.NumberInput;

/**
 * Parses decimal numbers, given as JSON numbers or as strings: an optional sign, digits with an
 * optional point, and an optional exponent. {@code 007}, {@code +1}, {@code .5} and {@code 5.} are
 * valid. Blanks, commas, underscores, hexadecimal digits, {@code NaN} and {@code Infinity} are not.
 *
 * <p>Most amounts take the fast path of Clinger ("How to Read Floating Point Numbers Accurately",
 * 1990): an integer of up to 53 bits and a power of ten up to 10<sup>22</sup> are exact doubles, so
 * one multiplication or division rounds correctly. Jackson parses the others.
 */
final class DecimalNumber {

    /**
     * The longest text in characters. It has room for 1,024 digits with sign, point and exponent.
     * An amount with 78 digits and 18 decimals has fewer than 100 characters.
     */
    static final int MAX_LENGTH = 1_100;

    private static final double[] POWERS_OF_TEN = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22
    };

    private static final long MAX_EXACT_INTEGER = 1L << 53;
    private static final long MANTISSA_WITH_ROOM = 99_999_999_999_999_999L;
    private static final int MAX_EXPONENT = 100_000;

    private DecimalNumber() {}

    /**
     * Parses a number.
     *
     * @return the nearest double, ties to even, never -0.0; NaN if the text is not a number or is
     *     longer than {@link #MAX_LENGTH}; infinite if the number is beyond the range of doubles
     */
    static double parse(char[] text, int offset, int length) {
        if (length > MAX_LENGTH) {
            return Double.NaN;
        }
        int end = offset + length;
        int at = offset;
        boolean negative = at < end && text[at] == '-';
        if (negative || (at < end && text[at] == '+')) {
            at++;
        }

        long mantissa = 0;
        int exponent = 0;
        int digits = 0;
        boolean exact = true;
        boolean fraction = false;
        for (; at < end; at++) {
            char c = text[at];
            if (c == '.' && !fraction) {
                fraction = true;
            } else if (c >= '0' && c <= '9') {
                digits++;
                if (mantissa <= MANTISSA_WITH_ROOM) {
                    mantissa = 10 * mantissa + (c - '0');
                    exponent -= fraction ? 1 : 0;
                } else {
                    exact &= c == '0';
                    exponent += fraction ? 0 : 1;
                }
            } else {
                break;
            }
        }
        if (digits == 0) {
            return Double.NaN;
        }

        if (at < end && (text[at] == 'e' || text[at] == 'E')) {
            at++;
            boolean down = at < end && text[at] == '-';
            if (down || (at < end && text[at] == '+')) {
                at++;
            }
            int written = 0;
            int first = at;
            for (; at < end && text[at] >= '0' && text[at] <= '9'; at++) {
                written = Math.min(MAX_EXPONENT, 10 * written + (text[at] - '0'));
            }
            if (at == first) {
                return Double.NaN;
            }
            exponent += down ? -written : written;
        }
        if (at < end) {
            return Double.NaN;
        }
        return value(text, offset, length, negative, mantissa, exponent, exact);
    }

    private static double value(
            char[] text,
            int offset,
            int length,
            boolean negative,
            long mantissa,
            int exponent,
            boolean exact) {
        if (mantissa == 0) {
            return 0;
        }
        if (exact && mantissa <= MAX_EXACT_INTEGER && Math.abs(exponent) <= 22) {
            // both operands are exact, so the operation rounds correctly
            double value =
                    exponent < 0
                            ? mantissa / POWERS_OF_TEN[-exponent]
                            : mantissa * POWERS_OF_TEN[exponent];
            return negative ? -value : value;
        }
        if (Math.abs(exponent) > 2 * MAX_LENGTH) {
            double value = exponent < 0 ? 0 : Double.POSITIVE_INFINITY;
            return negative ? 0 - value : value;
        }
        // adding 0.0 turns -0.0 into 0.0
        return NumberInput.parseDouble(text, offset, length, true) + 0.0;
    }
}
