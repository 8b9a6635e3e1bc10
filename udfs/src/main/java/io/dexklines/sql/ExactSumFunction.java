package io.dexklines.sql;

import io.dexklines.kline.ExactSum;
import org.apache.flink.table.functions.AggregateFunction;

/**
 * {@code EXACT_SUM(x)}: the exact sum of non-negative doubles, rounded once. It does not depend on
 * order and parallelism. Ignores NULLs. Returns NULL if there is no value. Does not support
 * retraction, so the input must be append-only.
 */
public final class ExactSumFunction extends AggregateFunction<Double, ExactSumFunction.State> {

    private static final long serialVersionUID = 1L;

    /** The accumulator. */
    public static final class State extends EncodedState<ExactSum> {

        /** Creates a sum without values. */
        public State() {
            super(ExactSum::new, ExactSum::write, ExactSum::read);
        }
    }

    @Override
    public State createAccumulator() {
        return new State();
    }

    /**
     * Adds a number.
     *
     * @throws IllegalArgumentException if the number is negative, infinite or NaN
     */
    public void accumulate(State state, Double value) {
        if (value != null) {
            state.value().add(value);
        }
    }

    /** Merges accumulators of other subtasks or windows. */
    public void merge(State state, Iterable<State> others) {
        for (State other : others) {
            if (!other.isEmpty()) {
                state.value().add(other.value());
            }
        }
    }

    @Override
    public Double getValue(State state) {
        return state.isEmpty() ? null : state.value().rounded();
    }
}
