package io.dexklines.smartmoney;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * A filter of the smart-money wallets of all chains. It contains every listed wallet, and any other
 * wallet at most at the given false-positive rate. Its content depends only on the list changes, so
 * instances that apply the same changes are equal. Not thread-safe.
 */
public final class WalletFilter {

    private final double falsePositiveRate;
    private final long expectedWallets;
    private final Map<String, ChainFilter> chains = new HashMap<>();
    private final Set<String> changed = new HashSet<>();
    private long version;

    /**
     * @param falsePositiveRate above 0 and below 1
     * @param expectedWallets the number of wallets a chain's filter holds before it grows; positive
     */
    public WalletFilter(double falsePositiveRate, long expectedWallets) {
        this.falsePositiveRate = falsePositiveRate;
        this.expectedWallets = expectedWallets;
    }

    /** Returns the fingerprint of a wallet's address, for {@link #mightContain}. */
    public static long fingerprint(String address) {
        return GrowingBloomFilter.fingerprint(address);
    }

    /** Returns whether the wallet with this fingerprint may be listed. */
    public boolean mightContain(String chainId, long fingerprint) {
        ChainFilter chain = chains.get(chainId);
        return chain != null && chain.mightContain(fingerprint);
    }

    /**
     * Returns whether a wallet may be listed. Costs nearly nothing on a chain without listed
     * wallets.
     */
    public boolean mightContain(String chainId, String address) {
        ChainFilter chain = chains.get(chainId);
        return chain != null && chain.mightContain(fingerprint(address));
    }

    /**
     * Returns the version of the filter. As long as it does not change, neither do the results of
     * {@link #mightContain}.
     */
    public long version() {
        return version;
    }

    /** Applies a list change. Changes of follows and invalid records have no effect. */
    public void apply(ListChange change) {
        switch (change.kind()) {
            case LISTED -> chain(change.wallet()).list(fingerprint(change.wallet().address()));
            case UNLISTED -> {
                ChainFilter chain = chains.get(change.wallet().chainId());
                if (chain == null) {
                    return;
                }
                chain.unlist(fingerprint(change.wallet().address()));
            }
            case REBUILD_BEGINS ->
                    chains.values().forEach(chain -> chain.beginRebuild(change.generation()));
            case REBUILD_LISTED ->
                    chain(change.wallet())
                            .listRebuilt(
                                    change.generation(), fingerprint(change.wallet().address()));
            case REBUILD_ENDS ->
                    chains.values().forEach(chain -> chain.endRebuild(change.generation()));
            case FOLLOWED, UNFOLLOWED, REFUSED -> {
                return;
            }
        }
        version++;
        if (change.wallet().equals(Wallet.NONE)) {
            changed.addAll(chains.keySet());
        } else {
            changed.add(change.wallet().chainId());
        }
    }

    /** Returns the bytes of the chains that changed since the last call, by chain id. */
    public Map<String, byte[]> takeChanged() {
        Map<String, byte[]> bytes = new HashMap<>();
        for (String chainId : changed) {
            bytes.put(chainId, chains.get(chainId).toBytes());
        }
        changed.clear();
        return bytes;
    }

    /**
     * Restores a chain from the bytes of {@link #takeChanged}.
     *
     * @throws IOException if the bytes are damaged or their version is unknown
     */
    public void restore(String chainId, byte[] bytes) throws IOException {
        chains.put(chainId, ChainFilter.read(bytes, falsePositiveRate, expectedWallets));
        version++;
    }

    /** Returns the number of listed wallets, as far as the filters can tell. */
    public long listed() {
        return Math.max(0, sum(ChainFilter::size) - stale());
    }

    /** Returns the number of unlisted wallets that the filters still contain. */
    public long stale() {
        return sum(ChainFilter::stale);
    }

    /** Returns the number of layers of all filters. */
    public long layers() {
        return sum(ChainFilter::layers);
    }

    private long sum(ToLongFunction<ChainFilter> part) {
        return chains.values().stream().mapToLong(part).sum();
    }

    private ChainFilter chain(Wallet wallet) {
        return chains.computeIfAbsent(
                wallet.chainId(), any -> new ChainFilter(falsePositiveRate, expectedWallets));
    }
}
