package io.dexklines.peer.flink;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.dexklines.peer.Trade;
import java.io.IOException;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.Collector;

/** Reads the swaps of a record, which is a JSON array, by Jackson's data binding. */
final class TradeDeserializer implements DeserializationSchema<Trade> {

    private static final long serialVersionUID = 1;

    private transient ObjectReader reader;

    @Override
    public void open(InitializationContext context) {
        reader = new ObjectMapper().readerFor(Trade[].class);
    }

    @Override
    public void deserialize(byte[] value, Collector<Trade> out) throws IOException {
        for (Trade trade : reader.<Trade[]>readValue(value)) {
            if (trade.isSwap()) {
                out.collect(trade.complete());
            }
        }
    }

    @Override
    public Trade deserialize(byte[] value) {
        throw new UnsupportedOperationException("a record has several trades");
    }

    @Override
    public boolean isEndOfStream(Trade next) {
        return false;
    }

    @Override
    public TypeInformation<Trade> getProducedType() {
        return Types.POJO(Trade.class);
    }
}
