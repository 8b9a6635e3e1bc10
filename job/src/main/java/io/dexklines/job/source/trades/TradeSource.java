package io.dexklines.job.source.trades;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.job.config.IngestSettings;
import io.dexklines.job.config.KafkaSettings;
import io.dexklines.job.config.StartOffset;
import io.dexklines.operator.kline.ChainWatermarks;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.watermark.WatermarkDeclaration;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * The source of trades: Kafka's source of all topics of trades, with the clocks of all chains.
 *
 * <p>The clocks are computed in one place, the enumerator: readers report how far they have
 * emitted, and the enumerator asks the brokers where the partitions end. Each reader emits the
 * clocks as {@link ChainWatermarks}. See {@link io.dexklines.clock.ChainClocks}.
 *
 * <p>The source refuses an unsafe start for good; see {@link StartCheck}. Flink alone knows whether
 * there is state: it creates an enumerator if there is none and restores one otherwise, also at a
 * failover. So the start is checked where an enumerator is created, and where one is restored that
 * has not assigned any partition yet.
 */
public final class TradeSource
        implements Source<DecodedRecord, KafkaPartitionSplit, KafkaSourceEnumState>,
                ResultTypeQueryable<DecodedRecord> {

    private static final long serialVersionUID = 1L;

    private final KafkaSettings kafka;
    private final IngestSettings ingest;
    private final Clock clock;

    /** Where the source ends; null if it does not. */
    private final OffsetsInitializer ends;

    /**
     * @param kafka how the brokers are reached, and where to start
     * @param ingest the topics with their chains, and what the clocks depend on
     * @param clock the wall clock; it must be serializable, as {@link Clock#systemUTC()} is
     */
    public TradeSource(KafkaSettings kafka, IngestSettings ingest, Clock clock) {
        this(kafka, ingest, clock, null);
    }

    private TradeSource(
            KafkaSettings kafka, IngestSettings ingest, Clock clock, OffsetsInitializer ends) {
        this.kafka = kafka;
        this.ingest = ingest;
        this.clock = clock;
        this.ends = ends;
    }

    /** Returns the same source with an end. */
    public TradeSource endingAt(OffsetsInitializer offsets) {
        return new TradeSource(kafka, ingest, clock, offsets);
    }

    @Override
    public Boundedness getBoundedness() {
        return ends == null ? Boundedness.CONTINUOUS_UNBOUNDED : Boundedness.BOUNDED;
    }

    @Override
    public Set<? extends WatermarkDeclaration> declareWatermarks() {
        return ChainWatermarks.declarations(ingest.chainIds());
    }

    @Override
    public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> createEnumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context) {
        StartOffset start = kafka.startOffset().asOf(clock.millis());
        return new TradeEnumerator(
                source(new Properties(), start).createEnumerator(context),
                context,
                Optional.of(startCheck(start)),
                () -> rounds(context, false));
    }

    @Override
    public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState state)
            throws Exception {
        StartOffset start = kafka.startOffset().asOf(clock.millis());
        // a checkpoint may have completed before the first start was decided and acted upon
        boolean isFirstStart =
                !state.initialDiscoveryFinished() || state.assignedSplits().isEmpty();
        return new TradeEnumerator(
                source(new Properties(), start).restoreEnumerator(context, state),
                context,
                isFirstStart ? Optional.of(startCheck(start)) : Optional.empty(),
                () -> rounds(context, true));
    }

    private Callable<StartCheck.Start> startCheck(StartOffset start) {
        StartCheck check =
                new StartCheck(
                        kafka.clientProperties(),
                        kafka.groupId(),
                        topics(),
                        start,
                        ingest.maxFuture().toMillis());
        return () -> check.decide(clock);
    }

    private ClockRounds rounds(SplitEnumeratorContext<?> context, boolean restarted) {
        Properties properties = kafka.clientProperties();
        properties.setProperty(CommonClientConfigs.CLIENT_ID_CONFIG, kafka.groupId() + "-clocks");
        int timeoutMs = Math.toIntExact(ClockRounds.patienceMs(ingest));
        return new ClockRounds(
                context,
                new BrokerOffsets(properties, topics(), timeoutMs),
                ingest,
                clock,
                restarted);
    }

    @Override
    public SourceReader<DecodedRecord, KafkaPartitionSplit> createReader(
            SourceReaderContext context) throws Exception {
        NativeLz4.load();
        ConsumerPositions positions = new ConsumerPositions();
        return new TradeReader(
                source(positions.consumerProperties()).createReader(context),
                positions,
                StopOffsets.of(kafka.clientProperties(), kafka.groupId()),
                context,
                ingest,
                clock);
    }

    @Override
    public SimpleVersionedSerializer<KafkaPartitionSplit> getSplitSerializer() {
        return source(new Properties()).getSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<KafkaSourceEnumState> getEnumeratorCheckpointSerializer() {
        return source(new Properties()).getEnumeratorCheckpointSerializer();
    }

    @Override
    public TypeInformation<DecodedRecord> getProducedType() {
        return new TradeDeserializer(ingest, clock).getProducedType();
    }

    private Set<String> topics() {
        return Set.copyOf(ingest.chainsByTopic().keySet());
    }

    private KafkaSource<DecodedRecord> source(Properties properties) {
        return source(properties, kafka.startOffset());
    }

    /**
     * Returns Kafka's source, which reads all topics.
     *
     * @param properties further properties of its consumers
     * @param start where it starts, which matters to its enumerator alone
     */
    private KafkaSource<DecodedRecord> source(Properties properties, StartOffset start) {
        KafkaSourceBuilder<DecodedRecord> builder =
                KafkaSource.<DecodedRecord>builder()
                        .setProperties(consumerProperties())
                        .setProperties(properties)
                        .setBootstrapServers(kafka.bootstrapServers())
                        .setGroupId(kafka.groupId())
                        .setClientIdPrefix(kafka.groupId())
                        .setTopics(List.copyOf(topics()))
                        .setStartingOffsets(
                                new StartingOffsets(start, ingest.maxFuture().toMillis()))
                        .setDeserializer(new TradeDeserializer(ingest, clock));
        if (ends != null) {
            builder.setBounded(ends);
        }
        return builder.build();
    }

    private Properties consumerProperties() {
        Properties properties = kafka.clientProperties();
        properties.setProperty(
                ConsumerConfig.FETCH_MIN_BYTES_CONFIG, String.valueOf(kafka.fetchMinBytes()));
        properties.setProperty(
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG, String.valueOf(kafka.fetchMaxBytes()));
        properties.setProperty(
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                String.valueOf(kafka.fetchMaxWait().toMillis()));
        // records of an aborted transaction do not count
        properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.setProperty(
                KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(),
                String.valueOf(kafka.partitionDiscoveryInterval().toMillis()));
        return properties;
    }
}
