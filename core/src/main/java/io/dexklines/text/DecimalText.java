package io.dexklines.text;

import java.math.BigDecimal;

/** Formats doubles as plain decimals that parse to the same double. */
public final class DecimalText {

    private DecimalText() {}

    /**
     * Returns the shortest such decimal without an exponent and without trailing zeros, such as
     * {@code 2269.9572429367754} or {@code 0.000000000000000001}.
     *
     * @param value finite
     */
    public static String of(double value) {
        long whole = (long) value;
        if (whole == value && Math.abs(whole) < 1L << 53) {
            return Long.toString(whole);
        }
        String text = Double.toString(value);
        if (text.indexOf('E') < 0) {
            return text;
        }
        return new BigDecimal(text).stripTrailingZeros().toPlainString();
    }
}
