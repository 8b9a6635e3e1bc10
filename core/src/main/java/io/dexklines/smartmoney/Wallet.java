package io.dexklines.smartmoney;

import io.dexklines.trade.Address;
import io.dexklines.trade.Trade;

/**
 * The key of all that is known of a wallet.
 *
 * @param chainId the chain, such as {@code 56}
 * @param address the wallet: lower case on EVM chains, as it came on Solana
 */
public record Wallet(String chainId, String address) {

    /** Stands where no wallet is meant. */
    public static final Wallet NONE = new Wallet("", "");

    /** The wallet of an address as people write it. */
    public static Wallet of(String chainId, String address) {
        return new Wallet(chainId, Address.compared(chainId, address));
    }

    /** The wallet that made a trade. */
    public static Wallet ofMaker(Trade trade) {
        return new Wallet(trade.chainId(), trade.maker());
    }

    /** {@code chain_id:address}, the name of the wallet in keys. */
    public String text() {
        return chainId + ":" + address;
    }

    /**
     * Decides which key group holds the wallet's state, so it must be the same on every JVM for
     * ever: what a record computes by itself is not specified.
     */
    @Override
    public int hashCode() {
        return 31 * chainId.hashCode() + address.hashCode();
    }
}
