package io.dexklines.verifier.compare;

import java.util.Comparator;

/**
 * An element of a record as the Go writer decodes it: a field that is missing is 0 or empty.
 *
 * @param blockTime in epoch seconds
 * @param side whether the element is a swap, and which
 * @param clamp whether the trade is part of a sandwich attack
 * @param price in USD
 * @param usd the value in USD
 * @param token the amount of the token
 * @param excluded why dex-klines does not count the element, as in the topic of excluded trades;
 *     empty if it counts
 */
public record Trade(
        TradeId id,
        String txHash,
        long blockTime,
        long block,
        long transactionIndex,
        long logIndex,
        Side side,
        boolean clamp,
        double price,
        double mcap,
        double usd,
        double token,
        String excluded) {

    /** The sides of a trade. */
    public enum Side {
        BUY,
        SELL,
        /** Not a swap, such as a change of liquidity. */
        NEITHER
    }

    /** The order of the chain, which decides what opens and what closes a kline. */
    static final Comparator<Trade> ORDER =
            Comparator.comparingLong(Trade::blockTime)
                    .thenComparingLong(Trade::block)
                    .thenComparingLong(Trade::transactionIndex)
                    .thenComparingLong(Trade::logIndex)
                    .thenComparingInt(trade -> trade.id().index());

    private static final TradeId NOWHERE = new TradeId("", 0, 0, 0);

    /** Returns whether dex-klines counts the trade. */
    public boolean counts() {
        return excluded.isEmpty();
    }

    /** Returns the same trade with the reason of an exclusion. */
    public Trade withExcluded(String reason) {
        return new Trade(
                id,
                txHash,
                blockTime,
                block,
                transactionIndex,
                logIndex,
                side,
                clamp,
                price,
                mcap,
                usd,
                token,
                reason);
    }

    /** Returns the same trade without its place, which is equal to that of each of its copies. */
    Trade withoutPlace() {
        return new Trade(
                NOWHERE,
                txHash,
                blockTime,
                block,
                transactionIndex,
                logIndex,
                side,
                clamp,
                price,
                mcap,
                usd,
                token,
                "");
    }

    /** Returns whether price and market cap are those of another trade. */
    boolean isPricedAs(Trade other) {
        return price == other.price && mcap == other.mcap;
    }
}
