package io.dexklines.job.secret;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.KlineJob;
import io.dexklines.job.KlinePipeline;
import io.dexklines.job.Sinks;
import io.dexklines.job.Sources;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.sink.JobSink;
import io.dexklines.job.sink.mysql.MySqlSink;
import io.dexklines.job.sink.mysql.MySqlTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client sends to the cluster holds references to secrets, and no secret. */
class JobGraphSecretsTest {

    private static final Map<String, String> CANARIES =
            Map.of(
                    "kafka.password", "canary-of-kafka-5b1c",
                    "mysql.password", "canary-of-mysql-d04e",
                    "redis.password", "canary-of-redis-77a9",
                    "relay.token", "canary-of-relay-13f6");

    @TempDir private Path folder;

    @Test
    void theGraphOfProductionTravelsWithoutSecrets() throws Exception {
        KlineJobSettings settings = settings();
        StreamExecutionEnvironment env = KlineJob.environment();
        KlinePipeline.define(
                env,
                KlineJob.pipeline(settings),
                Sources.kafka(settings, Clock.systemUTC()),
                Sinks.production(settings, Clock.systemUTC()));

        byte[] jobGraph = jobGraph(env);
        byte[] streamGraph = streamGraph(env);

        for (Map.Entry<String, String> canary : CANARIES.entrySet()) {
            SecretSearch secret = new SecretSearch(canary.getValue());
            assertThat(secret.finds(jobGraph)).as(canary.getKey()).isFalse();
            assertThat(secret.finds(streamGraph)).as(canary.getKey()).isFalse();
            SecretSearch reference = new SecretSearch("file:" + file(canary.getKey()));
            assertThat(reference.finds(jobGraph)).as(canary.getKey()).isTrue();
            assertThat(reference.finds(streamGraph)).as(canary.getKey()).isTrue();
        }
    }

    @Test
    void aSecretInTheGraphIsFound() throws Exception {
        String password = CANARIES.get("mysql.password");
        KlineJobSettings settings = settings();
        StreamExecutionEnvironment env = KlineJob.environment();
        KlinePipeline.define(
                env,
                KlineJob.pipeline(settings),
                Sources.kafka(settings, Clock.systemUTC()),
                new Sinks(
                        results ->
                                MySqlSink.attachKlines(
                                                results.klines(),
                                                MySqlTarget.of(
                                                        "job",
                                                        "jdbc:mysql://h/klines",
                                                        "writer",
                                                        () -> password))
                                        .sinkTo(new DiscardingSink<>())
                                        .uid("refused"),
                        JobSink.none(),
                        JobSink.none(),
                        JobSink.none(),
                        results ->
                                results.excluded().sinkTo(new DiscardingSink<>()).uid("excluded"),
                        results ->
                                results.smartMoney()
                                        .orElseThrow()
                                        .trades()
                                        .sinkTo(new DiscardingSink<>())
                                        .uid("found")));

        SecretSearch search = new SecretSearch(password);
        assertThat(search.finds(jobGraph(env))).isTrue();
        assertThat(search.finds(streamGraph(env))).isTrue();
    }

    private KlineJobSettings settings() throws IOException {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("kafka.bootstrap-servers", "127.0.0.1:9092");
        keys.put("kafka.security-protocol", "SASL_PLAINTEXT");
        keys.put("kafka.username", "reader");
        keys.put("mysql.url", "jdbc:mysql://127.0.0.1/klines");
        keys.put("mysql.username", "writer");
        keys.put("redis.uri", "redis://127.0.0.1:6379");
        keys.put("redis.username", "writer");
        keys.put("relay.urls", "ws://127.0.0.1:8080/publish");
        for (Map.Entry<String, String> canary : CANARIES.entrySet()) {
            Files.writeString(file(canary.getKey()), canary.getValue());
            keys.put(canary.getKey(), "file:" + file(canary.getKey()));
        }
        return KlineJobSettings.of(keys);
    }

    private Path file(String key) {
        return folder.resolve(key);
    }

    private static byte[] jobGraph(StreamExecutionEnvironment env) throws IOException {
        return InstantiationUtil.serializeObject(env.getStreamGraph(false).getJobGraph());
    }

    private static byte[] streamGraph(StreamExecutionEnvironment env) throws IOException {
        StreamGraph graph = env.getStreamGraph(false);
        graph.serializeUserDefinedInstances();
        return InstantiationUtil.serializeObject(graph);
    }
}
