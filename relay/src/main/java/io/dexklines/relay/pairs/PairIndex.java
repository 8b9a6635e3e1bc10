package io.dexklines.relay.pairs;

import io.dexklines.relay.history.Cancellation;
import io.dexklines.trade.Pair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** A list of pairs that is prepared for searching and sorting. Immutable. */
final class PairIndex {

    static final PairIndex EMPTY = new PairIndex();

    /**
     * The result of a search.
     *
     * @param total the number of all matches
     */
    record Found(List<PairSummary> pairs, int total) {}

    private final List<PairSummary> pairs;
    private final TextIndex texts;
    private final Map<Pair, Integer> positions = new HashMap<>();
    private final Map<String, BitSet> chains = new HashMap<>();
    private final Map<PairOrder, Integer[]> orders = new EnumMap<>(PairOrder.class);

    private PairIndex() {
        this.pairs = List.of();
        this.texts = TextIndex.EMPTY;
        for (PairOrder order : PairOrder.values()) {
            orders.put(order, new Integer[0]);
        }
    }

    /**
     * @param pairs no pair twice
     * @param texts the text of each pair in which words are searched, in lower case
     * @param former the index that this one replaces; the more they have in common, the cheaper
     */
    PairIndex(List<PairSummary> pairs, List<String> texts, PairIndex former) {
        this.pairs = List.copyOf(pairs);
        this.texts = former.texts.with(texts);
        for (int position = 0; position < pairs.size(); position++) {
            Pair key = pairs.get(position).key();
            positions.put(key, position);
            chains.computeIfAbsent(key.chainId(), first -> new BitSet()).set(position);
        }
        for (PairOrder order : PairOrder.values()) {
            orders.put(order, sorted(order, former.orders.get(order)));
        }
    }

    /** Sorts the positions. Begins with a former order, which is quick if little has changed. */
    private Integer[] sorted(PairOrder order, Integer[] former) {
        List<Integer> begin = new ArrayList<>(pairs.size());
        for (Integer position : former) {
            if (position < pairs.size()) {
                begin.add(position);
            }
        }
        for (int position = former.length; position < pairs.size(); position++) {
            begin.add(position);
        }
        Integer[] sorted = begin.toArray(Integer[]::new);
        Arrays.sort(sorted, Comparator.comparing(pairs::get, order.comparator()));
        return sorted;
    }

    List<PairSummary> pairs() {
        return pairs;
    }

    Optional<PairSummary> find(Pair key) {
        return Optional.ofNullable(positions.get(key)).map(pairs::get);
    }

    /**
     * Returns the matches from place {@code offset} on, at most {@code limit}.
     *
     * @param cancellation is asked while pairs are compared
     */
    Found find(
            PairFilter filter, PairOrder order, int offset, int limit, Cancellation cancellation) {
        BitSet matches = texts.containing(filter.words(), ofChain(filter), cancellation::check);
        int total = matches.cardinality();
        List<PairSummary> found = new ArrayList<>();
        int place = 0;
        for (Integer position : orders.get(order)) {
            if (place >= Math.min(total, (long) offset + limit)) {
                break;
            }
            if (matches.get(position)) {
                if (place >= offset) {
                    found.add(pairs.get(position));
                }
                place++;
            }
        }
        return new Found(found, total);
    }

    /**
     * Returns the pairs whose token has a symbol, at most {@code limit}: first those that have it
     * in the same case, then the others. Both are in the order of their volume.
     *
     * @param condition what else is asked of the pairs
     * @param cancellation is asked while pairs are compared
     */
    List<PairSummary> named(
            String tokenSymbol,
            Predicate<PairSummary> condition,
            int limit,
            Cancellation cancellation) {
        PairFilter filter = new PairFilter(null, List.of(ListedPair.wordOf(tokenSymbol)));
        BitSet matches = texts.containing(filter.words(), ofChain(filter), cancellation::check);
        List<PairSummary> found = new ArrayList<>();
        List<PairSummary> inOtherCase = new ArrayList<>();
        int left = matches.cardinality();
        for (Integer position : orders.get(PairOrder.VOLUME)) {
            if (left == 0 || found.size() == limit) {
                break;
            }
            if (matches.get(position)) {
                left--;
                PairSummary pair = pairs.get(position);
                String symbol = pair.labels().tokenSymbol();
                if (symbol.equalsIgnoreCase(tokenSymbol) && condition.test(pair)) {
                    (symbol.equals(tokenSymbol) ? found : inOtherCase).add(pair);
                }
            }
        }
        found.addAll(inOtherCase.subList(0, Math.min(inOtherCase.size(), limit - found.size())));
        return found;
    }

    private BitSet ofChain(PairFilter filter) {
        if (filter.chainId() != null) {
            return chains.getOrDefault(filter.chainId(), new BitSet());
        }
        BitSet all = new BitSet();
        all.set(0, pairs.size());
        return all;
    }
}
