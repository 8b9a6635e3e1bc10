package io.dexklines.relay.api;

import io.dexklines.kline.Interval;
import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.KlineSeries;
import io.dexklines.relay.pairs.PairDirectory;
import io.dexklines.relay.pairs.PairFilter;
import io.dexklines.relay.pairs.PairOrder;
import io.dexklines.relay.pairs.PairSummary;
import io.dexklines.trade.Identifier;
import io.dexklines.trade.Pair;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the symbols of {@code /udf} by their names. A pair has up to three: its ticker {@code
 * {chain_id}:{pair_addr}}, {@code {token_symbol}/USD}, and the latter with its exchange in front,
 * {@code {exchange}:{token_symbol}/USD}. Each of them may end with {@link UdfSymbol#MCAP_SUFFIX}.
 *
 * <p>Many pairs may have one name. It then means the one with the largest volume of the last 24
 * hours, and among those whose symbol is in the same case if there are any.
 */
final class UdfSymbols {

    private static final String QUOTE = "/USD";

    private final PairDirectory directory;

    UdfSymbols(PairDirectory directory) {
        this.directory = directory;
    }

    /**
     * Returns the symbol with a name. A ticker has a symbol, whether there is such a pair or not.
     */
    Optional<UdfSymbol> find(String name, Cancellation cancellation) {
        boolean isMcap = endsWith(name, UdfSymbol.MCAP_SUFFIX);
        String ofPair = isMcap ? without(name, UdfSymbol.MCAP_SUFFIX) : name;
        return ticker(ofPair)
                .or(() -> named(ofPair, 1, cancellation).stream().map(PairSummary::key).findFirst())
                .map(pair -> new UdfSymbol(pair, isMcap));
    }

    private static Optional<Pair> ticker(String text) {
        int colon = text.indexOf(':');
        if (colon > 0) {
            try {
                KlineSeries series =
                        KlineSeries.of(
                                text.substring(0, colon),
                                text.substring(colon + 1),
                                Interval.ONE_MINUTE);
                return Optional.of(new Pair(series.chainId(), series.pairAddr()));
            } catch (IllegalArgumentException e) {
                // may be the name of an exchange and a token
            }
        }
        return Optional.empty();
    }

    /** Returns the pairs with a name that is not a ticker, in the order of their precedence. */
    private List<PairSummary> named(String name, int limit, Cancellation cancellation) {
        if (!endsWith(name, QUOTE)) {
            return List.of();
        }
        String token = without(name, QUOTE);
        List<PairSummary> found =
                new ArrayList<>(directory.named(token, any -> true, limit, cancellation));
        int colon = token.indexOf(':');
        if (found.isEmpty() && colon > 0) {
            String exchange = token.substring(0, colon);
            found.addAll(
                    directory.named(
                            token.substring(colon + 1),
                            pair -> exchange(pair).equalsIgnoreCase(exchange),
                            limit,
                            cancellation));
        }
        return found;
    }

    /**
     * Returns the symbols that match a search text: words, as in {@code /api/pairs}, or one of the
     * names. The pairs with exactly that name come first, then the others by volume. They are
     * market capitalisations if the text ends with {@link UdfSymbol#MCAP_SUFFIX}.
     *
     * @throws ApiException if the text is neither a name nor words that can be searched
     */
    Map<UdfSymbol, PairSummary> search(String text, int limit, Cancellation cancellation) {
        boolean isMcap = endsWith(text, UdfSymbol.MCAP_SUFFIX);
        String query = isMcap ? without(text, UdfSymbol.MCAP_SUFFIX) : text;
        Map<UdfSymbol, PairSummary> found = new LinkedHashMap<>();
        for (PairSummary pair : named(query, limit, cancellation)) {
            found.put(new UdfSymbol(pair.key(), isMcap), pair);
        }
        for (PairSummary pair : containing(query, !found.isEmpty(), limit, cancellation)) {
            if (found.size() < limit) {
                found.putIfAbsent(new UdfSymbol(pair.key(), isMcap), pair);
            }
        }
        return found;
    }

    private List<PairSummary> containing(
            String query, boolean isName, int limit, Cancellation cancellation) {
        int colon = query.indexOf(':');
        if (colon > 0 && Identifier.isValid(query.substring(colon + 1))) {
            String chainId = query.substring(0, colon);
            String address = Identifier.address(chainId, query.substring(colon + 1));
            PairFilter ticker = new PairFilter(chainId, List.of(address.toLowerCase(Locale.ROOT)));
            List<PairSummary> found = byVolume(ticker, limit, cancellation);
            if (!found.isEmpty()) {
                return found;
            }
        }
        try {
            String words = endsWith(query, QUOTE) ? without(query, QUOTE) : query;
            return byVolume(PairFilter.of(null, words), limit, cancellation);
        } catch (IllegalArgumentException e) {
            if (isName) {
                return List.of();
            }
            throw Parameters.illegal("query", e.getMessage());
        }
    }

    private List<PairSummary> byVolume(PairFilter filter, int limit, Cancellation cancellation) {
        return directory.find(filter, PairOrder.VOLUME, 0, limit, cancellation).pairs();
    }

    /** Returns the name of a pair, which other pairs may also have. */
    static String name(PairSummary pair) {
        String token = pair.labels().tokenSymbol();
        return token.isEmpty() ? pair.key().text() : token + QUOTE;
    }

    /** Returns the name of a pair's exchange. */
    static String exchange(PairSummary pair) {
        String swapName = pair.labels().swapName();
        return swapName.isEmpty() ? "chain " + pair.key().chainId() : swapName;
    }

    private static boolean endsWith(String text, String suffix) {
        return text.length() > suffix.length()
                && text.regionMatches(
                        true, text.length() - suffix.length(), suffix, 0, suffix.length());
    }

    private static String without(String text, String suffix) {
        return text.substring(0, text.length() - suffix.length());
    }
}
