package io.dexklines.relay.history;

import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineColumns;
import io.dexklines.text.Column;
import java.util.List;

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

    /**
     * Returns a stored kline. A component is null if the store lacks one of its columns.
     *
     * @param columns the columns that the store has
     * @param values their values
     * @param <E> the exception that reading may throw
     */
    public static <E extends Exception> PastKline of(
            List<Column<Kline>> columns, KlineColumns.Values<E> values) throws E {
        return new PastKline(
                values.whole(KlineColumns.OPEN_TIME),
                values.number(KlineColumns.OPEN),
                values.number(KlineColumns.HIGH),
                values.number(KlineColumns.LOW),
                values.number(KlineColumns.CLOSE),
                new MarketCap(
                        values.number(KlineColumns.MCAP_OPEN),
                        values.number(KlineColumns.MCAP_HIGH),
                        values.number(KlineColumns.MCAP_LOW),
                        values.number(KlineColumns.MCAP_CLOSE)),
                values.number(KlineColumns.VOLUME_USD),
                values.number(KlineColumns.VOLUME_TOKEN),
                columns.contains(KlineColumns.BUY_VOLUME_USD)
                        ? new BuyVolume(
                                values.number(KlineColumns.BUY_VOLUME_USD),
                                values.number(KlineColumns.BUY_VOLUME_TOKEN))
                        : null,
                values.whole(KlineColumns.TRADES),
                new Sides(values.whole(KlineColumns.BUYS), values.whole(KlineColumns.SELLS)),
                columns.contains(KlineColumns.FIRST_TRADE_TIME)
                        ? new TradeTimes(
                                values.whole(KlineColumns.FIRST_TRADE_TIME),
                                values.whole(KlineColumns.LAST_TRADE_TIME))
                        : null,
                columns.contains(KlineColumns.CLOSED)
                        ? (Boolean) values.flag(KlineColumns.CLOSED)
                        : null);
    }

    /** Returns whether no component is null. */
    boolean isWhole() {
        return mcap != null
                && buyVolume != null
                && sides != null
                && tradeTimes != null
                && closed != null;
    }

    /**
     * Returns a kline without trades that opens at the given time, with this kline's close. Its
     * trade times are null.
     *
     * @param isOver whether the kline ended in the past
     */
    PastKline flatAt(long otherOpenTime, boolean isOver) {
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
                isOver);
    }

    /**
     * Returns the volume-weighted average price: 0 if the kline has no volume, and the largest
     * double if the quotient is larger.
     */
    public double vwap() {
        return volumeToken == 0 ? 0 : Math.min(volumeUsd / volumeToken, Double.MAX_VALUE);
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
