package io.dexklines.smartmoney;

import com.google.common.hash.Hashing;
import io.dexklines.trade.FormatVersion;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A notification that informs one follower of a hit.
 *
 * <p>Format between operator and sink, version 1: the version; id; user; the trade, see {@link
 * SmartMoneyTrade}.
 *
 * @param id 16 hexadecimal digits in lower case, the same whenever it is computed
 * @param userId the follower
 */
public record Notification(String id, String userId, SmartMoneyTrade trade) {

    private static final int VERSION = 1;

    /**
     * Returns the notification that informs a user of a trade. Its id depends on these two only.
     */
    public static Notification of(String userId, SmartMoneyTrade trade) {
        long id =
                Hashing.farmHashFingerprint64()
                        .newHasher()
                        .putLong(trade.trade().position().identity())
                        .putString(userId, StandardCharsets.UTF_8)
                        .hash()
                        .asLong();
        return new Notification(HexFormat.of().toHexDigits(id), userId, trade);
    }

    /** Writes the newest version of the format. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeUTF(id);
        out.writeUTF(userId);
        trade.write(out);
    }

    /**
     * Reads every version of the format.
     *
     * @throws IOException if the version is unknown
     */
    public static Notification read(DataInput in) throws IOException {
        FormatVersion.read(in, "notifications", VERSION);
        return new Notification(in.readUTF(), in.readUTF(), SmartMoneyTrade.read(in));
    }
}
