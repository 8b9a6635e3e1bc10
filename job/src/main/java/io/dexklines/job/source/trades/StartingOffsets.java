package io.dexklines.job.source.trades;

import io.dexklines.job.config.StartOffset;
import java.util.Collection;
import java.util.Map;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;

/**
 * Where the partitions of a job without state are read from.
 *
 * <p>A consumer whose position is not in the topic fails. Kafka's default is to go on elsewhere,
 * which would leave out trades silently.
 *
 * @param start the configured start
 * @param maxFutureMs how far a trade may be ahead of the clock that wrote its record, milliseconds
 */
// the connector's own interface asks for the type that Kafka has deprecated
@SuppressWarnings("deprecation")
record StartingOffsets(StartOffset start, long maxFutureMs) implements OffsetsInitializer {

    private static final long serialVersionUID = 1L;

    @Override
    public Map<TopicPartition, Long> getPartitionOffsets(
            Collection<TopicPartition> partitions, PartitionOffsetsRetriever retriever) {
        OffsetsInitializer offsets =
                switch (start.kind()) {
                    // where there are committed offsets, the start is refused
                    case FIRST, COMMITTED -> OffsetsInitializer.earliest();
                    case LAST -> OffsetsInitializer.latest();
                    case TIMESTAMP ->
                            OffsetsInitializer.timestamp(
                                    Math.max(0, start.timestampMs() - maxFutureMs));
                };
        return offsets.getPartitionOffsets(partitions, retriever);
    }

    @Override
    public OffsetResetStrategy getAutoOffsetResetStrategy() {
        return OffsetResetStrategy.NONE;
    }
}
