package io.dexklines.verifier;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The pairs that a verification covers. A sample of n pairs consists of the n offered pairs with
 * the smallest hashes of seed and name, so it depends on neither order nor repetition of the
 * offers. A pair that is in the final sample has been in it since its first offer.
 */
final class PairSelection {

    private record Ranked(long rank, String pair) {}

    private final Scope scope;
    private final HashFunction hash;
    private final NavigableSet<Ranked> sample =
            new TreeSet<>(Comparator.comparingLong(Ranked::rank).thenComparing(Ranked::pair));

    PairSelection(Scope scope) {
        this.scope = scope;
        this.hash = Hashing.sipHash24(scope.seed(), 0);
    }

    /**
     * Offers a pair.
     *
     * @return the pair that is not selected, which may be the given one; empty if all remain
     */
    Optional<String> offer(String pair) {
        if (scope.sample().isEmpty()) {
            return accepts(pair) ? Optional.empty() : Optional.of(pair);
        }
        sample.add(ranked(pair));
        return sample.size() > scope.sample().getAsInt()
                ? Optional.of(sample.pollLast().pair())
                : Optional.empty();
    }

    /** Returns whether a pair is selected, or would be if it were offered now. */
    boolean accepts(String pair) {
        if (scope.sample().isPresent()) {
            return sample.size() < scope.sample().getAsInt()
                    || sample.comparator().compare(ranked(pair), sample.last()) <= 0;
        }
        return scope.pairs().isEmpty() || scope.pairs().contains(pair);
    }

    private Ranked ranked(String pair) {
        return new Ranked(hash.hashString(pair, StandardCharsets.UTF_8).asLong(), pair);
    }
}
