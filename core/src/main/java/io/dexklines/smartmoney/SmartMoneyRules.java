package io.dexklines.smartmoney;

import java.io.Serializable;

/**
 * The settings of the smart-money stage.
 *
 * @param falsePositiveRate the largest share of unknown wallets that pass the filter; above 0 and
 *     below 1
 * @param expectedWallets the number of wallets a chain's filter holds before it grows; positive
 * @param maxWaitingTrades the number of trades that may wait for the lists in one subtask of the
 *     filter; positive
 * @param maxUndecidedTrades the number of trades that may wait for the lists behind the filters of
 *     all subtasks; positive
 * @param rememberTradesMs how long a redelivered trade is recognised, milliseconds; positive
 * @param rememberFirstBuysMs how long after a wallet's last buy in a pair the next one does not
 *     count as its first, milliseconds; positive
 * @param clusterWallets the number of distinct wallets that make a cluster; at least 2
 * @param clusterWindowMs the window of block time in which they buy, milliseconds; positive
 * @param clusterMinUsd the smallest value of a buy that counts, USD; not negative
 */
public record SmartMoneyRules(
        double falsePositiveRate,
        int expectedWallets,
        int maxWaitingTrades,
        long maxUndecidedTrades,
        long rememberTradesMs,
        long rememberFirstBuysMs,
        int clusterWallets,
        long clusterWindowMs,
        double clusterMinUsd)
        implements Serializable {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is outside its documented range
     */
    public SmartMoneyRules {
        check(
                falsePositiveRate > 0 && falsePositiveRate < 1,
                "falsePositiveRate must be above 0 and below 1",
                falsePositiveRate);
        check(expectedWallets > 0, "expectedWallets must be positive", expectedWallets);
        check(maxWaitingTrades > 0, "maxWaitingTrades must be positive", maxWaitingTrades);
        check(maxUndecidedTrades > 0, "maxUndecidedTrades must be positive", maxUndecidedTrades);
        check(rememberTradesMs > 0, "rememberTradesMs must be positive", rememberTradesMs);
        check(rememberFirstBuysMs > 0, "rememberFirstBuysMs must be positive", rememberFirstBuysMs);
        check(clusterWallets > 1, "clusterWallets must be at least 2", clusterWallets);
        check(clusterWindowMs > 0, "clusterWindowMs must be positive", clusterWindowMs);
        check(clusterMinUsd >= 0, "clusterMinUsd must not be negative", clusterMinUsd);
    }

    private static void check(boolean holds, String rule, Object found) {
        if (!holds) {
            throw new IllegalArgumentException(rule + ": " + found);
        }
    }
}
