package io.dexklines.job.source.trades;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.decode.JsonTradeDecoder;
import io.dexklines.job.config.IngestSettings;
import java.time.Clock;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Decodes each Kafka record to one {@link DecodedRecord}, even if it is malformed. */
public final class TradeDeserializer implements KafkaRecordDeserializationSchema<DecodedRecord> {

    private static final long serialVersionUID = 1L;

    private final IngestSettings settings;
    private final Clock clock;

    private transient JsonTradeDecoder decoder;

    /**
     * @param settings the chains of each topic, and how far in the future a trade may be
     * @param clock the wall clock; it must be serializable, as {@link Clock#systemUTC()} is
     */
    public TradeDeserializer(IngestSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
        decoder = new JsonTradeDecoder(settings.chainsByTopic(), settings.maxFuture(), clock);
    }

    @Override
    public void deserialize(
            ConsumerRecord<byte[], byte[]> record, Collector<DecodedRecord> collector) {
        collector.collect(
                decoder.decode(
                        record.value(), record.topic(), record.partition(), record.offset()));
    }

    @Override
    public TypeInformation<DecodedRecord> getProducedType() {
        return TypeInformation.of(DecodedRecord.class);
    }
}
