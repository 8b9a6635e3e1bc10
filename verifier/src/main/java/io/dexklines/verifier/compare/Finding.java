package io.dexklines.verifier.compare;

import java.util.List;
import java.util.Set;

/**
 * A kline of the Go consumers that was compared and is not equal to ours.
 *
 * @param open its open time, in epoch seconds
 * @param theirs the values in the store; {@link Candle#NONE} if it has no such kline
 * @param ours the values that are right; {@link Candle#NONE} if there is no such kline
 * @param explanations each of them fits; none if the kline is unexplained or incomparable
 */
public record Finding(
        Store store,
        String pair,
        Interval interval,
        long open,
        Candle theirs,
        Candle ours,
        Verdict verdict,
        List<Explanation> explanations) {

    /** The stores of the Go writer. */
    public enum Store {
        REDIS,
        MYSQL
    }

    /** The results of a comparison. */
    public enum Verdict {
        /** One explanation fits. */
        EXPLAINED,
        /** Several explanations fit. */
        AMBIGUOUS,
        /** No explanation was found. */
        UNEXPLAINED,
        /** The topics no longer hold all trades of the kline. */
        INCOMPARABLE
    }

    /**
     * Causes that together make the kline what it is.
     *
     * @param causes at least one, of different kinds
     */
    public record Explanation(Set<Named> causes) {

        public Explanation {
            causes = Set.copyOf(causes);
        }
    }
}
