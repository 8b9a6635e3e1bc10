package io.dexklines.smartmoney;

import io.dexklines.trade.FormatVersion;
import io.dexklines.trade.TradeId;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The recent buys of one token by smart-money wallets: keyed state of the cluster operator.
 *
 * <p>Format in state, version 2: the version; expiry, newest; the number of buys and for each its
 * wallet, label, value, time and identity; the number of clusters and for each its first and last
 * time. Version 1 had identities of 64 bits.
 *
 * @param untilMs when the state expires unless there is another buy, epoch milliseconds
 * @param newestSeconds the latest block time of a buy, epoch seconds
 * @param buys the buys that are in no cluster, in the order of their block times
 * @param clusters the clusters for which there was an alert
 */
public record TokenBuys(long untilMs, long newestSeconds, List<Buy> buys, List<Cluster> clusters) {

    private static final int VERSION = 2;

    /**
     * One buy.
     *
     * @param wallet the buyer
     * @param label the wallet's label
     * @param usd the value, USD
     * @param blockTimeSeconds the block time, epoch seconds
     * @param identity the identity of the trade
     */
    public record Buy(
            Wallet wallet, String label, double usd, long blockTimeSeconds, TradeId identity) {}

    /**
     * The time span of a cluster's buys.
     *
     * @param firstSeconds block time of the first buy, epoch seconds
     * @param lastSeconds block time of the last buy, epoch seconds
     */
    public record Cluster(long firstSeconds, long lastSeconds) {

        /** Returns the time span that also contains the given block time. */
        Cluster with(long blockTimeSeconds) {
            return new Cluster(
                    Math.min(firstSeconds, blockTimeSeconds),
                    Math.max(lastSeconds, blockTimeSeconds));
        }
    }

    /** Writes the newest version of the format. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeLong(untilMs);
        out.writeLong(newestSeconds);
        out.writeInt(buys.size());
        for (Buy buy : buys) {
            buy.wallet().write(out);
            out.writeUTF(buy.label());
            out.writeDouble(buy.usd());
            out.writeLong(buy.blockTimeSeconds());
            buy.identity().write(out);
        }
        out.writeInt(clusters.size());
        for (Cluster cluster : clusters) {
            out.writeLong(cluster.firstSeconds());
            out.writeLong(cluster.lastSeconds());
        }
    }

    /**
     * Reads every version of the format.
     *
     * @throws IOException if the version is unknown
     */
    public static TokenBuys read(DataInput in) throws IOException {
        boolean former = FormatVersion.read(in, "the buys of a token", VERSION) == 1;
        long untilMs = in.readLong();
        long newestSeconds = in.readLong();
        int buyCount = in.readInt();
        List<Buy> buys = new ArrayList<>(buyCount);
        for (int i = 0; i < buyCount; i++) {
            buys.add(
                    new Buy(
                            Wallet.read(in),
                            in.readUTF(),
                            in.readDouble(),
                            in.readLong(),
                            former ? TradeId.ofFormer(in.readLong()) : TradeId.read(in)));
        }
        int clusterCount = in.readInt();
        List<Cluster> clusters = new ArrayList<>(clusterCount);
        for (int i = 0; i < clusterCount; i++) {
            clusters.add(new Cluster(in.readLong(), in.readLong()));
        }
        return new TokenBuys(untilMs, newestSeconds, buys, clusters);
    }
}
