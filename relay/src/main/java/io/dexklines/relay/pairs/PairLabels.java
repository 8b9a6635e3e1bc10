package io.dexklines.relay.pairs;

/** What a pair calls itself: text chosen by strangers, each empty where it is unknown. */
public record PairLabels(
        String swapName, String tokenAddr, String tokenSymbol, String baseTokenSymbol) {

    static final PairLabels NONE = new PairLabels("", "", "", "");
}
