package io.dexklines.job.sink.check;

import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.updates;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.job.config.CheckSettings;
import io.dexklines.job.sink.Results;
import io.dexklines.job.sink.redis.RedisKlineReader;
import io.dexklines.kline.KlineUpdates;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.connector.datagen.functions.FromElementsGeneratorFunction;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class KlineCheckSinkTest {

    @Test
    void theCheckIsChainedToTheKlinesSoThatNoUpdateIsSerializedForIt() throws Exception {
        Configuration strict = new Configuration();
        strict.set(PipelineOptions.GENERIC_TYPES, false);
        strict.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(strict);
        env.setParallelism(2);
        DataStream<KlineUpdates> klines =
                env.fromSource(
                                new DataGeneratorSource<>(
                                        new FromElementsGeneratorFunction<>(
                                                CodecTypeInfo.KLINE_UPDATES,
                                                updates(PEPE, closed(0, 1))),
                                        1,
                                        CodecTypeInfo.KLINE_UPDATES),
                                WatermarkStrategy.noWatermarks(),
                                "klines")
                        .uid("klines");

        new KlineCheckSink(
                        new CheckSettings(
                                1, Duration.ofSeconds(30), Duration.ofMinutes(2), List.of()),
                        List.of(
                                new CheckedStore(
                                        "redis",
                                        "Redis",
                                        RedisKlineReader.of(
                                                RedisConnectionSettings.uri("redis://h").build(),
                                                ""))))
                .attach(new Results(klines, Optional.empty(), null, Optional.empty()));

        JobGraph graph = env.getStreamGraph().getJobGraph();
        assertThat(graph.getVertices())
                .extracting(JobVertex::getName)
                .containsExactly("Source: klines -> Check of stored klines: Writer");
        assertThat(InstantiationUtil.serializeObject(graph)).isNotEmpty();
    }
}
