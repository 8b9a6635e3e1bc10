package io.dexklines.sql;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.decode.JsonTradeDecoder;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.Trade;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.Collector;

/** Converts records to rows: one for each trade and, optionally, for each excluded entry. */
final class TradeRows implements DeserializationSchema<RowData> {

    private static final long serialVersionUID = 1L;

    /**
     * The name of the topic for the decoder. A table reads one topic, whose real name only the
     * connector knows.
     */
    private static final String TOPIC = "";

    private final TradeColumn[] columns;
    private final Set<String> chains;
    private final Duration maxFuture;
    private final boolean withExcluded;
    private final Clock clock;
    private final TypeInformation<RowData> type;

    private transient JsonTradeDecoder decoder;

    /**
     * @param columns the columns of the table
     * @param chains the chain ids that the topic may carry
     * @param maxFuture how far {@code block_time} may be ahead of the clock
     * @param withExcluded whether excluded entries have a row
     * @param clock the wall clock, serializable like {@link Clock#systemUTC()}
     * @param type the type of the rows
     */
    TradeRows(
            List<TradeColumn> columns,
            Set<String> chains,
            Duration maxFuture,
            boolean withExcluded,
            Clock clock,
            TypeInformation<RowData> type) {
        this.columns = columns.toArray(TradeColumn[]::new);
        this.chains = chains;
        this.maxFuture = maxFuture;
        this.withExcluded = withExcluded;
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
            out.collect(row(column -> column.of(trade)));
        }
        if (withExcluded) {
            for (ExcludedTrade excluded : decoded.excluded()) {
                out.collect(row(column -> column.of(excluded)));
            }
        }
    }

    private RowData row(Function<TradeColumn, Object> value) {
        GenericRowData row = new GenericRowData(columns.length);
        for (int i = 0; i < columns.length; i++) {
            row.setField(i, value.apply(columns[i]));
        }
        return row;
    }

    @Override
    public RowData deserialize(byte[] record) {
        throw new UnsupportedOperationException("a record yields any number of rows");
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
