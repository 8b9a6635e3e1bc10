package io.dexklines.relay.pairs;

import io.dexklines.trade.PairLabels;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Matches pairs by chain and by search text. Every word of the text must occur in a symbol, the
 * name of the exchange, or the address of the pair or the token. Case-insensitive.
 */
public final class PairFilter implements Predicate<PairSummary> {

    private final String chainId;
    private final List<String> words;

    /**
     * @param chainId null for all chains
     * @param search words separated by white space or slashes; empty for all pairs
     */
    public PairFilter(String chainId, String search) {
        this.chainId = chainId;
        this.words =
                Arrays.stream(search.toLowerCase(Locale.ROOT).split("[\\s/]+"))
                        .filter(word -> !word.isEmpty())
                        .toList();
    }

    @Override
    public boolean test(PairSummary pair) {
        if (chainId != null && !chainId.equals(pair.key().chainId())) {
            return false;
        }
        for (String word : words) {
            PairLabels labels = pair.labels();
            if (!contains(labels.tokenSymbol(), word)
                    && !contains(labels.baseTokenSymbol(), word)
                    && !contains(labels.swapName(), word)
                    && !contains(pair.key().address(), word)
                    && !contains(labels.tokenAddress(), word)) {
                return false;
            }
        }
        return true;
    }

    private static boolean contains(String text, String word) {
        return text.toLowerCase(Locale.ROOT).contains(word);
    }
}
