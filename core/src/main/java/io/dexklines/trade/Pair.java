package io.dexklines.trade;

/**
 * The key of everything: a pool on a chain.
 *
 * @param chainId the chain, such as {@code 56}
 * @param address the pool: lower case on EVM chains, as it came on Solana
 */
public record Pair(String chainId, String address) {

    /** {@code chain_id:pair_addr}, the name of the pair in keys and streams. */
    public String text() {
        return chainId + ":" + address;
    }

    /**
     * Decides which key group holds the pair's state, so it must be the same on every JVM for ever:
     * what a record computes by itself is not specified.
     */
    @Override
    public int hashCode() {
        return 31 * chainId.hashCode() + address.hashCode();
    }
}
