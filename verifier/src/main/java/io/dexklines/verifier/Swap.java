package io.dexklines.verifier;

import java.util.Comparator;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A valid trade.
 *
 * @param pair {@code chain_id:pair_addr}, in lower case except on Solana
 * @param blockTime in epoch seconds
 * @param index its place in the record's array
 * @param maker the wallet's address, in lower case except on Solana
 * @param ordinal how many earlier swaps of the same record have an equal identity
 */
record Swap(
        String pair,
        long blockTime,
        long block,
        long transactionIndex,
        long logIndex,
        int index,
        String txHash,
        String maker,
        boolean buy,
        boolean clamp,
        double tokenAmount,
        double baseTokenAmount,
        double totalUsd,
        double priceUsd,
        double mcap,
        Labels labels,
        int ordinal) {

    /** The labels of a trade: empty if they are missing or cannot be shown. */
    record Labels(
            String swapName, String tokenAddress, String tokenSymbol, String baseTokenSymbol) {}

    private static final String SOLANA = "100000";
    private static final Pattern BARE = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

    /**
     * The order that decides which trade opens and which closes a kline, without the last
     * tie-breaker, the fields of the identity: versions before 0.2.0 broke such ties by a hash.
     */
    static final Comparator<Swap> ORDER =
            Comparator.comparingLong(Swap::blockTime)
                    .thenComparingLong(Swap::block)
                    .thenComparingLong(Swap::transactionIndex)
                    .thenComparingLong(Swap::logIndex)
                    .thenComparingInt(Swap::index);

    /** The identity of a trade, as the whole tuple, so that no two identities collide. */
    record Identity(
            String pair,
            String txHash,
            long transactionIndex,
            long logIndex,
            String maker,
            boolean buy,
            double tokenAmount,
            double baseTokenAmount,
            double priceUsd,
            int ordinal) {}

    Identity identity() {
        return new Identity(
                pair,
                txHash,
                transactionIndex,
                logIndex,
                maker,
                buy,
                tokenAmount,
                baseTokenAmount,
                priceUsd,
                ordinal);
    }

    Swap withOrdinal(int repeated) {
        return new Swap(
                pair,
                blockTime,
                block,
                transactionIndex,
                logIndex,
                index,
                txHash,
                maker,
                buy,
                clamp,
                tokenAmount,
                baseTokenAmount,
                totalUsd,
                priceUsd,
                mcap,
                labels,
                repeated);
    }

    /**
     * Returns an address in the form in which it is compared: only Solana's are case-sensitive, and
     * 40 or 64 hexadecimal digits of other chains have {@code 0x} in front.
     */
    static String compared(String chain, String address) {
        if (chain.equals(SOLANA)) {
            return address;
        }
        String lower = address.toLowerCase(Locale.ROOT);
        return BARE.matcher(lower).matches() ? "0x" + lower : lower;
    }

    String chain() {
        return pair.substring(0, pair.indexOf(':'));
    }

    /** Returns the wallet, {@code chain_id:address}. */
    String wallet() {
        return chain() + ':' + maker;
    }

    String side() {
        return buy ? "buy" : "sell";
    }

    /** Returns {@code block#transaction_index#log_index}. */
    String position() {
        return block + "#" + transactionIndex + "#" + logIndex;
    }
}
