package io.dexklines.local.simulator;

import java.time.Duration;

/**
 * The settings of a simulated market. Equal settings give equal markets, byte for byte.
 *
 * <p>A market may have a past, which has fewer trades than the rest. Each of its trades stands for
 * several: volumes and the movements of prices are those of the full rate.
 *
 * @param seed determines pairs and wallets and, together with {@code startMs}, their trades
 * @param startMs when the past ends and the full rate begins, in epoch milliseconds; without a
 *     past, no block is older
 * @param tradesPerSecond average number of entries per second over all chains, without
 *     redeliveries; positive, at most {@link #MAX_TRADES_PER_SECOND}
 * @param pairs number of pairs over all chains, at least 20
 * @param blocks number of blocks over all chains, without those of the past, after which the market
 *     ends
 * @param past the length of the past, not negative; zero for none
 * @param maxPastTrades the largest mean number of entries in the past, without redeliveries;
 *     positive
 * @param hostileSymbols whether some tokens have symbols that break a page, database or protocol
 *     that does not escape them. Addresses do not depend on it.
 */
public record MarketSettings(
        long seed,
        long startMs,
        double tradesPerSecond,
        int pairs,
        long blocks,
        Duration past,
        int maxPastTrades,
        boolean hostileSymbols) {

    public static final long DEFAULT_SEED = 1;
    public static final double DEFAULT_TRADES_PER_SECOND = 200;
    public static final double MAX_TRADES_PER_SECOND = 1e9;
    public static final int DEFAULT_PAIRS = 400;

    /** The smallest number of pairs, so that every chain has some. */
    public static final int MIN_PAIRS = 20;

    /** So many trades are published and computed within a minute, on two cores. */
    public static final int DEFAULT_MAX_PAST_TRADES = 300_000;

    /** The largest number of trades for which one of the past stands. */
    private static final double MAX_WEIGHT = 100;

    public MarketSettings {
        if (!(tradesPerSecond > 0) || tradesPerSecond > MAX_TRADES_PER_SECOND) {
            throw new IllegalArgumentException(
                    "trades per second must be positive, not " + tradesPerSecond);
        }
        if (pairs < MIN_PAIRS) {
            throw new IllegalArgumentException("at least 20 pairs are needed, not " + pairs);
        }
        if (blocks < 0) {
            throw new IllegalArgumentException("blocks must not be negative, not " + blocks);
        }
        if (past.isNegative()) {
            throw new IllegalArgumentException("the past must not be negative, not " + past);
        }
        if (maxPastTrades <= 0) {
            throw new IllegalArgumentException(
                    "the trades of the past must be positive, not " + maxPastTrades);
        }
    }

    /** Creates the settings of a market without a past and without hostile symbols. */
    public MarketSettings(long seed, long startMs, double tradesPerSecond, int pairs, long blocks) {
        this(
                seed,
                startMs,
                tradesPerSecond,
                pairs,
                blocks,
                Duration.ZERO,
                DEFAULT_MAX_PAST_TRADES,
                false);
    }

    /** Returns the settings of an endless market with the default rate and number of pairs. */
    public static MarketSettings endless(long seed, long startMs) {
        return new MarketSettings(
                seed, startMs, DEFAULT_TRADES_PER_SECOND, DEFAULT_PAIRS, Long.MAX_VALUE);
    }

    /** Returns these settings with a past of the given length and largest number of entries. */
    public MarketSettings withPast(Duration length, int maxTrades) {
        return new MarketSettings(
                seed, startMs, tradesPerSecond, pairs, blocks, length, maxTrades, hostileSymbols);
    }

    /** Returns these settings with hostile symbols. */
    public MarketSettings withHostileSymbols() {
        return new MarketSettings(
                seed, startMs, tradesPerSecond, pairs, blocks, past, maxPastTrades, true);
    }

    /** Returns the average number of entries per second in the past, without redeliveries. */
    double pastTradesPerSecond() {
        return past.isZero()
                ? tradesPerSecond
                : Math.min(tradesPerSecond, maxPastTrades * 1e3 / past.toMillis());
    }

    /** Returns the number of trades at the full rate for which one trade of the past stands. */
    double pastWeight() {
        return Math.min(MAX_WEIGHT, tradesPerSecond / pastTradesPerSecond());
    }
}
