package io.dexklines.local.simulator;

/**
 * What a simulated market is made from: equal settings make equal markets, to the byte.
 *
 * @param seed chooses pairs and wallets, and with {@code startMs} what they do
 * @param startMs the market opens here, in epoch milliseconds; no block is older
 * @param tradesPerSecond entries a second over all chains, on average, redelivered ones apart
 * @param pairs how many pairs there are over all chains, at least 20
 * @param blocks after how many blocks over all chains the market ends
 */
public record MarketSettings(
        long seed, long startMs, double tradesPerSecond, int pairs, long blocks) {

    public static final long DEFAULT_SEED = 1;
    public static final double DEFAULT_TRADES_PER_SECOND = 200;
    public static final int DEFAULT_PAIRS = 400;

    /** The fewest pairs that leave every chain a few. */
    public static final int MIN_PAIRS = 20;

    public MarketSettings {
        if (!(tradesPerSecond > 0) || tradesPerSecond > 1e9) {
            throw new IllegalArgumentException(
                    "trades per second must be positive, not " + tradesPerSecond);
        }
        if (pairs < MIN_PAIRS) {
            throw new IllegalArgumentException("at least 20 pairs are needed, not " + pairs);
        }
        if (blocks < 0) {
            throw new IllegalArgumentException("blocks must not be negative, not " + blocks);
        }
    }

    /** An endless market with the default rate and pairs. */
    public static MarketSettings endless(long seed, long startMs) {
        return new MarketSettings(
                seed, startMs, DEFAULT_TRADES_PER_SECOND, DEFAULT_PAIRS, Long.MAX_VALUE);
    }
}
