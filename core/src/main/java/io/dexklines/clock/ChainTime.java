package io.dexklines.clock;

/**
 * What a chain's clock says. Both times are watermarks in epoch milliseconds: a value {@code w}
 * covers every time up to and including {@code w}. {@link #NOT_STARTED} is before all times.
 *
 * @param lateMs trades of a kline that can no longer change at this time are late
 * @param closingMs klines whose last millisecond is at or before this time are closed; at least
 *     {@code lateMs}
 */
public record ChainTime(long lateMs, long closingMs) {

    /** The value of a clock that has not started. */
    public static final long NOT_STARTED = Long.MIN_VALUE;
}
