package io.dexklines.trade;

import java.util.Locale;

/**
 * Why a trade is not counted. Where several apply, the first one here is the reason; these are the
 * words in {@code trades-excluded} and in metrics.
 */
public enum ExclusionReason {
    /** The record is not a JSON array: one entry for all of it. */
    MALFORMED,
    /** Neither {@code buy} nor {@code sell}. */
    UNSUPPORTED_TYPE,
    /** Not an object, or a needed field is missing or cannot be. */
    INVALID,
    /** A chain that its topic does not carry. */
    UNKNOWN_CHAIN,
    /** Later than the wall clock allows. */
    FUTURE,
    /** Its smallest kline closed longer ago than the allowed lateness. */
    LATE,
    /** Its identity was counted already. */
    DUPLICATE;

    /** The reason as it is written, such as {@code unknown_chain}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
