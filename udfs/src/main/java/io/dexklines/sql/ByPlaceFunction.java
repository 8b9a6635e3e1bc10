package io.dexklines.sql;

import io.dexklines.trade.TradePosition;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.AggregateFunction;

/**
 * The value of the trade that stands first or last, by its place and never by its arrival. Trades
 * without a value do not count; NULL when none has one.
 */
public abstract class ByPlaceFunction extends AggregateFunction<Double, ByPlaceFunction.Candidate> {

    private static final long serialVersionUID = 1L;

    /** The value of the trade that stands furthest so far, and where that is; plain columns. */
    public static final class Candidate {

        /** The value; null while there is none. */
        public Double value;

        /** Epoch seconds. */
        public long blockTime;

        /** The height. */
        public long block;

        /** The transaction's place in the block. */
        public long transactionIndex;

        /** The place in the block's log. */
        public long logIndex;

        /** The place in the record's array. */
        public int index;

        /** The trade's identity. */
        public long identity;

        TradePosition position() {
            return new TradePosition(blockTime, block, transactionIndex, logIndex, index, identity);
        }
    }

    /** Whether a trade that stands at {@code order} relative to the held one takes its place. */
    abstract boolean replaces(int order);

    @Override
    public Candidate createAccumulator() {
        return new Candidate();
    }

    /** Takes the value if its trade stands further. */
    public void accumulate(
            Candidate held,
            Double value,
            @DataTypeHint(value = Place.TYPE, bridgedTo = RowData.class) RowData place) {
        if (value != null && place != null) {
            take(held, value, Place.position(place));
        }
    }

    /** Takes what other subtasks or windows hold, where that stands further. */
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
            held.identity = position.identity();
        }
    }
}
