package io.dexklines.smartmoney;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** The bytes of {@link Wallet}: its two strings. It is a key, so they never change. */
public final class WalletCodec {

    private WalletCodec() {}

    /** Writes a wallet. */
    public static void write(Wallet wallet, DataOutput out) throws IOException {
        out.writeUTF(wallet.chainId());
        out.writeUTF(wallet.address());
    }

    /** Reads what {@link #write} wrote. */
    public static Wallet read(DataInput in) throws IOException {
        return new Wallet(in.readUTF(), in.readUTF());
    }
}
