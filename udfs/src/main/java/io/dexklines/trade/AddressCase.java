package io.dexklines.trade;

import java.util.Locale;

/**
 * How addresses are compared: those of Solana as they are, all others in lower case. Wherever a
 * pool or a wallet enters, it enters through here: what did not would never be found.
 */
public final class AddressCase {

    /** The {@code chain_id} of Solana, whose addresses are case-sensitive. */
    private static final String SOLANA = "100000";

    private AddressCase() {}

    /** The one form of {@code address} on that chain. */
    public static String of(String chainId, String address) {
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
