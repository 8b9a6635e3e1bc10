package io.dexklines.local.simulator;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/**
 * A buffer of JSON text in the style of Go's encoder: no spaces, and numbers without trailing
 * zeros.
 */
final class JsonBytes {

    /** Powers of ten from 1e-340 (which is 0) to 1e308, by exponent + 340. */
    private static final double[] POWERS = new double[649];

    private static final int POWER_OF_ONE = 340;
    private static final int MAX_DIGITS = 17;

    static {
        for (int i = 0; i < POWERS.length; i++) {
            POWERS[i] = Double.parseDouble("1e" + (i - POWER_OF_ONE));
        }
    }

    private byte[] bytes = new byte[1 << 16];
    private int size;
    private final byte[] digits = new byte[20];

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, size);
    }

    JsonBytes raw(byte[] text) {
        reserve(text.length);
        System.arraycopy(text, 0, bytes, size, text.length);
        size += text.length;
        return this;
    }

    JsonBytes raw(char ascii) {
        reserve(1);
        bytes[size++] = (byte) ascii;
        return this;
    }

    JsonBytes integer(long value) {
        reserve(20);
        if (value < 0) {
            bytes[size++] = '-';
        }
        int from = writeDigits(value);
        System.arraycopy(digits, from, bytes, size, digits.length - from);
        size += digits.length - from;
        return this;
    }

    /**
     * Appends a JSON number. As for Go's {@code float64}, it has an exponent below 1e-6 and from
     * 1e21 on.
     */
    JsonBytes number(double value, int significant) {
        double magnitude = Math.abs(value);
        if (magnitude == 0 || (magnitude >= 1e-6 && magnitude < 1e21)) {
            return decimal(value, significant);
        }
        return write(value, significant, true);
    }

    /** Appends a decimal without an exponent, as in the strings of the EVM producers. */
    JsonBytes decimal(double value, int significant) {
        return write(value, significant, false);
    }

    /**
     * @param value finite
     * @param significant maximum number of digits, 1 to 17; trailing zeros are omitted
     */
    private JsonBytes write(double value, int significant, boolean withExponent) {
        double magnitude = Math.abs(value);
        if (magnitude == 0) {
            return raw('0');
        }
        int exponent = exponentOf(magnitude);
        int scale = Math.min(significant, MAX_DIGITS) - 1 - exponent;
        long mantissa = Math.round(scaled(magnitude, scale));
        while (mantissa % 10 == 0) {
            mantissa /= 10;
            scale--;
        }
        int from = writeDigits(mantissa);
        int count = digits.length - from;
        reserve(2 * count + Math.abs(scale) + 16);
        if (value < 0) {
            bytes[size++] = '-';
        }
        if (withExponent) {
            bytes[size++] = digits[from];
            if (count > 1) {
                bytes[size++] = '.';
                append(from + 1, count - 1);
            }
            raw('e').integer(count - 1 - scale);
        } else if (scale <= 0) {
            append(from, count);
            zeros(-scale);
        } else if (scale < count) {
            append(from, count - scale);
            bytes[size++] = '.';
            append(from + count - scale, scale);
        } else {
            bytes[size++] = '0';
            bytes[size++] = '.';
            zeros(scale - count);
            append(from, count);
        }
        return this;
    }

    /** Returns the decimal exponent of the first digit: 2 for 345.6, -1 for 0.1. */
    private static int exponentOf(double magnitude) {
        int at = Arrays.binarySearch(POWERS, magnitude);
        return (at >= 0 ? at : -at - 2) - POWER_OF_ONE;
    }

    private static double scaled(double magnitude, int scale) {
        return scale >= 0
                ? magnitude * POWERS[POWER_OF_ONE + scale]
                : magnitude / POWERS[POWER_OF_ONE - scale];
    }

    /** Fills {@code digits} from its end and returns the index of the first digit. */
    private int writeDigits(long value) {
        int from = digits.length;
        long left = value;
        do {
            digits[--from] = (byte) ('0' + Math.abs(left % 10));
            left /= 10;
        } while (left != 0);
        return from;
    }

    private void append(int from, int count) {
        System.arraycopy(digits, from, bytes, size, count);
        size += count;
    }

    private void zeros(int count) {
        Arrays.fill(bytes, size, size + count, (byte) '0');
        size += count;
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }

    static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }

    /** Returns a JSON string literal with the escapes of Go's encoder, those for HTML included. */
    static String quoted(String text) {
        StringBuilder json = new StringBuilder(text.length() + 16).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default ->
                        json.append(
                                c < ' ' || "<>&\u2028\u2029".indexOf(c) >= 0
                                        ? String.format("\\u%04x", (int) c)
                                        : c);
            }
        }
        return json.append('"').toString();
    }
}
