package io.dexklines.relay.pairs;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Selects pairs by chain and by search text. Every word of the text must occur in a symbol, the
 * name of the exchange, or the address of the pair or the token. Case-insensitive.
 *
 * @param chainId null for all chains
 * @param words in lower case
 */
public record PairFilter(String chainId, List<String> words) {

    /** The maximum length of a search text. */
    public static final int MAX_LENGTH = 64;

    /** The maximum number of words in a search text. */
    public static final int MAX_WORDS = 5;

    /**
     * Parses a search text.
     *
     * @param chainId null for all chains
     * @param search words separated by white space or slashes; empty for all pairs
     * @throws IllegalArgumentException if the text is too long or has too many words; the message
     *     is shown to the client
     */
    public static PairFilter of(String chainId, String search) {
        if (search.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "expected at most " + MAX_LENGTH + " characters, not " + search.length());
        }
        List<String> words =
                Arrays.stream(search.toLowerCase(Locale.ROOT).split("[\\s/]+"))
                        .filter(word -> !word.isEmpty())
                        .toList();
        if (words.size() > MAX_WORDS) {
            throw new IllegalArgumentException(
                    "expected at most " + MAX_WORDS + " words, not " + words.size());
        }
        return new PairFilter(chainId, words);
    }
}
