package io.dexklines.smartmoney;

import io.dexklines.trade.FormatVersion;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeCodec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The bytes of {@link SmartMoneyTrade} on their way to who shows them: they begin with a version.
 *
 * <p>Version 1: the version; label; whether it is a first buy; trade. The wallet is its maker.
 */
public final class SmartMoneyTradeCodec {

    private static final int VERSION = 1;

    private SmartMoneyTradeCodec() {}

    /** Writes the newest version. */
    public static void write(SmartMoneyTrade hit, DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeUTF(hit.label());
        out.writeBoolean(hit.firstBuy());
        TradeCodec.write(hit.trade(), null, out);
    }

    /**
     * Reads any version there has been.
     *
     * @throws IOException when the bytes are of a version that this code does not know
     */
    public static SmartMoneyTrade read(DataInput in) throws IOException {
        FormatVersion.read(in, "smart-money trades", VERSION);
        String label = in.readUTF();
        boolean firstBuy = in.readBoolean();
        Trade trade = TradeCodec.read(null, in);
        return new SmartMoneyTrade(Wallet.ofMaker(trade), label, firstBuy, trade);
    }
}
