package io.dexklines.job.source.trades;

import static io.dexklines.job.source.trades.ValidTrade.BLOCK_TIME;
import static io.dexklines.job.source.trades.ValidTrade.tradeAt;
import static io.dexklines.job.source.trades.ValidTrade.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.job.config.IngestSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.Collector;
import org.apache.flink.util.InstantiationUtil;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class TradeDeserializerTest {

    private static final IngestSettings SETTINGS =
            new IngestSettings(
                    Map.of("bsc-trades", Set.of("56")),
                    0,
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    Set.of(),
                    "trades-excluded");

    private final List<DecodedRecord> decoded = new ArrayList<>();

    @Test
    void everyRecordIsDecodedToOneRecordWhateverItContains() throws Exception {
        TradeDeserializer deserializer =
                InstantiationUtil.clone(new TradeDeserializer(SETTINGS, Clock.systemUTC()));
        deserializer.open(context());

        deserialize(
                deserializer,
                40,
                utf8("[" + tradeAt(BLOCK_TIME) + ",{},7," + tradeAt(BLOCK_TIME) + "]"));
        deserialize(deserializer, 41, null);
        deserialize(deserializer, 42, utf8("[]"));
        deserialize(deserializer, 43, utf8("[{\"type\":\"buy\"}]"));

        assertThat(decoded).extracting(DecodedRecord::offset).containsExactly(40L, 41L, 42L, 43L);
        assertThat(decoded).extracting(DecodedRecord::partition).containsOnly(6);
        assertThat(decoded).extracting(DecodedRecord::topic).containsOnly("bsc-trades");
        assertThat(decoded)
                .extracting(record -> record.trades().size(), record -> record.excluded().size())
                .containsExactly(tuple(2, 2), tuple(0, 1), tuple(0, 0), tuple(0, 1));
    }

    private void deserialize(TradeDeserializer deserializer, long offset, byte[] value) {
        deserializer.deserialize(
                new ConsumerRecord<>("bsc-trades", 6, offset, null, value),
                new Collector<>() {
                    @Override
                    public void collect(DecodedRecord record) {
                        decoded.add(record);
                    }

                    @Override
                    public void close() {}
                });
    }

    private DeserializationSchema.InitializationContext context() {
        return new DeserializationSchema.InitializationContext() {
            @Override
            public MetricGroup getMetricGroup() {
                return new UnregisteredMetricsGroup();
            }

            @Override
            public UserCodeClassLoader getUserCodeClassLoader() {
                return SimpleUserCodeClassLoader.create(getClass().getClassLoader());
            }
        };
    }
}
