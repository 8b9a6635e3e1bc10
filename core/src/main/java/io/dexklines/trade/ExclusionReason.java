package io.dexklines.trade;

import java.util.Locale;

/**
 * Why a trade is not counted. If several reasons apply, the first in this order is reported. The
 * names, in lower case, appear in the topic {@code trades-excluded} and in metrics.
 */
public enum ExclusionReason {
    /** The record is not a JSON array. The whole record is one entry. */
    MALFORMED,
    /** The type is neither {@code buy} nor {@code sell}. */
    UNSUPPORTED_TYPE,
    /** The element is not an object, or a required field is missing or invalid. */
    INVALID,
    /** The topic does not carry trades of this chain. */
    UNKNOWN_CHAIN,
    /** The block time is too far ahead of the wall clock. */
    FUTURE,
    /** The trade's smallest kline closed longer ago than the allowed lateness. */
    LATE,
    /** A trade of the same identity has been counted. */
    DUPLICATE;

    /** Returns the reason as it is written, such as {@code unknown_chain}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
