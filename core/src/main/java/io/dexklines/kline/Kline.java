package io.dexklines.kline;

import io.dexklines.trade.TradePosition;

/**
 * A version of one kline of a pair, as the sinks write it.
 *
 * @param openTimeMs when the kline opens, epoch milliseconds
 * @param open the first price in USD, in the order of {@link TradePosition}
 * @param high the highest price
 * @param low the lowest price
 * @param close the last price
 * @param mcapOpen the market capitalisation at the first trade, in USD
 * @param mcapHigh the highest market capitalisation
 * @param mcapLow the lowest market capitalisation
 * @param mcapClose the market capitalisation at the last trade
 * @param volumeUsd the exact sum of the trades' values in USD, rounded once
 * @param volumeToken the exact sum of their token amounts, rounded once
 * @param buyVolumeUsd {@code volumeUsd} of the buys only
 * @param buyVolumeToken {@code volumeToken} of the buys only
 * @param trades the number of trades, sandwich trades included; it serves as the kline's version
 * @param buys the number of buys among them
 * @param first the position of the first trade, sandwich trades included; without fields
 * @param last the position of the last trade, sandwich trades included; without fields
 * @param closed whether the watermark has passed the close time
 */
public record Kline(
        Interval interval,
        long openTimeMs,
        double open,
        double high,
        double low,
        double close,
        double mcapOpen,
        double mcapHigh,
        double mcapLow,
        double mcapClose,
        double volumeUsd,
        double volumeToken,
        double buyVolumeUsd,
        double buyVolumeToken,
        long trades,
        long buys,
        TradePosition first,
        TradePosition last,
        boolean closed) {

    /** Returns the first millisecond after this kline. */
    public long closeTimeMs() {
        return interval.closeTimeMs(openTimeMs);
    }

    /** Returns the number of sells. */
    public long sells() {
        return trades - buys;
    }

    /**
     * Returns the volume-weighted average price in USD: 0 if the token volume is 0, and the largest
     * double if the quotient is larger.
     */
    public double vwap() {
        return volumeToken == 0 ? 0 : Math.min(volumeUsd / volumeToken, Double.MAX_VALUE);
    }

    /**
     * Returns whether a sink must replace {@code held}, a version of the same kline, by this one.
     * That is the case if this version has more trades, or the same number of trades unless only
     * {@code held} is closed.
     */
    public boolean supersedes(Kline held) {
        return trades > held.trades || (trades == held.trades && (closed || !held.closed));
    }
}
