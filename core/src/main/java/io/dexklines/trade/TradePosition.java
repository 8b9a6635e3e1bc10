package io.dexklines.trade;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The order of a trade among all trades of its pair. The first trade in this order opens a kline
 * and the last closes it. The position does not depend on when the trade arrived.
 *
 * @param blockTimeSeconds the block's time, epoch seconds
 * @param block the block's height (the slot on Solana)
 * @param transactionIndex index of the transaction in the block
 * @param logIndex index of the trade's event in the block's log; some upstream decoders leave 0 for
 *     a whole transaction
 * @param index index in the array of the record
 * @param fields the fields of the trade's identity that are not in its position: the last
 *     tie-breaker. They are empty where no further trade can have the same block time
 */
public record TradePosition(
        long blockTimeSeconds,
        long block,
        long transactionIndex,
        long logIndex,
        int index,
        IdentityFields fields)
        implements Comparable<TradePosition> {

    @Override
    public int compareTo(TradePosition other) {
        int order = Long.compare(blockTimeSeconds, other.blockTimeSeconds);
        if (order == 0) {
            order = Long.compare(block, other.block);
        }
        if (order == 0) {
            order = Long.compare(transactionIndex, other.transactionIndex);
        }
        if (order == 0) {
            order = Long.compare(logIndex, other.logIndex);
        }
        if (order == 0) {
            order = Integer.compare(index, other.index);
        }
        return order != 0 ? order : fields.compareTo(other.fields);
    }

    /**
     * Returns {@code block#transaction_index#log_index}, the form of {@code f} and {@code L} in the
     * relay's messages.
     */
    public String text() {
        return block + "#" + transactionIndex + "#" + logIndex;
    }

    /** Returns the position without fields, if nothing can tie with it any more. */
    public TradePosition withoutFields() {
        return fields == IdentityFields.NONE ? this : with(IdentityFields.NONE);
    }

    /** Returns the position with the given fields. */
    public TradePosition with(IdentityFields newFields) {
        return new TradePosition(
                blockTimeSeconds, block, transactionIndex, logIndex, index, newFields);
    }

    /** Writes the position without the fields. */
    void writePlace(DataOutput out) throws IOException {
        out.writeLong(blockTimeSeconds);
        out.writeLong(block);
        out.writeLong(transactionIndex);
        out.writeLong(logIndex);
        out.writeInt(index);
    }

    /** Reads a position without fields. */
    static TradePosition readPlace(DataInput in) throws IOException {
        return new TradePosition(
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readInt(),
                IdentityFields.NONE);
    }
}
