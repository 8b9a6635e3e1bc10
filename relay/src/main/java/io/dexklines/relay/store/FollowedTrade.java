package io.dexklines.relay.store;

/**
 * A trade of a followed wallet. Amounts of money in US dollars, times in epoch seconds.
 *
 * @param id the trade's identity, 16 hex digits
 * @param side {@code buy} or {@code sell}
 * @param clamp whether it is part of a sandwich attack
 * @param firstBuy whether it is the first buy that the wallet was seen to make in the pair
 */
public record FollowedTrade(
        String id,
        String chainId,
        String wallet,
        String label,
        String pairAddr,
        String swapName,
        String tokenAddr,
        String tokenSymbol,
        String baseTokenSymbol,
        String side,
        double usd,
        double tokenAmount,
        double baseTokenAmount,
        double priceUsd,
        double mcap,
        String txHash,
        long blockNum,
        long transactionIndex,
        long logIndex,
        long blockTime,
        boolean clamp,
        boolean firstBuy) {}
