package io.dexklines.smartmoney;

import io.dexklines.trade.FormatVersion;
import io.dexklines.trade.TradeIdentity;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A notification that informs one follower of a hit.
 *
 * <p>Format between operator and sink, version 2: the version; id; user; the trade, see {@link
 * SmartMoneyTrade}, in its version 2. In version 1, the trade is in its version 1.
 *
 * @param id 32 hexadecimal digits in lower case, the same whenever it is computed; 16 if a former
 *     version computed it
 * @param userId the follower
 */
public record Notification(String id, String userId, SmartMoneyTrade trade) {

    private static final int VERSION = 2;

    /**
     * Returns the notification that informs a user of a trade. Its id depends on these two only.
     */
    public static Notification of(String userId, SmartMoneyTrade trade) {
        String id = TradeIdentity.within(trade.trade().identity(), userId).text();
        return new Notification(id, userId, trade);
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
