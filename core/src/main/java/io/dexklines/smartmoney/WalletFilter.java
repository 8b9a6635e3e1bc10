package io.dexklines.smartmoney;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Which wallets may be listed, on all chains: one that is, always; one that is not, at most with
 * the given rate. It changes by the lists alone, so all who see the same changes hold the same.
 *
 * <p>Not for several threads.
 */
public final class WalletFilter {

    private final double falsePositiveRate;
    private final long expectedWallets;
    private final Map<String, ChainFilter> chains = new HashMap<>();
    private final Set<String> changed = new HashSet<>();
    private long version;

    /**
     * @param falsePositiveRate above 0 and below 1
     * @param expectedWallets how many wallets the filter of a chain holds before it grows; positive
     */
    public WalletFilter(double falsePositiveRate, long expectedWallets) {
        this.falsePositiveRate = falsePositiveRate;
        this.expectedWallets = expectedWallets;
    }

    /** What stands for a wallet's address, to be computed once and asked for often. */
    public static long fingerprint(String address) {
        return GrowingBloomFilter.fingerprint(address);
    }

    /** Whether the wallet of this fingerprint may be listed. */
    public boolean mightContain(String chainId, long fingerprint) {
        ChainFilter chain = chains.get(chainId);
        return chain != null && chain.mightContain(fingerprint);
    }

    /**
     * Grows whenever the answer to a question may have become another: while it is the same, so are
     * all answers.
     */
    public long version() {
        return version;
    }

    /** Applies a change of the lists; who follows whom does not matter here. */
    public void apply(ListChange change) {
        switch (change.kind()) {
            case LISTED -> of(change.wallet()).list(fingerprint(change.wallet().address()));
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
                    of(change.wallet())
                            .listRebuilt(
                                    change.generation(), fingerprint(change.wallet().address()));
            case REBUILD_ENDS ->
                    chains.values().forEach(chain -> chain.endRebuild(change.generation()));
            case FOLLOWED, UNFOLLOWED -> {
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

    /** Whoever takes the filter's bytes learns which chains changed since they were last taken. */
    public Map<String, byte[]> takeChanged() {
        Map<String, byte[]> bytes = new HashMap<>();
        for (String chainId : changed) {
            bytes.put(chainId, chains.get(chainId).toBytes());
        }
        changed.clear();
        return bytes;
    }

    /**
     * Continues with what {@link #takeChanged} gave.
     *
     * @throws IOException when the bytes are not as they were given, or of an unknown version
     */
    public void restore(String chainId, byte[] bytes) throws IOException {
        chains.put(chainId, ChainFilter.read(bytes, falsePositiveRate, expectedWallets));
        version++;
    }

    /** How many wallets are in the filters, less those that were unlisted since. */
    public long listed() {
        return Math.max(0, sum(ChainFilter::size) - stale());
    }

    /** How many wallets were unlisted that the filters still hold. */
    public long stale() {
        return sum(ChainFilter::stale);
    }

    /** How many layers the filters have together. */
    public long layers() {
        return sum(ChainFilter::layers);
    }

    private long sum(ToLongFunction<ChainFilter> part) {
        return chains.values().stream().mapToLong(part).sum();
    }

    private ChainFilter of(Wallet wallet) {
        return chains.computeIfAbsent(
                wallet.chainId(), any -> new ChainFilter(falsePositiveRate, expectedWallets));
    }
}
