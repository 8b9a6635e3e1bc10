package io.dexklines.trade;

import java.util.Locale;

/** Normalizes addresses: lower case on EVM chains, unchanged on Solana. */
public final class Address {

    /** The {@code chain_id} of Solana, whose addresses are case-sensitive. */
    private static final String SOLANA = "100000";

    private Address() {}

    /**
     * Returns the form in which an address is compared and stored. If the address has that form
     * already, returns the same string.
     *
     * @param address the address of a pool, wallet or token
     */
    public static String compared(String chainId, String address) {
        if (SOLANA.equals(chainId)) {
            return address;
        }
        for (int i = 0; i < address.length(); i++) {
            char c = address.charAt(i);
            if ((c >= 'A' && c <= 'Z') || c >= 0x80) {
                return address.toLowerCase(Locale.ROOT);
            }
        }
        return address;
    }
}
