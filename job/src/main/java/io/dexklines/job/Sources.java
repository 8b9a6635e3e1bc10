package io.dexklines.job;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.job.config.IngestSettings;
import io.dexklines.job.config.KafkaSettings;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.config.StartOffset;
import io.dexklines.job.source.lists.KafkaLists;
import io.dexklines.job.source.trades.TradeDeserializer;
import io.dexklines.job.source.trades.TradeSource;
import io.dexklines.smartmoney.ListChange;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/**
 * The sources of the job.
 *
 * @param trades the decoded records of trades, without watermarks
 * @param lists the smart-money wallets and their followers, with the watermarks of {@link
 *     KafkaLists}; empty if smart money is disabled
 */
public record Sources(
        Source<DecodedRecord, ?, ?> trades, Optional<Source<ListChange, ?, ?>> lists) {

    /**
     * Returns the production sources. All topics of trades are read by one source, so that one rule
     * of idleness and of watermarks covers every partition.
     *
     * @param settings the Kafka cluster and the topics
     * @param clock the wall clock, serializable
     */
    public static Sources kafka(KlineJobSettings settings, Clock clock) {
        return new Sources(
                tradeSource(trades(settings, clock), settings),
                settings.smartMoney().map(lists -> new KafkaLists(settings.kafka(), lists, clock)));
    }

    private static TradeSource tradeSource(
            KafkaSourceBuilder<DecodedRecord> trades, KlineJobSettings settings) {
        return new TradeSource(
                trades.build(), settings.kafka(), settings.ingest().chainsByTopic().keySet());
    }

    /** Returns a builder of the production source, to which a test can add an end. */
    public static KafkaSourceBuilder<DecodedRecord> trades(KlineJobSettings settings, Clock clock) {
        KafkaSettings kafka = settings.kafka();
        IngestSettings ingest = settings.ingest();
        return KafkaSource.<DecodedRecord>builder()
                .setProperties(consumerProperties(kafka))
                .setBootstrapServers(kafka.bootstrapServers())
                .setGroupId(kafka.groupId())
                .setClientIdPrefix(kafka.groupId())
                .setTopics(List.copyOf(ingest.chainsByTopic().keySet()))
                .setStartingOffsets(startingOffsets(kafka.startOffset(), ingest.maxFuture()))
                .setDeserializer(new TradeDeserializer(ingest, clock));
    }

    private static Properties consumerProperties(KafkaSettings kafka) {
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

    // the connector's own interface asks for the type that Kafka has deprecated
    @SuppressWarnings("deprecation")
    private static OffsetsInitializer startingOffsets(StartOffset start, Duration maxFuture) {
        return switch (start.kind()) {
            case FIRST -> OffsetsInitializer.earliest();
            case LAST -> OffsetsInitializer.latest();
            case COMMITTED -> OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST);
            case TIMESTAMP ->
                    // a record may hold trades that are ahead of the clock that wrote it
                    OffsetsInitializer.timestamp(
                            Math.max(0, start.timestampMs() - maxFuture.toMillis()));
        };
    }
}
