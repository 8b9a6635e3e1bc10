package io.dexklines.smartmoney;

import io.dexklines.trade.FormatVersion;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * An alert that several smart-money wallets bought the same token within a short time.
 *
 * <p>Format between operator and sink, version 1: the version; id; chain, token, symbol; value,
 * first and last time; the number of wallets and for each its address, label, value and time.
 *
 * @param id 32 hexadecimal digits in lower case, the same whenever it is computed; 16 if a former
 *     version computed it
 * @param tokenAddress the token; empty if the trades do not name it and the pair stands for it
 * @param tokenSymbol the token's symbol; empty if unknown
 * @param wallets the buyers, each once, in the order of their first buys
 * @param usd the value of all their buys, USD; finite
 * @param firstTimeSeconds the block time of the first buy, epoch seconds
 * @param lastTimeSeconds the block time of the last buy, epoch seconds
 */
public record ClusterAlert(
        String id,
        String chainId,
        String tokenAddress,
        String tokenSymbol,
        List<Member> wallets,
        double usd,
        long firstTimeSeconds,
        long lastTimeSeconds) {

    private static final int VERSION = 1;

    /**
     * One wallet of a cluster.
     *
     * @param label the wallet's label; display text, never a key
     * @param usd the value of the wallet's buys in the cluster, USD; finite
     * @param blockTimeSeconds the block time of its first buy in the cluster, epoch seconds
     */
    public record Member(Wallet wallet, String label, double usd, long blockTimeSeconds) {}

    /** Writes the newest version of the format. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeUTF(id);
        out.writeUTF(chainId);
        out.writeUTF(tokenAddress);
        out.writeUTF(tokenSymbol);
        out.writeDouble(usd);
        out.writeLong(firstTimeSeconds);
        out.writeLong(lastTimeSeconds);
        out.writeInt(wallets.size());
        for (Member member : wallets) {
            member.wallet().write(out);
            out.writeUTF(member.label());
            out.writeDouble(member.usd());
            out.writeLong(member.blockTimeSeconds());
        }
    }

    /**
     * Reads every version of the format.
     *
     * @throws IOException if the version is unknown
     */
    public static ClusterAlert read(DataInput in) throws IOException {
        FormatVersion.read(in, "cluster alerts", VERSION);
        String id = in.readUTF();
        String chainId = in.readUTF();
        String tokenAddress = in.readUTF();
        String tokenSymbol = in.readUTF();
        double usd = in.readDouble();
        long firstTimeSeconds = in.readLong();
        long lastTimeSeconds = in.readLong();
        int count = in.readInt();
        List<Member> wallets = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            wallets.add(new Member(Wallet.read(in), in.readUTF(), in.readDouble(), in.readLong()));
        }
        return new ClusterAlert(
                id,
                chainId,
                tokenAddress,
                tokenSymbol,
                wallets,
                usd,
                firstTimeSeconds,
                lastTimeSeconds);
    }
}
