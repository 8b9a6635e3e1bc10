package io.dexklines.peer.flink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** What happens to trades that do not count. */
final class ExcludedTrades {

    /** The side output of all operators for such trades. */
    static final OutputTag<ReceivedTrade> TAG =
            new OutputTag<>("excluded", Types.POJO(ReceivedTrade.class));

    private static final String TOPIC = "trades-excluded";

    private ExcludedTrades() {}

    /** Returns a sink that writes each trade as JSON, exactly once. */
    static KafkaSink<ReceivedTrade> sink(String bootstrapServers, String transactions) {
        return KafkaSink.<ReceivedTrade>builder()
                .setBootstrapServers(bootstrapServers)
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(transactions)
                .setProperty("transaction.timeout.ms", "600000")
                .setRecordSerializer(
                        KafkaRecordSerializationSchema.<ReceivedTrade>builder()
                                .setTopic(TOPIC)
                                .setValueSerializationSchema(new ToJson())
                                .build())
                .build();
    }

    /** Sends trades that have a reason to the side output, and passes on the others. */
    static final class Split extends ProcessFunction<ReceivedTrade, ReceivedTrade> {

        private static final long serialVersionUID = 1;

        @Override
        public void processElement(
                ReceivedTrade trade, Context context, Collector<ReceivedTrade> out) {
            if (trade.reason == null) {
                out.collect(trade);
            } else {
                context.output(TAG, trade);
            }
        }
    }

    private static final class ToJson implements SerializationSchema<ReceivedTrade> {

        private static final long serialVersionUID = 1;

        private transient ObjectMapper mapper;

        @Override
        public void open(InitializationContext context) {
            mapper = new ObjectMapper();
        }

        @Override
        public byte[] serialize(ReceivedTrade trade) {
            try {
                return mapper.writeValueAsBytes(trade);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
