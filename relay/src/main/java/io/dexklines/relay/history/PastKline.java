package io.dexklines.relay.history;

/**
 * A kline as read from a store. Prices and market capitalisations are in US dollars, times in epoch
 * seconds. Components that a store does not hold are null.
 *
 * @param trades the number of trades, which is the kline's version. 0 only if the kline fills a gap
 * @param closed whether the kline has ended
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

    /** The market capitalisations at the trades of the kline. */
    public record MarketCap(double open, double high, double low, double close) {}

    /** The volume of the buys. */
    public record BuyVolume(double usd, double token) {}

    /** The numbers of buys and sells. */
    public record Sides(long buys, long sells) {}

    /** The times of the first and the last trade. */
    public record TradeTimes(long first, long last) {}

    /** Returns a kline without trades that opens at the given time, with this kline's close. */
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

    /** Returns the volume-weighted average price; 0 if the kline has no volume. */
    public double vwap() {
        return volumeToken == 0 ? 0 : volumeUsd / volumeToken;
    }

    /**
     * Returns the newer of two versions of one kline. Two copies of the same version contain the
     * same trades, so their components are combined.
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
