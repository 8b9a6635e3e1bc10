package io.dexklines.job.savepoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.KlineJob;
import io.dexklines.job.KlinePipeline;
import io.dexklines.job.Sinks;
import io.dexklines.job.Sources;
import io.dexklines.job.config.KlineJobSettings;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.junit.jupiter.api.Test;

/**
 * The graph of production, without a cluster. A savepoint finds its state by the uids: who changes
 * the list of them leaves the state of running jobs behind.
 */
class OperatorUidsTest {

    private static final String LIST = "/io/dexklines/job/operator-uids.txt";

    @Test
    void theUidsAreThoseOfTheList() throws Exception {
        List<String> uids =
                graph().getStreamNodes().stream()
                        .map(node -> node.getTransformationUID() + "  " + node.getOperatorName())
                        .sorted()
                        .toList();

        assertThat(uids).isEqualTo(list());
    }

    @Test
    void noUidIsGeneratedNoTypeIsGenericAndTheKeyGroupsAreFixed() throws Exception {
        StreamExecutionEnvironment env = environment();

        assertThat(env.getConfiguration().get(PipelineOptions.AUTO_GENERATE_UIDS)).isFalse();
        assertThat(env.getConfiguration().get(PipelineOptions.GENERIC_TYPES)).isFalse();
        assertThat(env.getMaxParallelism()).isEqualTo(1024);
        // creates the serializers, and refuses an operator without a uid
        assertThat(env.getStreamGraph().getJobGraph().getNumberOfVertices()).isPositive();
    }

    private static StreamGraph graph() {
        return environment().getStreamGraph();
    }

    private static StreamExecutionEnvironment environment() {
        KlineJobSettings settings =
                KlineJobSettings.load(
                        "--kafka.bootstrap-servers=broker:9092",
                        "--mysql.url=jdbc:mysql://database/klines",
                        "--mysql.username=writer",
                        "--mysql.password=env:MYSQL_PASSWORD",
                        "--redis.uri=redis://cache:6379",
                        "--relay.urls=ws://relay:8080/publish",
                        "--relay.token=env:RELAY_TOKEN");
        StreamExecutionEnvironment env = KlineJob.environment();
        KlinePipeline.define(
                env,
                KlineJob.pipeline(settings),
                Sources.kafka(settings, Clock.systemUTC()),
                Sinks.production(settings, Clock.systemUTC()));
        return env;
    }

    private static List<String> list() throws Exception {
        try (var file = OperatorUidsTest.class.getResourceAsStream(LIST)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
