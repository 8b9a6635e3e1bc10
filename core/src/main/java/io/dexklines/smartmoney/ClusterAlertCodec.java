package io.dexklines.smartmoney;

import io.dexklines.smartmoney.ClusterAlert.Member;
import io.dexklines.trade.FormatVersion;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of {@link ClusterAlert} on their way to who sends them: they begin with a version.
 *
 * <p>Version 1: the version; id; chain, token, symbol; value, first and last time; the number of
 * wallets and each: wallet, label, value, time.
 */
public final class ClusterAlertCodec {

    private static final int VERSION = 1;

    private ClusterAlertCodec() {}

    /** Writes the newest version. */
    public static void write(ClusterAlert alert, DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeUTF(alert.id());
        out.writeUTF(alert.chainId());
        out.writeUTF(alert.tokenAddress());
        out.writeUTF(alert.tokenSymbol());
        out.writeDouble(alert.usd());
        out.writeLong(alert.firstTimeSeconds());
        out.writeLong(alert.lastTimeSeconds());
        out.writeInt(alert.wallets().size());
        for (Member member : alert.wallets()) {
            WalletCodec.write(member.wallet(), out);
            out.writeUTF(member.label());
            out.writeDouble(member.usd());
            out.writeLong(member.blockTimeSeconds());
        }
    }

    /**
     * Reads any version there has been.
     *
     * @throws IOException when the bytes are of a version that this code does not know
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
            wallets.add(
                    new Member(WalletCodec.read(in), in.readUTF(), in.readDouble(), in.readLong()));
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
