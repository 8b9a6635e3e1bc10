package io.dexklines.connector.redis.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisConnectionSettingsTest {

    @ParameterizedTest
    @CsvSource({
        "redis://localhost, redis://localhost:6379",
        "redis://localhost:7000, redis://localhost:7000",
        "redis://localhost:7000/, redis://localhost:7000",
        "redis://localhost:7000/3, redis://localhost:7000 database 3",
        "rediss://redis.internal, rediss://redis.internal:6379"
    })
    void aUriIsParsed(String uri, String expected) {
        assertThat(RedisConnectionSettings.uri(uri).build()).hasToString(expected);
    }

    @Test
    void theUserOfAUriNeedsAPassword() {
        RedisConnectionSettings.Builder builder =
                RedisConnectionSettings.uri("redis://klines@localhost");

        assertThatThrownBy(builder::build).hasMessageContaining("'klines' needs a password");
        assertThat(builder.password(() -> "x").build())
                .hasToString("redis://localhost:6379 user klines");
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://user:canary@localhost", "redis://:canary@localhost:6379/0"})
    void aPasswordInAUriIsRefusedAndNotShown(String uri) {
        assertThatThrownBy(() -> RedisConnectionSettings.uri(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("contains a password")
                .hasMessageNotContaining("canary");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:6379", "http://localhost", "redis:", "redis://a b:canary@h"})
    void anInvalidUriIsRefusedAndNotShown(String uri) {
        assertThatThrownBy(() -> RedisConnectionSettings.uri(uri).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a URI of Redis")
                .hasMessageNotContaining("canary");
    }

    @Test
    void settingsThatContradictEachOtherAreRefused() {
        assertThatThrownBy(() -> RedisConnectionSettings.cluster("a:1").database(1).build())
                .hasMessage("a Redis Cluster has only database 0, not 1");
        assertThatThrownBy(() -> RedisConnectionSettings.cluster().build())
                .hasMessage("no node of Redis is given");
        assertThatThrownBy(() -> RedisConnectionSettings.cluster("a").build())
                .hasMessage("not a host:port: 'a'");
        assertThatThrownBy(() -> RedisConnectionSettings.standalone("a", 70000).build())
                .hasMessage("not a host:port: 'a:70000'");
        assertThatThrownBy(
                        () ->
                                RedisConnectionSettings.standalone("a", 1)
                                        .sentinelPassword(() -> "x")
                                        .build())
                .hasMessageContaining("without sentinels");
        assertThatThrownBy(
                        () ->
                                RedisConnectionSettings.standalone("a", 1)
                                        .trustStore("t.p12", null)
                                        .build())
                .hasMessageContaining("without tls()");
        assertThatThrownBy(
                        () ->
                                RedisConnectionSettings.standalone("a", 1)
                                        .requestTimeout(Duration.ZERO))
                .hasMessageContaining("requestTimeout must be at least 1 ms");
    }

    @Test
    void theTextNamesTheTopology() {
        assertThat(RedisConnectionSettings.sentinel("primary", "a:1", "b:2").build())
                .hasToString("redis://a:1,b:2 (sentinels of primary)");
        assertThat(RedisConnectionSettings.cluster("a:1", "b:2").tls().build())
                .hasToString("rediss://a:1,b:2 (cluster)");
    }

    @Test
    void secretsAreReadWhenTheyAreResolved(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("password");
        RedisConnectionSettings settings =
                RedisConnectionSettings.standalone("a", 1)
                        .password(RedisSecret.fromFile(file.toString()))
                        .build();

        assertThatThrownBy(settings::resolveSecrets)
                .isInstanceOf(IOException.class)
                .hasMessage("cannot read a secret for Redis from the file " + file);

        Files.writeString(file, "canary\n");

        assertThat(settings.resolveSecrets().password()).isEqualTo("canary");
        assertThat(settings.resolveSecrets().toString()).doesNotContain("canary");
    }

    @Test
    void aMissingEnvironmentVariableIsNamed() {
        assertThatThrownBy(() -> RedisSecret.fromEnvironment("NO_SUCH_VARIABLE_HERE").resolve())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("NO_SUCH_VARIABLE_HERE");
    }
}
