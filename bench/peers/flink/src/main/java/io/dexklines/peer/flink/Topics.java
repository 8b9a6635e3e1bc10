package io.dexklines.peer.flink;

import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.eventtime.SerializableTimestampAssigner;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The topics of trades, read to where they end at the start. */
final class Topics {

    /** The topics with the trades of all chains. */
    static final List<String> NAMES = List.of("sol-trades", "bsc-trades", "evm-trades-v4");

    /** How far trades of a partition are out of order at most. */
    static final Duration DISORDER = Duration.ofSeconds(5);

    private Topics() {}

    /** Reads all topics with one watermark for each partition. */
    static <T> DataStream<T> read(
            StreamExecutionEnvironment env,
            String bootstrapServers,
            String group,
            DeserializationSchema<T> format,
            SerializableTimestampAssigner<T> time) {
        KafkaSource<T> source =
                KafkaSource.<T>builder()
                        .setBootstrapServers(bootstrapServers)
                        .setGroupId(group)
                        .setTopics(NAMES)
                        .setStartingOffsets(OffsetsInitializer.earliest())
                        .setBounded(OffsetsInitializer.latest())
                        .setValueOnlyDeserializer(format)
                        .build();
        WatermarkStrategy<T> watermarks =
                WatermarkStrategy.<T>forBoundedOutOfOrderness(DISORDER).withTimestampAssigner(time);
        return env.fromSource(source, watermarks, "trades");
    }
}
