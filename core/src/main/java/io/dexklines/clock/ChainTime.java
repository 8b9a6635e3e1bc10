package io.dexklines.clock;

import java.io.Serializable;

/**
 * What a chain's clock says. Both times are watermarks in epoch milliseconds: a value {@code w}
 * covers every time up to and including {@code w}. {@link #NOT_STARTED} is before all times.
 *
 * @param lateMs trades of a kline that can no longer change at this time are late
 * @param closingMs klines whose last millisecond is at or before this time are closed; at least
 *     {@code lateMs}
 */
public record ChainTime(long lateMs, long closingMs) implements Serializable {

    /** The value of a clock that has not started. */
    public static final long NOT_STARTED = Long.MIN_VALUE;

    /** Returns the greater of each time. */
    public ChainTime max(ChainTime other) {
        return new ChainTime(Math.max(lateMs, other.lateMs), Math.max(closingMs, other.closingMs));
    }
}
