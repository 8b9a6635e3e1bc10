package io.dexklines.relay.history;

/**
 * One kline as some store holds it. Prices and market capitalisations are US dollars, times epoch
 * seconds. What a store does not tell is null.
 *
 * @param trades how many it counts: its version. 0 only where it fills a gap
 * @param closed whether its interval is over for good
 */
public record PastKline(
        long openTime,
        double open,
        double high,
        double low,
        double close,
        MarketCap mcap,
        double volumeUsd,
        double volumeToken,
        BuyVolume buyVolume,
        long trades,
        Sides sides,
        TradeTimes tradeTimes,
        Boolean closed) {

    /** The market capitalisations at its trades. */
    public record MarketCap(double open, double high, double low, double close) {}

    /** The volume of its buys. */
    public record BuyVolume(double usd, double token) {}

    /** How many of its trades are buys, and sells. */
    public record Sides(long buys, long sells) {}

    /** When its first and last trade were made. */
    public record TradeTimes(long first, long last) {}

    /** What stands for an interval without trades: the close of the one before, all along. */
    PastKline flatAt(long otherOpenTime) {
        MarketCap flatMcap =
                mcap == null
                        ? null
                        : new MarketCap(mcap.close(), mcap.close(), mcap.close(), mcap.close());
        return new PastKline(
                otherOpenTime,
                close,
                close,
                close,
                close,
                flatMcap,
                0,
                0,
                new BuyVolume(0, 0),
                0,
                new Sides(0, 0),
                null,
                null);
    }

    /** The average price over its volume; 0 without volume. */
    public double vwap() {
        return volumeToken == 0 ? 0 : volumeUsd / volumeToken;
    }

    /**
     * The newer of two versions of one kline. Of the same version, what both know together: it was
     * made of the same trades.
     */
    PastKline newer(PastKline other) {
        if (trades != other.trades) {
            return trades > other.trades ? this : other;
        }
        return new PastKline(
                openTime,
                open,
                high,
                low,
                close,
                known(mcap, other.mcap),
                volumeUsd,
                volumeToken,
                known(buyVolume, other.buyVolume),
                trades,
                known(sides, other.sides),
                known(tradeTimes, other.tradeTimes),
                closed == null || other.closed == null
                        ? known(closed, other.closed)
                        : (Boolean) (closed || other.closed));
    }

    private static <T> T known(T one, T other) {
        return one == null ? other : one;
    }
}
