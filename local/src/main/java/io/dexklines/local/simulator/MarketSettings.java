package io.dexklines.local.simulator;

/**
 * The settings of a simulated market. Equal settings give equal markets, byte for byte.
 *
 * @param seed determines pairs and wallets and, together with {@code startMs}, their trades
 * @param startMs when the market opens, in epoch milliseconds; no block is older
 * @param tradesPerSecond average number of entries per second over all chains, without
 *     redeliveries; positive, at most 1e9
 * @param pairs number of pairs over all chains, at least 20
 * @param blocks number of blocks over all chains after which the market ends
 */
public record MarketSettings(
        long seed, long startMs, double tradesPerSecond, int pairs, long blocks) {

    public static final long DEFAULT_SEED = 1;
    public static final double DEFAULT_TRADES_PER_SECOND = 200;
    public static final int DEFAULT_PAIRS = 400;

    /** The smallest number of pairs, so that every chain has some. */
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

    /** Returns the settings of an endless market with the default rate and number of pairs. */
    public static MarketSettings endless(long seed, long startMs) {
        return new MarketSettings(
                seed, startMs, DEFAULT_TRADES_PER_SECOND, DEFAULT_PAIRS, Long.MAX_VALUE);
    }
}
