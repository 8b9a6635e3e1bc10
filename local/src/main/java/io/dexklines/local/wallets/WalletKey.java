package io.dexklines.local.wallets;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A wallet in the form of the lists' keys.
 *
 * @param chainId such as {@code 56}
 * @param address in lower case, except on Solana
 */
public record WalletKey(String chainId, String address) {

    private static final String SOLANA = "100000";
    private static final Pattern CHAIN = Pattern.compile("[0-9A-Za-z_-]{1,32}");
    private static final Pattern ADDRESS = Pattern.compile("[!-~&&[^,/@:]]{1,128}");

    /**
     * Creates a wallet from user input.
     *
     * @throws IllegalArgumentException if a part is invalid; the message is for the user
     */
    public static WalletKey of(String chainId, String address) {
        if (!CHAIN.matcher(chainId).matches()) {
            throw new IllegalArgumentException(
                    "'" + chainId + "' is not a chain id such as 1 or 56");
        }
        if (!ADDRESS.matcher(address).matches()) {
            throw new IllegalArgumentException("'" + address + "' is not an address");
        }
        return new WalletKey(
                chainId, chainId.equals(SOLANA) ? address : address.toLowerCase(Locale.ROOT));
    }

    /**
     * Parses {@code chain_id:address}.
     *
     * @throws IllegalArgumentException if the text is invalid; the message is for the user
     */
    public static WalletKey parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a wallet: expected CHAIN:ADDRESS such as 56:0x28c6…");
        }
        return of(text.substring(0, colon), text.substring(colon + 1));
    }

    /** Returns {@code chain_id:address}. */
    public String text() {
        return chainId + ":" + address;
    }
}
