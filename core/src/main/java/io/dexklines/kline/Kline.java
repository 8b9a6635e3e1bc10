package io.dexklines.kline;

import io.dexklines.trade.TradePosition;

/**
 * One kline of one pair, whole: what every sink gets.
 *
 * @param interval its length
 * @param openTimeMs when it opens, epoch milliseconds, UTC
 * @param open the first price in USD, in the order of the trades
 * @param high the highest price
 * @param low the lowest price
 * @param close the last price
 * @param mcapOpen the market capitalisation at the first trade, in USD
 * @param mcapHigh the highest market capitalisation
 * @param mcapLow the lowest market capitalisation
 * @param mcapClose the market capitalisation at the last trade
 * @param volumeUsd the exact sum of the trades' values in USD, rounded once
 * @param volumeToken the exact sum of their token amounts, rounded once
 * @param buyVolumeUsd the same as {@code volumeUsd} over buys
 * @param buyVolumeToken the same as {@code volumeToken} over buys
 * @param trades how many trades, sandwiches included; the version of this kline
 * @param buys how many of them are buys
 * @param first the first trade, sandwiches included
 * @param last the last trade, sandwiches included
 * @param closed whether the watermark has passed its close time
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

    /** The first millisecond after this kline. */
    public long closeTimeMs() {
        return interval.closeTimeMs(openTimeMs);
    }

    /** How many trades are sells. */
    public long sells() {
        return trades - buys;
    }

    /** The mean price in USD weighted by volume; 0 while no token has moved. */
    public double vwap() {
        return volumeToken == 0 ? 0 : volumeUsd / volumeToken;
    }

    /**
     * Whether a sink that holds {@code held} for the same key must take this one: it has more
     * trades, or as many and the held one was not yet closed.
     */
    public boolean supersedes(Kline held) {
        return trades > held.trades || (trades == held.trades && (closed || !held.closed));
    }
}
