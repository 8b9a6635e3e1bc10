package io.dexklines.trade;

import java.util.Locale;

/** How addresses are compared: in lower case on EVM chains, as they came on Solana. */
public final class Address {

    /** The {@code chain_id} of Solana, whose addresses are case-sensitive. */
    private static final String SOLANA = "100000";

    private Address() {}

    /**
     * The address in the case in which it is compared; the very same string where it is already.
     *
     * @param chainId its chain
     * @param address of a pool, a wallet or a token
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
