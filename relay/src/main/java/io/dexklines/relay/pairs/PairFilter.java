package io.dexklines.relay.pairs;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Which pairs are looked for: those of a chain, and those in which every word of a search text is
 * found, in a symbol, the exchange's name, the address of the pair or of the token, whatever the
 * case.
 */
public final class PairFilter implements Predicate<PairSummary> {

    private final String chainId;
    private final List<String> words;

    /**
     * @param chainId null for all chains
     * @param search words, separated by white space or slashes; empty for all pairs
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
            if (!holds(labels.tokenSymbol(), word)
                    && !holds(labels.baseTokenSymbol(), word)
                    && !holds(labels.swapName(), word)
                    && !holds(pair.key().pairAddr(), word)
                    && !holds(labels.tokenAddr(), word)) {
                return false;
            }
        }
        return true;
    }

    private static boolean holds(String text, String word) {
        return text.toLowerCase(Locale.ROOT).contains(word);
    }
}
