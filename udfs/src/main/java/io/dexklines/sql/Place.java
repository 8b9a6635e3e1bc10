package io.dexklines.sql;

import io.dexklines.trade.IdentityFields;
import io.dexklines.trade.TradePosition;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;

/** The SQL form of a {@link TradePosition}: a row of its fields in the order of comparison. */
final class Place {

    /** The SQL type. */
    static final String TYPE =
            "ROW<block_time BIGINT, block BIGINT, transaction_index BIGINT, log_index BIGINT,"
                    + " `index` INT, fields BYTES>";

    private static final int FIELDS = 6;

    private Place() {}

    static RowData row(TradePosition position) {
        return GenericRowData.of(
                position.blockTimeSeconds(),
                position.block(),
                position.transactionIndex(),
                position.logIndex(),
                position.index(),
                position.fields().toBytes());
    }

    /**
     * Returns the position in a row.
     *
     * @throws IllegalArgumentException if a field is null
     */
    static TradePosition position(RowData row) {
        for (int i = 0; i < FIELDS; i++) {
            if (row.isNullAt(i)) {
                throw new IllegalArgumentException("a field of a trade's place is null");
            }
        }
        return new TradePosition(
                row.getLong(0),
                row.getLong(1),
                row.getLong(2),
                row.getLong(3),
                row.getInt(4),
                IdentityFields.ofBytes(row.getBinary(5)));
    }
}
