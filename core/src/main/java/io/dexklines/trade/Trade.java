package io.dexklines.trade;

/**
 * A valid swap, as read from a record.
 *
 * @param chainId the chain, such as {@code 56}
 * @param pairAddress the pool: lower case on EVM chains, as it came on Solana
 * @param txHash the transaction
 * @param maker the wallet: lower case on EVM chains, as it came on Solana
 * @param buy whether the maker bought the token; sold it otherwise
 * @param tokenAmount the token's amount, finite and not negative
 * @param baseTokenAmount the other token's amount; 0 when unknown
 * @param totalUsd the value in USD, finite and not negative
 * @param tokenPriceUsd the price in USD, finite and positive
 * @param baseTokenPriceUsd the other token's price in USD; 0 when unknown
 * @param mcapUsd the token's market capitalisation in USD; 0 when unknown
 * @param clamp whether it is part of a sandwich attack
 * @param position its place among the pair's trades, with its identity
 * @param labels names to show, never keys
 */
public record Trade(
        String chainId,
        String pairAddress,
        String txHash,
        String maker,
        boolean buy,
        double tokenAmount,
        double baseTokenAmount,
        double totalUsd,
        double tokenPriceUsd,
        double baseTokenPriceUsd,
        double mcapUsd,
        boolean clamp,
        TradePosition position,
        PairLabels labels) {}
