package io.dexklines.smartmoney;

import io.dexklines.trade.FormatVersion;
import io.dexklines.trade.FormerIdentity;
import io.dexklines.trade.Trade;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A hit: a trade of a smart-money wallet.
 *
 * <p>Format between operators and sinks, version 2: the version; label; whether it is a first buy;
 * trade. The wallet is the trade's maker and is not written. In version 1, the trade has an
 * identity of 64 bits.
 *
 * @param wallet the maker
 * @param label the wallet's label at the time of the decision; display text, never a key
 * @param firstBuy whether this is the wallet's first known buy in the pair
 */
public record SmartMoneyTrade(Wallet wallet, String label, boolean firstBuy, Trade trade) {

    private static final int VERSION = 2;

    /** Returns the trade's identity as 32 hexadecimal digits in lower case. */
    public String id() {
        return trade.identity().text();
    }

    /** Returns the 16 hexadecimal digits by which former versions identified the trade. */
    public String formerId() {
        return FormerIdentity.of(trade).text();
    }

    /** Writes the newest version of the format. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeUTF(label);
        out.writeBoolean(firstBuy);
        trade.write(null, out);
    }

    /**
     * Reads every version of the format.
     *
     * @throws IOException if the version is unknown
     */
    public static SmartMoneyTrade read(DataInput in) throws IOException {
        boolean former = FormatVersion.read(in, "smart-money trades", VERSION) == 1;
        String label = in.readUTF();
        boolean firstBuy = in.readBoolean();
        Trade trade = Trade.read(null, in, former);
        return new SmartMoneyTrade(Wallet.ofMaker(trade), label, firstBuy, trade);
    }
}
