package io.dexklines.smartmoney;

import io.dexklines.trade.FormatVersion;
import io.dexklines.trade.Trade;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HexFormat;

/**
 * A hit: a trade of a smart-money wallet.
 *
 * <p>Format between operators and sinks, version 1: the version; label; whether it is a first buy;
 * trade. The wallet is the trade's maker and is not written.
 *
 * @param wallet the maker
 * @param label the wallet's label at the time of the decision; display text, never a key
 * @param firstBuy whether this is the wallet's first known buy in the pair
 */
public record SmartMoneyTrade(Wallet wallet, String label, boolean firstBuy, Trade trade) {

    private static final int VERSION = 1;

    /** Returns the trade's identity as 16 hexadecimal digits in lower case. */
    public String id() {
        return HexFormat.of().toHexDigits(trade.position().identity());
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
        FormatVersion.read(in, "smart-money trades", VERSION);
        String label = in.readUTF();
        boolean firstBuy = in.readBoolean();
        Trade trade = Trade.read(null, in);
        return new SmartMoneyTrade(Wallet.ofMaker(trade), label, firstBuy, trade);
    }
}
