package io.dexklines.relay.api;

/**
 * How finely a chart shows a price: by about six significant digits. A price of 2 269.95 has two
 * decimals, one of 0.000012 ten.
 */
final class PriceScale {

    private static final int DIGITS = 5;
    private static final int MIN_DECIMALS = 2;

    /** 10^16 is the largest power that a chart takes. */
    private static final int MAX_DECIMALS = 16;

    private PriceScale() {}

    /** 10 to the power of the decimals. */
    static long of(double price) {
        int magnitude = price > 0 ? (int) Math.floor(Math.log10(price)) : 0;
        int decimals = Math.max(MIN_DECIMALS, Math.min(MAX_DECIMALS, DIGITS - magnitude));
        long scale = 1;
        for (int decimal = 0; decimal < decimals; decimal++) {
            scale *= 10;
        }
        return scale;
    }
}
