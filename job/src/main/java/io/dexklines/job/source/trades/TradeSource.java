package io.dexklines.job.source.trades;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.job.config.KafkaSettings;
import java.util.Set;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * The Kafka source of trades, which refuses an unsafe start for good; see {@link StartCheck}.
 *
 * <p>Flink alone knows whether there is state: it creates an enumerator if there is none and
 * restores one otherwise, also at a failover. So the start is checked where an enumerator is
 * created, and where one is restored that has not assigned any partition yet.
 */
public final class TradeSource
        implements Source<DecodedRecord, KafkaPartitionSplit, KafkaSourceEnumState>,
                ResultTypeQueryable<DecodedRecord> {

    private static final long serialVersionUID = 1L;

    private final KafkaSource<DecodedRecord> kafka;
    private final StartCheck startCheck;

    /**
     * @param kafka the source that reads and decodes
     * @param settings how the brokers are reached, and where to start
     * @param topics the topics that {@code kafka} reads
     */
    public TradeSource(
            KafkaSource<DecodedRecord> kafka, KafkaSettings settings, Set<String> topics) {
        this.kafka = kafka;
        this.startCheck =
                new StartCheck(
                        settings.clientProperties(),
                        settings.groupId(),
                        Set.copyOf(topics),
                        settings.startOffset());
    }

    @Override
    public Boundedness getBoundedness() {
        return kafka.getBoundedness();
    }

    @Override
    public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> createEnumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context) {
        return new FirstStartEnumerator(kafka.createEnumerator(context), context, startCheck);
    }

    @Override
    public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState state)
            throws Exception {
        SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restored =
                kafka.restoreEnumerator(context, state);
        // a checkpoint may have completed before the first start was found to be safe
        return state.initialDiscoveryFinished()
                ? restored
                : new FirstStartEnumerator(restored, context, startCheck);
    }

    @Override
    public SourceReader<DecodedRecord, KafkaPartitionSplit> createReader(
            SourceReaderContext context) throws Exception {
        return kafka.createReader(context);
    }

    @Override
    public SimpleVersionedSerializer<KafkaPartitionSplit> getSplitSerializer() {
        return kafka.getSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<KafkaSourceEnumState> getEnumeratorCheckpointSerializer() {
        return kafka.getEnumeratorCheckpointSerializer();
    }

    @Override
    public TypeInformation<DecodedRecord> getProducedType() {
        return kafka.getProducedType();
    }
}
