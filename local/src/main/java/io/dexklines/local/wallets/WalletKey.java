package io.dexklines.local.wallets;

import io.dexklines.trade.Identifier;
import java.util.List;
import java.util.Set;

/**
 * A wallet in the form of the lists' keys.
 *
 * @param chainId such as {@code 56}
 * @param address in the form in which it is stored, see {@link Identifier#address}
 */
public record WalletKey(String chainId, String address) {

    private static final String SOLANA = "100000";

    /**
     * Creates a wallet from user input.
     *
     * @throws IllegalArgumentException if a part is no identifier; the message is for the user
     */
    public static WalletKey of(String chainId, String address) {
        if (!Identifier.isValid(chainId)) {
            throw new IllegalArgumentException(
                    "'" + chainId + "' is not a chain id such as 1 or 56");
        }
        if (!Identifier.isValid(address)) {
            throw new IllegalArgumentException("'" + address + "' is not an address");
        }
        return new WalletKey(chainId, Identifier.address(chainId, address));
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

    /**
     * Checks that trades of this wallet can come.
     *
     * @param chains the chains of the job
     * @throws IllegalArgumentException if the chain is none of them or the address cannot be one of
     *     its chain; the message is for the user
     */
    void requireExistent(Set<String> chains) {
        if (!chains.contains(chainId)) {
            throw new IllegalArgumentException(
                    "the job has no trades of chain "
                            + chainId
                            + ", only of "
                            + String.join(", ", chains)
                            + "; name others with --chains");
        }
        String form = Identifier.missedWalletForm(chainId, address);
        if (form != null) {
            throw new IllegalArgumentException(
                    "'%s' cannot be an address of chain %s: expected %s"
                            .formatted(address, chainId, form));
        }
    }

    /** Returns {@code chain_id:address}. */
    public String text() {
        return chainId + ":" + address;
    }

    /**
     * Returns every key under which the lists may have the wallet: {@link #text}, and the address
     * without {@code 0x}, which an earlier release kept.
     */
    List<String> keys() {
        return !chainId.equals(SOLANA) && Identifier.missedWalletForm(chainId, address) == null
                ? List.of(text(), chainId + ":" + address.substring(2))
                : List.of(text());
    }
}
