package io.dexklines.smartmoney;

import io.dexklines.trade.FormatVersion;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeCodec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The bytes of {@link WalletTrade}, in state too: they begin with a version.
 *
 * <p>Version 1: the version; trade; time of arrival. The wallet is the trade's maker.
 */
public final class WalletTradeCodec {

    private static final int VERSION = 1;

    private WalletTradeCodec() {}

    /** Writes the newest version. */
    public static void write(WalletTrade waiting, DataOutput out) throws IOException {
        out.writeByte(VERSION);
        TradeCodec.write(waiting.trade(), null, out);
        out.writeLong(waiting.arrivalMs());
    }

    /**
     * Reads any version there has been.
     *
     * @throws IOException when the bytes are of a version that this code does not know
     */
    public static WalletTrade read(DataInput in) throws IOException {
        FormatVersion.read(in, "trades that wait", VERSION);
        Trade trade = TradeCodec.read(null, in);
        return new WalletTrade(trade, Wallet.ofMaker(trade), in.readLong());
    }
}
