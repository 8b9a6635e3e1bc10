package io.dexklines.smartmoney;

import java.io.Serializable;

/**
 * What the smart-money stage decides by.
 *
 * @param falsePositiveRate the share of trades of unknown wallets that pass a filter, at most;
 *     above 0 and below 1
 * @param expectedWallets how many wallets a chain's filter holds before it grows; positive
 * @param maxWaitingTrades how many trades wait in one subtask of the filter for the lists; positive
 * @param rememberTradesMs for how long a trade that comes again is found out, milliseconds;
 *     positive
 * @param rememberFirstBuysMs for how long after a wallet's last buy in a pair the next one is not
 *     its first, milliseconds; positive
 * @param clusterWallets how many distinct wallets make a cluster; at least 2
 * @param clusterWindowMs within how much block time they have to buy, milliseconds; positive
 * @param clusterMinUsd the least value of a buy that counts, USD
 */
public record SmartMoneyRules(
        double falsePositiveRate,
        int expectedWallets,
        int maxWaitingTrades,
        long rememberTradesMs,
        long rememberFirstBuysMs,
        int clusterWallets,
        long clusterWindowMs,
        double clusterMinUsd)
        implements Serializable {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException when one is not as said above
     */
    public SmartMoneyRules {
        check(
                falsePositiveRate > 0 && falsePositiveRate < 1,
                "the false-positive rate must be above 0 and below 1",
                falsePositiveRate);
        check(expectedWallets > 0, "the expected wallets must be positive", expectedWallets);
        check(maxWaitingTrades > 0, "the waiting trades must be positive", maxWaitingTrades);
        check(rememberTradesMs > 0, "trades must be remembered", rememberTradesMs);
        check(rememberFirstBuysMs > 0, "first buys must be remembered", rememberFirstBuysMs);
        check(clusterWallets > 1, "a cluster must have two wallets or more", clusterWallets);
        check(clusterWindowMs > 0, "a cluster's window must be positive", clusterWindowMs);
        check(clusterMinUsd >= 0, "a cluster's floor must not be negative", clusterMinUsd);
    }

    private static void check(boolean holds, String rule, Object found) {
        if (!holds) {
            throw new IllegalArgumentException(rule + ": " + found);
        }
    }
}
