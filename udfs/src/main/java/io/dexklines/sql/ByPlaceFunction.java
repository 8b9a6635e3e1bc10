package io.dexklines.sql;

import io.dexklines.trade.IdentityFields;
import io.dexklines.trade.TradePosition;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.AggregateFunction;

/**
 * An aggregate function that returns the value of the first or last trade by position, regardless
 * of the order of arrival. Ignores trades whose value is NULL. Returns NULL if there is no value.
 */
public abstract class ByPlaceFunction extends AggregateFunction<Double, ByPlaceFunction.Candidate> {

    private static final long serialVersionUID = 1L;

    /** The accumulator: the value and the position of the first or last trade so far. */
    public static final class Candidate {

        /** The value; null if there is none yet. */
        public Double value;

        /** The block's time, epoch seconds. */
        public long blockTime;

        /** The block's height. */
        public long block;

        /** Index of the transaction in the block. */
        public long transactionIndex;

        /** Index in the block's log. */
        public long logIndex;

        /** Index in the array of the record. */
        public int index;

        /** The fields of the identity in the order of comparison; null if there is no value yet. */
        public byte[] fields;

        TradePosition position() {
            return new TradePosition(
                    blockTime,
                    block,
                    transactionIndex,
                    logIndex,
                    index,
                    IdentityFields.ofBytes(fields));
        }
    }

    /**
     * Returns whether a trade replaces the current one.
     *
     * @param order the result of comparing the trade's position to the current one
     */
    abstract boolean replaces(int order);

    @Override
    public Candidate createAccumulator() {
        return new Candidate();
    }

    /** Adds the value of a trade. */
    public void accumulate(
            Candidate held,
            Double value,
            @DataTypeHint(value = Place.TYPE, bridgedTo = RowData.class) RowData place) {
        if (value != null && place != null) {
            take(held, value, Place.position(place));
        }
    }

    /** Merges accumulators of other subtasks or windows. */
    public void merge(Candidate held, Iterable<Candidate> others) {
        for (Candidate other : others) {
            if (other.value != null) {
                take(held, other.value, other.position());
            }
        }
    }

    @Override
    public Double getValue(Candidate held) {
        return held.value;
    }

    private void take(Candidate held, double value, TradePosition position) {
        if (held.value == null || replaces(position.compareTo(held.position()))) {
            held.value = value;
            held.blockTime = position.blockTimeSeconds();
            held.block = position.block();
            held.transactionIndex = position.transactionIndex();
            held.logIndex = position.logIndex();
            held.index = position.index();
            held.fields = position.fields().toBytes();
        }
    }
}
