package io.dexklines.job.ingest;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.decode.JsonTradeDecoder;
import io.dexklines.decode.TradeDecoder;
import io.dexklines.job.config.IngestSettings;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.ExclusionReason;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Decodes Kafka's records: one {@link DecodedRecord} for each, whatever is in it. Counts {@code
 * tradesDecoded} and, per reason, {@code tradesExcluded.invalid} and so on.
 */
public final class TradeDeserializer implements KafkaRecordDeserializationSchema<DecodedRecord> {

    private static final long serialVersionUID = 1L;

    private final IngestSettings settings;
    private final Clock clock;

    private transient TradeDecoder decoder;
    private transient Counter tradesDecoded;
    private transient Map<ExclusionReason, Counter> tradesExcluded;

    /**
     * @param settings which chains each topic carries, and what is too far in the future
     * @param clock the wall clock; it must be serializable, as {@link Clock#systemUTC()} is
     */
    public TradeDeserializer(IngestSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
        decoder = new JsonTradeDecoder(settings.chainsByTopic(), settings.maxFuture(), clock);
        MetricGroup metrics = context.getMetricGroup();
        tradesDecoded = metrics.counter("tradesDecoded");
        tradesExcluded = new EnumMap<>(ExclusionReason.class);
        MetricGroup excludedMetrics = metrics.addGroup("tradesExcluded");
        for (ExclusionReason reason : ExclusionReason.values()) {
            if (reason.compareTo(ExclusionReason.FUTURE) <= 0) {
                tradesExcluded.put(reason, excludedMetrics.counter(reason.text()));
            }
        }
    }

    @Override
    public void deserialize(
            ConsumerRecord<byte[], byte[]> record, Collector<DecodedRecord> collector) {
        DecodedRecord decoded =
                decoder.decode(record.value(), record.topic(), record.partition(), record.offset());
        tradesDecoded.inc(decoded.trades().size());
        for (ExcludedTrade excluded : decoded.excluded()) {
            tradesExcluded.get(excluded.reason()).inc();
        }
        collector.collect(decoded);
    }

    @Override
    public TypeInformation<DecodedRecord> getProducedType() {
        return TypeInformation.of(DecodedRecord.class);
    }
}
