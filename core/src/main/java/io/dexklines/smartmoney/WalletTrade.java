package io.dexklines.smartmoney;

import io.dexklines.trade.FormatVersion;
import io.dexklines.trade.Trade;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A trade that passed the wallet filter or waits in it, because its wallet may be listed.
 *
 * <p>Format in state and between operators, version 2: the version; trade; time of arrival. The
 * wallet is the trade's maker and is not written. In version 1, the trade has an identity of 64
 * bits.
 *
 * @param wallet the maker
 * @param arrivalMs when the trade arrived at the filter, epoch milliseconds; it is decided by the
 *     lists as of this time or later
 */
public record WalletTrade(Trade trade, Wallet wallet, long arrivalMs) {

    private static final int VERSION = 2;

    /** Writes the newest version of the format. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        trade.write(null, out);
        out.writeLong(arrivalMs);
    }

    /**
     * Reads every version of the format.
     *
     * @throws IOException if the version is unknown
     */
    public static WalletTrade read(DataInput in) throws IOException {
        boolean former = FormatVersion.read(in, "wallet trades", VERSION) == 1;
        Trade trade = Trade.read(null, in, former);
        return new WalletTrade(trade, Wallet.ofMaker(trade), in.readLong());
    }
}
