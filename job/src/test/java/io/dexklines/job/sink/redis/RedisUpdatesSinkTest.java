package io.dexklines.job.sink.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.KlineJob;
import io.dexklines.job.KlinePipeline;
import io.dexklines.job.Sinks;
import io.dexklines.job.Sources;
import io.dexklines.job.config.KlineJobSettings;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

/** The graph of production with and without a channel. */
class RedisUpdatesSinkTest {

    @Test
    void onlyAChannelAddsAnOperatorToTheGraph() {
        List<String> off = uids();
        List<String> on = uids("--redis.updates-channel=kline:updates");

        assertThat(off).noneMatch(uid -> uid.contains("updates"));
        assertThat(on).containsAll(off);
        assertThat(on.stream().filter(uid -> !off.contains(uid))).containsExactly("redis-updates");
    }

    @Test
    void theOtherOptionsChangeNoOperator() {
        assertThat(uids("--redis.retention=age", "--redis.address-case=eip55")).isEqualTo(uids());
    }

    private static List<String> uids(String... options) {
        String[] arguments =
                Stream.concat(
                                Stream.of(
                                        "--kafka.bootstrap-servers=broker:9092",
                                        "--redis.uri=redis://cache:6379"),
                                Stream.of(options))
                        .toArray(String[]::new);
        KlineJobSettings settings = KlineJobSettings.load(arguments);
        StreamExecutionEnvironment env = KlineJob.environment();
        KlinePipeline.define(
                env,
                KlineJob.pipeline(settings),
                Sources.kafka(settings, Clock.systemUTC()),
                Sinks.production(settings, Clock.systemUTC()));
        // serializes every operator
        assertThat(env.getStreamGraph(false).getJobGraph().getNumberOfVertices()).isPositive();
        return env.getStreamGraph().getStreamNodes().stream()
                .map(node -> node.getTransformationUID())
                .sorted()
                .toList();
    }
}
