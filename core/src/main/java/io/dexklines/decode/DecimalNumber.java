package io.dexklines.decode;

import com.fasterxml.jackson.core.io.NumberInput;
import java.nio.charset.StandardCharsets;

/**
 * Parses decimal numbers, given as JSON numbers or as strings: an optional sign, digits with an
 * optional point, and an optional exponent. {@code 007}, {@code +1}, {@code .5} and {@code 5.} are
 * valid. Blanks, commas, underscores, hexadecimal digits, {@code NaN} and {@code Infinity} are not.
 *
 * <p>Short amounts take the fast path of Clinger ("How to Read Floating Point Numbers Accurately",
 * 1990): an integer of up to 53 bits and a power of ten up to 10<sup>22</sup> are exact doubles, so
 * one multiplication or division rounds correctly. {@link NearestDouble} converts most of the
 * others. Jackson parses the rest.
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
     * @param text a byte that is not ASCII is no part of a number
     * @param from index of the first byte
     * @param to index of the first byte after the number
     * @return the nearest double, ties to even, never -0.0; NaN if the text is not a number or is
     *     longer than {@link #MAX_LENGTH}; infinite if the number is beyond the range of doubles
     */
    static double parse(byte[] text, int from, int to) {
        if (to - from > MAX_LENGTH) {
            return Double.NaN;
        }
        int at = from;
        boolean negative = at < to && text[at] == '-';
        if (negative || (at < to && text[at] == '+')) {
            at++;
        }

        long mantissa = 0;
        int exponent = 0;
        int digits = -at;
        boolean exact = true;
        int point = -1;
        for (; at < to; at++) {
            int digit = text[at] - '0';
            if (digit >= 0 && digit <= 9) {
                if (mantissa <= MANTISSA_WITH_ROOM) {
                    mantissa = 10 * mantissa + digit;
                } else {
                    exact &= digit == 0;
                    exponent++;
                }
            } else if (text[at] == '.' && point < 0) {
                point = at;
            } else {
                break;
            }
        }
        digits += at;
        if (point >= 0) {
            digits--;
            exponent -= at - point - 1;
        }
        if (digits == 0) {
            return Double.NaN;
        }

        if (at < to && (text[at] == 'e' || text[at] == 'E')) {
            at++;
            boolean down = at < to && text[at] == '-';
            if (down || (at < to && text[at] == '+')) {
                at++;
            }
            int written = 0;
            int first = at;
            for (; at < to && text[at] >= '0' && text[at] <= '9'; at++) {
                written = Math.min(MAX_EXPONENT, 10 * written + (text[at] - '0'));
            }
            if (at == first) {
                return Double.NaN;
            }
            exponent += down ? -written : written;
        }
        if (at < to) {
            return Double.NaN;
        }
        return value(text, from, to, negative, mantissa, exponent, exact);
    }

    private static double value(
            byte[] text,
            int from,
            int to,
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
        double nearest = NearestDouble.of(mantissa, exponent);
        // a number with more digits is between two with the mantissa's digits
        if (exact ? !Double.isNaN(nearest) : nearest == NearestDouble.of(mantissa + 1, exponent)) {
            return negative ? -nearest : nearest;
        }
        if (Math.abs(exponent) > 2 * MAX_LENGTH) {
            double value = exponent < 0 ? 0 : Double.POSITIVE_INFINITY;
            return negative ? 0 - value : value;
        }
        // adding 0.0 turns -0.0 into 0.0
        String number = new String(text, from, to - from, StandardCharsets.ISO_8859_1);
        return NumberInput.parseDouble(number, true) + 0.0;
    }
}
