package io.dexklines.relay.api;

import io.dexklines.trade.Pair;

/**
 * A symbol of {@code /udf}: the price of a pair, or its market capitalisation.
 *
 * @param isMcap whether its bars are those of the market capitalisation
 */
record UdfSymbol(Pair pair, boolean isMcap) {

    /** What the ticker and the name of a market capitalisation end with, in any case. */
    static final String MCAP_SUFFIX = "#mcap";

    /** Returns the name that no other symbol has, {@code {chain_id}:{pair_addr}[#mcap]}. */
    String ticker() {
        return withSuffix(pair.text());
    }

    /** Returns the given name of the pair, with the suffix if this is a market capitalisation. */
    String withSuffix(String name) {
        return isMcap ? name + MCAP_SUFFIX : name;
    }
}
