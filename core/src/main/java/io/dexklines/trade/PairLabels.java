package io.dexklines.trade;

/**
 * What a pair calls itself. Chosen by strangers: text to show, never markup and never a key.
 *
 * @param swapName the exchange, such as {@code UniswapV3}; empty when unknown
 * @param tokenAddress the token's contract; empty when unknown
 * @param tokenSymbol the token's symbol; empty when unknown
 * @param baseTokenSymbol the symbol of what it trades against; empty when unknown
 */
public record PairLabels(
        String swapName, String tokenAddress, String tokenSymbol, String baseTokenSymbol) {

    /** A pair of which nothing is known. */
    public static final PairLabels UNKNOWN = new PairLabels("", "", "", "");
}
