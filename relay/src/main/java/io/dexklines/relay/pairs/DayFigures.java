package io.dexklines.relay.pairs;

import io.dexklines.relay.history.PastKline;
import java.util.List;

/**
 * A pair's last price, and its last 24 hours as far as whole klines make them up. Prices and volume
 * in US dollars.
 *
 * @param last the price of its last trade
 * @param open the price that the 24 hours began with, NaN where nothing was traded in them
 * @param high NaN as {@code open}
 * @param low NaN as {@code open}
 */
public record DayFigures(
        double last, double open, double high, double low, double volumeUsd, long trades) {

    /**
     * The figures of a day's klines.
     *
     * @param klines at least one, ascending
     */
    static DayFigures of(List<PastKline> klines) {
        double high = Double.NEGATIVE_INFINITY;
        double low = Double.POSITIVE_INFINITY;
        double volumeUsd = 0;
        long trades = 0;
        for (PastKline kline : klines) {
            high = Math.max(high, kline.high());
            low = Math.min(low, kline.low());
            volumeUsd += kline.volumeUsd();
            trades += kline.trades();
        }
        return new DayFigures(
                klines.get(klines.size() - 1).close(),
                klines.get(0).open(),
                high,
                low,
                volumeUsd,
                trades);
    }

    /** Of a pair that was not traded for a day. */
    static DayFigures quiet(double last) {
        return new DayFigures(last, Double.NaN, Double.NaN, Double.NaN, 0, 0);
    }

    /** The same, but for a price that is newer than they are. */
    DayFigures withLast(double price) {
        return new DayFigures(price, open, high, low, volumeUsd, trades);
    }

    /** By how many percent the last price is above the one 24 hours ago; NaN if unknown. */
    public double changePercent() {
        return (last - open) / open * 100;
    }
}
