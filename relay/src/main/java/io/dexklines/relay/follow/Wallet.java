package io.dexklines.relay.follow;

import io.dexklines.trade.Identifier;
import java.util.Comparator;

/**
 * A wallet on a chain. Wallets are ordered by chain and address.
 *
 * @param chainId an identifier
 * @param address an identifier in the form of {@link Identifier#address}
 */
public record Wallet(String chainId, String address) implements Comparable<Wallet> {

    private static final Comparator<Wallet> ORDER =
            Comparator.comparing(Wallet::chainId).thenComparing(Wallet::address);

    /**
     * Returns the wallet of an address in any accepted form.
     *
     * @throws IllegalArgumentException if a part is no identifier; the message names the part
     */
    public static Wallet of(String chainId, String address) {
        require(chainId, "chain_id");
        require(address, "address");
        return new Wallet(chainId, Identifier.address(chainId, address));
    }

    private static void require(String identifier, String name) {
        String problem = Identifier.problem(identifier);
        if (problem != null) {
            throw new IllegalArgumentException(name + " " + problem);
        }
    }

    /**
     * Checks that the chain can have a wallet of this address.
     *
     * @throws IllegalArgumentException if it cannot; the message is for the user
     */
    void requirePossible() {
        String form = Identifier.missedWalletForm(chainId, address);
        if (form != null) {
            throw new IllegalArgumentException(
                    "address cannot be one of chain %s, expected %s".formatted(chainId, form));
        }
    }

    /** Returns {@code chain_id:address}. */
    String text() {
        return chainId + ":" + address;
    }

    @Override
    public int compareTo(Wallet other) {
        return ORDER.compare(this, other);
    }
}
