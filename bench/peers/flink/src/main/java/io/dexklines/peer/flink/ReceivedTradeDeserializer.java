package io.dexklines.peer.flink;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.Collector;

/** Reads all elements of a record by Jackson's data binding. A broken record is an element, too. */
final class ReceivedTradeDeserializer implements DeserializationSchema<ReceivedTrade> {

    private static final long serialVersionUID = 1;

    private transient ObjectReader reader;

    @Override
    public void open(InitializationContext context) {
        reader = new ObjectMapper().readerFor(ReceivedTrade[].class);
    }

    @Override
    public void deserialize(byte[] value, Collector<ReceivedTrade> out) {
        ReceivedTrade[] trades;
        try {
            trades = reader.readValue(value);
        } catch (IOException e) {
            out.collect(ReceivedTrade.malformed(e.getMessage()));
            return;
        }
        // some producers leave the log index 0, so several swaps of a transaction are counted up
        Map<String, Integer> ordinals = new HashMap<>();
        for (ReceivedTrade trade : trades) {
            trade.complete();
            String event = trade.transaction + '#' + trade.logIndex;
            trade.identity = event + '#' + ordinals.merge(event, 1, Integer::sum);
            out.collect(trade.isSwap() ? trade : trade.because("unsupported_type"));
        }
    }

    @Override
    public ReceivedTrade deserialize(byte[] value) {
        throw new UnsupportedOperationException("a record has several trades");
    }

    @Override
    public boolean isEndOfStream(ReceivedTrade next) {
        return false;
    }

    @Override
    public TypeInformation<ReceivedTrade> getProducedType() {
        return Types.POJO(ReceivedTrade.class);
    }
}
