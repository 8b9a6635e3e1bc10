package io.dexklines.local.wallets;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A wallet as it stands in the keys of the lists.
 *
 * @param chainId such as {@code 56}
 * @param address lower case but on Solana
 */
public record WalletKey(String chainId, String address) {

    private static final String SOLANA = "100000";
    private static final Pattern CHAIN = Pattern.compile("[0-9A-Za-z_-]{1,32}");
    private static final Pattern ADDRESS = Pattern.compile("[!-~&&[^,/@:]]{1,128}");

    /**
     * The wallet of a chain and an address as people write them.
     *
     * @throws IllegalArgumentException saying what is wrong, for whoever typed it
     */
    public static WalletKey of(String chainId, String address) {
        if (!CHAIN.matcher(chainId).matches()) {
            throw new IllegalArgumentException("'" + chainId + "' is no chain id, such as 1 or 56");
        }
        if (!ADDRESS.matcher(address).matches()) {
            throw new IllegalArgumentException("'" + address + "' is no address");
        }
        return new WalletKey(
                chainId, chainId.equals(SOLANA) ? address : address.toLowerCase(Locale.ROOT));
    }

    /**
     * Reads {@code chain_id:address}.
     *
     * @throws IllegalArgumentException saying what is wrong, for whoever typed it
     */
    public static WalletKey parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no wallet: chain_id:address, such as 56:0x28c6…");
        }
        return of(text.substring(0, colon), text.substring(colon + 1));
    }

    /** {@code chain_id:address}. */
    public String text() {
        return chainId + ":" + address;
    }
}
