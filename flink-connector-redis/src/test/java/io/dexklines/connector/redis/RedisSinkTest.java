package io.dexklines.connector.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.connector.redis.connection.RedisSecret;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.util.FlinkRuntimeException;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisSinkTest {

    @Test
    void theJobGraphContainsNoSecrets(@TempDir Path folder) throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "canary-in-a-coal-mine");
        RedisSink<String> sink =
                complete()
                        .connection(
                                RedisConnectionSettings.standalone("localhost", 6379)
                                        .username("klines")
                                        .password(RedisSecret.fromFile(secret.toString()))
                                        .tls()
                                        .trustStore(
                                                "trust.p12",
                                                RedisSecret.fromEnvironment("TRUST_PASSWORD"))
                                        .build())
                        .build();

        byte[] bytes = InstantiationUtil.serializeObject(sink);

        assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                .contains(secret.toString())
                .doesNotContain("canary-in-a-coal-mine");
        Object copy = InstantiationUtil.deserializeObject(bytes, getClass().getClassLoader());
        assertThat(copy).isInstanceOf(RedisSink.class);
    }

    @Test
    void theConnectionAndTheConverterAreRequired() {
        assertThatThrownBy(() -> RedisSink.<String>builder().build())
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("connection is not set");
        assertThatThrownBy(
                        () ->
                                RedisSink.<String>builder()
                                        .connection(
                                                RedisConnectionSettings.standalone("a", 1).build())
                                        .build())
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("converter is not set");
    }

    @Test
    void settingsThatContradictEachOtherAreRefused() {
        assertRefused(complete().maxBatchSize(0), "maxBatchSize must be positive, is 0");
        assertRefused(complete().maxInFlightRequests(0), "maxInFlightRequests must be positive");
        assertRefused(
                complete().maxBatchSize(10).maxBufferedRequests(10), "more than maxBatchSize");
        assertRefused(
                complete().maxBatchSizeInBytes(10).maxRecordSizeInBytes(11),
                "at least maxRecordSizeInBytes");
        assertRefused(complete().maxTimeInBuffer(Duration.ofNanos(5)), "maxTimeInBuffer");
        assertRefused(complete().retryBudget(Duration.ZERO), "retryBudget must be at least 1 ms");
        assertRefused(
                complete()
                        .retryInitialDelay(Duration.ofSeconds(2))
                        .retryMaxDelay(Duration.ofSeconds(1)),
                "retryMaxDelay must be at least retryInitialDelay: PT1S and PT2S");
    }

    @Test
    void anElementThatIsTooLargeFailsTheJobUnderThatPolicy() {
        RequestConverter<String> failing =
                new RequestConverter<>(RedisSinkTest::set, FailedCommandPolicy.FAIL, 40);

        assertThat(failing.apply("small", null).commands()).hasSize(1);
        assertThatThrownBy(() -> failing.apply("x".repeat(40), null))
                .isInstanceOf(FlinkRuntimeException.class)
                .hasMessageContaining("the element of SET on key 'key' takes 66 bytes")
                .hasMessageContaining("maxRecordSizeInBytes = 40");
    }

    @Test
    void theReadmeShowsEveryOptionAndEveryMetric() throws IOException {
        String readme = Files.readString(Path.of("README.md"));

        for (Class<?> builder :
                List.of(RedisSinkBuilder.class, RedisConnectionSettings.Builder.class)) {
            for (Method option : builder.getDeclaredMethods()) {
                if (Modifier.isPublic(option.getModifiers()) && !option.isSynthetic()) {
                    assertThat(readme).contains("." + option.getName() + "(");
                }
            }
        }
        for (RedisSinkMetric metric : RedisSinkMetric.values()) {
            assertThat(readme).contains("`" + metric.metricName() + "`");
        }
    }

    private static RedisSinkBuilder<String> complete() {
        return RedisSink.<String>builder()
                .connection(RedisConnectionSettings.standalone("localhost", 6379).build())
                .converter(RedisSinkTest::set);
    }

    private static List<RedisCommand> set(String value, SinkWriter.Context context) {
        return List.of(RedisCommand.of("SET").key("key").arg(value).build());
    }

    private static void assertRefused(RedisSinkBuilder<String> builder, String message) {
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
