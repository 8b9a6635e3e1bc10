package io.dexklines.smartmoney;

import io.dexklines.smartmoney.TokenBuys.Buy;
import io.dexklines.smartmoney.TokenBuys.Cluster;
import io.dexklines.trade.FormatVersion;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of {@link TokenBuys}, in state: they begin with a version.
 *
 * <p>Version 1: the version; until when, newest; the number of buys and each: wallet, label, value,
 * time, identity; the number of clusters and each: first, last.
 */
public final class TokenBuysCodec {

    private static final int VERSION = 1;

    private TokenBuysCodec() {}

    /** Writes the newest version. */
    public static void write(TokenBuys token, DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeLong(token.untilMs());
        out.writeLong(token.newestSeconds());
        out.writeInt(token.buys().size());
        for (Buy buy : token.buys()) {
            WalletCodec.write(buy.wallet(), out);
            out.writeUTF(buy.label());
            out.writeDouble(buy.usd());
            out.writeLong(buy.blockTimeSeconds());
            out.writeLong(buy.identity());
        }
        out.writeInt(token.clusters().size());
        for (Cluster cluster : token.clusters()) {
            out.writeLong(cluster.firstSeconds());
            out.writeLong(cluster.lastSeconds());
        }
    }

    /**
     * Reads any version there has been.
     *
     * @throws IOException when the bytes are of a version that this code does not know
     */
    public static TokenBuys read(DataInput in) throws IOException {
        FormatVersion.read(in, "buys of a token", VERSION);
        long untilMs = in.readLong();
        long newestSeconds = in.readLong();
        int buyCount = in.readInt();
        List<Buy> buys = new ArrayList<>(buyCount);
        for (int i = 0; i < buyCount; i++) {
            buys.add(
                    new Buy(
                            WalletCodec.read(in),
                            in.readUTF(),
                            in.readDouble(),
                            in.readLong(),
                            in.readLong()));
        }
        int clusterCount = in.readInt();
        List<Cluster> clusters = new ArrayList<>(clusterCount);
        for (int i = 0; i < clusterCount; i++) {
            clusters.add(new Cluster(in.readLong(), in.readLong()));
        }
        return new TokenBuys(untilMs, newestSeconds, buys, clusters);
    }
}
