package io.dexklines.oracle;

import java.util.Comparator;

/**
 * A trade as the input of the oracle.
 *
 * @param time the block time in epoch seconds
 * @param block the height of the block
 * @param transaction the index of the transaction in the block
 * @param log the index in the block's log
 * @param index the index in the record's array
 * @param identity the identity, equal only for the same trade
 * @param buy whether it is a buy, not a sell
 * @param clamp whether it is part of a sandwich
 * @param price the price in USD
 * @param mcap the market capitalisation in USD
 * @param usd the value in USD
 * @param token the amount of the token
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

    /** The order of the contract, by which trades open and close a kline. */
    static final Comparator<OracleTrade> ORDER =
            Comparator.comparingLong(OracleTrade::time)
                    .thenComparingLong(OracleTrade::block)
                    .thenComparingLong(OracleTrade::transaction)
                    .thenComparingLong(OracleTrade::log)
                    .thenComparingLong(OracleTrade::index)
                    .thenComparingLong(OracleTrade::identity);
}
