package io.dexklines.smartmoney;

import io.dexklines.trade.Identifier;
import io.dexklines.trade.Trade;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A wallet on a chain, the key of all smart-money state. Its bytes are its two strings. They are a
 * key in savepoints and therefore never change.
 *
 * @param chainId the chain, such as {@code 56}
 * @param address the wallet's address, in the form of {@link Identifier#address}
 */
public record Wallet(String chainId, String address) {

    /** The value of a {@link ListChange} that concerns no single wallet. */
    public static final Wallet NONE = new Wallet("", "");

    /** Returns the wallet of an address in any accepted form. */
    public static Wallet of(String chainId, String address) {
        return new Wallet(chainId, Identifier.address(chainId, address));
    }

    /** Returns the wallet that made a trade. */
    public static Wallet ofMaker(Trade trade) {
        return new Wallet(trade.chainId(), trade.maker());
    }

    /** Returns {@code chain_id:address}, the name of the wallet in keys. */
    public String text() {
        return chainId + ":" + address;
    }

    /** Writes the wallet. */
    public void write(DataOutput out) throws IOException {
        out.writeUTF(chainId);
        out.writeUTF(address);
    }

    /** Reads a wallet. */
    public static Wallet read(DataInput in) throws IOException {
        return new Wallet(in.readUTF(), in.readUTF());
    }

    /**
     * Determines the key group of the wallet's state, so the value must be the same in every JVM
     * and release. The default hash code of a record is unspecified.
     */
    @Override
    public int hashCode() {
        return 31 * chainId.hashCode() + address.hashCode();
    }
}
