package io.dexklines.job.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.job.config.RelaySettings;
import io.dexklines.job.sink.mysql.MySqlSink;
import io.dexklines.job.sink.mysql.MySqlTarget;
import io.dexklines.job.sink.relay.RelaySink;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.operator.smartmoney.SmartMoney;
import io.dexklines.secret.SecretReference;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.SmartMoneyEvent;
import io.dexklines.trade.PairTape;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.connector.datagen.functions.FromElementsGeneratorFunction;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;

/** The sinks in a graph without generic types and generated uids. */
class SinkTypesTest {

    @Test
    void sinksSetTheirUidsAndNeedNoGenericTypes() throws Exception {
        Configuration strict = new Configuration();
        strict.set(PipelineOptions.GENERIC_TYPES, false);
        strict.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(strict);
        DataStream<KlineUpdates> updates =
                sampled(
                        env,
                        "klines",
                        TypeInformation.of(KlineUpdates.class),
                        SampleKlines.updates(SampleKlines.PEPE, SampleKlines.open(0, 1)));

        DataStream<PairTape> tape =
                sampled(
                        env,
                        "tape",
                        CodecTypeInfo.PAIR_TAPE,
                        new PairTape(SampleKlines.PEPE, 0, List.of()));

        MySqlSink.attachKlines(
                        updates,
                        MySqlTarget.of("job", "jdbc:mysql://h/klines", "writer", () -> "p"))
                .sinkTo(new DiscardingSink<>())
                .uid("refused");

        SmartMoney found =
                new SmartMoney(
                        sampled(
                                env,
                                "found",
                                CodecTypeInfo.SMART_MONEY_TRADE,
                                SampleSmartMoney.buy(0)),
                        sampled(
                                env,
                                "told",
                                CodecTypeInfo.NOTIFICATION,
                                SampleSmartMoney.notification("alice")),
                        sampled(
                                env,
                                "bought",
                                CodecTypeInfo.CLUSTER_ALERT,
                                SampleSmartMoney.cluster()),
                        sampled(
                                env,
                                "ordered",
                                CodecTypeInfo.SMART_MONEY_EVENT,
                                SmartMoneyEvent.of(SampleSmartMoney.buy(0)).at(1)),
                        sampled(
                                env,
                                "refused",
                                CodecTypeInfo.LIST_CHANGE,
                                ListChange.refused("{}")));
        MySqlSink.attachTrades(
                        found.trades(),
                        MySqlTarget.of("job", "jdbc:mysql://h/klines", "writer", () -> "p"))
                .sinkTo(new DiscardingSink<>())
                .uid("smart-money-refused");
        new RelaySink(
                        new RelaySettings(
                                List.of("ws://h:1/publish"),
                                new SecretReference("env:TOKEN"),
                                null,
                                32 << 20,
                                20),
                        Clock.systemUTC())
                .attach(new Results(updates, Optional.of(tape), null, Optional.of(found)));

        StreamGraph graph = env.getStreamGraph();
        assertThat(
                        graph.getStreamNodes().stream()
                                .map(StreamNode::getTransformationUID)
                                .collect(Collectors.toSet()))
                .contains("mysql", "relay", "relay-tape", "smart-money-mysql", "smart-money-relay");
        // creates the serializers, and refuses an operator without a uid
        assertThat(graph.getJobGraph().getNumberOfVertices()).isPositive();
    }

    private static <T> DataStream<T> sampled(
            StreamExecutionEnvironment env, String uid, TypeInformation<T> type, T sample) {
        return env.fromSource(
                        new DataGeneratorSource<>(
                                new FromElementsGeneratorFunction<>(type, sample), 1, type),
                        WatermarkStrategy.noWatermarks(),
                        uid)
                .uid(uid);
    }
}
