package io.dexklines.smartmoney;

import java.util.List;

/**
 * What is remembered of the buys of one token: state of the stage that looks for clusters.
 *
 * @param untilMs when all of it is forgotten unless another buy arrives, epoch milliseconds
 * @param newestSeconds the latest block time of a buy, epoch seconds
 * @param buys those that are in no cluster, by time
 * @param clusters those that were told of
 */
public record TokenBuys(long untilMs, long newestSeconds, List<Buy> buys, List<Cluster> clusters) {

    /**
     * A buy.
     *
     * @param wallet who bought
     * @param label the wallet's label
     * @param usd the value, USD
     * @param blockTimeSeconds when, epoch seconds
     * @param identity of the trade
     */
    public record Buy(
            Wallet wallet, String label, double usd, long blockTimeSeconds, long identity) {}

    /**
     * From when to when wallets bought.
     *
     * @param firstSeconds block time of the first buy, epoch seconds
     * @param lastSeconds block time of the last buy, epoch seconds
     */
    public record Cluster(long firstSeconds, long lastSeconds) {

        /** The cluster with one more buy. */
        Cluster with(long blockTimeSeconds) {
            return new Cluster(
                    Math.min(firstSeconds, blockTimeSeconds),
                    Math.max(lastSeconds, blockTimeSeconds));
        }
    }
}
