package io.dexklines.oracle;

import java.util.Comparator;

/**
 * A trade in the oracle's own words.
 *
 * @param time epoch seconds
 * @param block height
 * @param transaction place in the block
 * @param log place in the block's log
 * @param index place in the record's array
 * @param identity equal for the same trade only
 * @param buy not a sell
 * @param clamp part of a sandwich
 * @param price in USD
 * @param mcap in USD
 * @param usd value
 * @param token amount
 */
public record OracleTrade(
        long time,
        long block,
        long transaction,
        long log,
        long index,
        long identity,
        boolean buy,
        boolean clamp,
        double price,
        double mcap,
        double usd,
        double token) {

    /** The order of the contract: who opens, who closes. */
    static final Comparator<OracleTrade> ORDER =
            Comparator.comparingLong(OracleTrade::time)
                    .thenComparingLong(OracleTrade::block)
                    .thenComparingLong(OracleTrade::transaction)
                    .thenComparingLong(OracleTrade::log)
                    .thenComparingLong(OracleTrade::index)
                    .thenComparingLong(OracleTrade::identity);
}
