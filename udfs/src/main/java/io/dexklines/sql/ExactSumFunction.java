package io.dexklines.sql;

import io.dexklines.kline.ExactSum;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apache.flink.table.functions.AggregateFunction;

/**
 * {@code EXACT_SUM(x)}: the exact sum of doubles, rounded once, so that it is the same whatever the
 * order and the parallelism. NULLs do not count; NULL when nothing does. For amounts: a negative
 * number is refused, and none is taken back, so it runs over streams that only append.
 */
public final class ExactSumFunction extends AggregateFunction<Double, ExactSumFunction.State> {

    private static final long serialVersionUID = 1L;

    /** The sum so far. */
    public static final class State extends EncodedState<ExactSum> {

        @Override
        ExactSum empty() {
            return new ExactSum();
        }

        @Override
        void write(ExactSum held, DataOutput out) throws IOException {
            held.write(out);
        }

        @Override
        ExactSum read(DataInput in) throws IOException {
            return ExactSum.read(in);
        }
    }

    @Override
    public State createAccumulator() {
        return new State();
    }

    /**
     * Adds a number.
     *
     * @throws IllegalArgumentException when it is negative, infinite or not a number
     */
    public void accumulate(State state, Double value) {
        if (value != null) {
            state.value().add(value);
        }
    }

    /** Adds what other subtasks or windows have gathered. */
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
