package io.dexklines.sql;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.decode.JsonTradeDecoder;
import io.dexklines.decode.TradeDecoder;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.Trade;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.Collector;

/** Makes rows of records: one for each trade, and where that is asked for, of each other entry. */
final class TradeRows implements DeserializationSchema<RowData> {

    private static final long serialVersionUID = 1L;

    /** A table is of one topic, and the connector knows which; the decoder need not. */
    private static final String TOPIC = "";

    private final TradeColumn[] columns;
    private final Set<String> chains;
    private final Duration maxFuture;
    private final boolean excludedToo;
    private final Clock clock;
    private final TypeInformation<RowData> type;

    private transient TradeDecoder decoder;

    /**
     * @param columns of the table, in its order
     * @param chains that the topic may carry
     * @param maxFuture how far {@code block_time} may be ahead of the clock
     * @param excludedToo whether what is excluded has a row
     * @param clock the wall clock; it must be serializable, as {@link Clock#systemUTC()} is
     * @param type of the rows
     */
    TradeRows(
            List<TradeColumn> columns,
            Set<String> chains,
            Duration maxFuture,
            boolean excludedToo,
            Clock clock,
            TypeInformation<RowData> type) {
        this.columns = columns.toArray(TradeColumn[]::new);
        this.chains = chains;
        this.maxFuture = maxFuture;
        this.excludedToo = excludedToo;
        this.clock = clock;
        this.type = type;
    }

    @Override
    public void open(InitializationContext context) {
        decoder = new JsonTradeDecoder(Map.of(TOPIC, chains), maxFuture, clock);
    }

    @Override
    public void deserialize(byte[] record, Collector<RowData> out) {
        DecodedRecord decoded = decoder.decode(record, TOPIC, 0, 0);
        for (Trade trade : decoded.trades()) {
            GenericRowData row = new GenericRowData(columns.length);
            for (int i = 0; i < columns.length; i++) {
                row.setField(i, columns[i].of(trade));
            }
            out.collect(row);
        }
        if (excludedToo) {
            for (ExcludedTrade excluded : decoded.excluded()) {
                GenericRowData row = new GenericRowData(columns.length);
                for (int i = 0; i < columns.length; i++) {
                    row.setField(i, columns[i].of(excluded));
                }
                out.collect(row);
            }
        }
    }

    @Override
    public RowData deserialize(byte[] record) {
        throw new UnsupportedOperationException("a record has any number of rows");
    }

    @Override
    public boolean isEndOfStream(RowData row) {
        return false;
    }

    @Override
    public TypeInformation<RowData> getProducedType() {
        return type;
    }
}
