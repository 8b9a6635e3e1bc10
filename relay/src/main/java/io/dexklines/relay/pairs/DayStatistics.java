package io.dexklines.relay.pairs;

import io.dexklines.relay.history.PastKline;
import java.util.List;

/**
 * The last price of a pair and its statistics for the last 24 hours, rounded to whole klines.
 * Prices and volume are in US dollars.
 *
 * @param last the price of the last trade
 * @param open the price at the start of the 24 hours, NaN if the pair was not traded since
 * @param high NaN if the pair was not traded
 * @param low NaN if the pair was not traded
 * @param volumeUsd the sum of the klines' volumes, at most the largest double
 */
public record DayStatistics(
        double last, double open, double high, double low, double volumeUsd, long trades) {

    /**
     * Computes the statistics of one day.
     *
     * @param klines the day's klines, ascending, at least one
     */
    static DayStatistics of(List<PastKline> klines) {
        double high = Double.NEGATIVE_INFINITY;
        double low = Double.POSITIVE_INFINITY;
        double volumeUsd = 0;
        long trades = 0;
        for (PastKline kline : klines) {
            high = Math.max(high, kline.high());
            low = Math.min(low, kline.low());
            volumeUsd = Math.min(volumeUsd + kline.volumeUsd(), Double.MAX_VALUE);
            trades += kline.trades();
        }
        return new DayStatistics(
                klines.get(klines.size() - 1).close(),
                klines.get(0).open(),
                high,
                low,
                volumeUsd,
                trades);
    }

    /** Returns the statistics of a pair that was not traded for 24 hours. */
    static DayStatistics withoutTrades(double last) {
        return new DayStatistics(last, Double.NaN, Double.NaN, Double.NaN, 0, 0);
    }

    /** Returns these statistics with a newer last price. */
    DayStatistics withLast(double price) {
        return new DayStatistics(price, open, high, low, volumeUsd, trades);
    }

    /**
     * Returns the price change over 24 hours in percent: NaN if unknown, and the largest double if
     * it is larger.
     */
    public double changePercent() {
        return Math.min((last - open) / open * 100, Double.MAX_VALUE);
    }
}
