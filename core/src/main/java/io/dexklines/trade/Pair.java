package io.dexklines.trade;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A pool on a chain, the key of all klines. Its bytes are its two strings. They are a key in
 * savepoints and therefore never change.
 *
 * @param chainId the chain, such as {@code 56}
 * @param address the pool's address, in the form of {@link Identifier#address}
 */
public record Pair(String chainId, String address) {

    /** Returns {@code chain_id:pair_addr}, the name of the pair in keys and streams. */
    public String text() {
        return chainId + ":" + address;
    }

    /** Writes the pair. */
    public void write(DataOutput out) throws IOException {
        out.writeUTF(chainId);
        out.writeUTF(address);
    }

    /** Reads a pair. */
    public static Pair read(DataInput in) throws IOException {
        return new Pair(UtfText.read(in), UtfText.read(in));
    }

    /**
     * Determines the key group of the pair's state, so the value must be the same in every JVM and
     * release. The default hash code of a record is unspecified.
     */
    @Override
    public int hashCode() {
        return 31 * chainId.hashCode() + address.hashCode();
    }

    // not that of a record, which the JVM does not compile into its callers
    @Override
    public boolean equals(Object other) {
        return other instanceof Pair pair
                && address.equals(pair.address)
                && chainId.equals(pair.chainId);
    }
}
