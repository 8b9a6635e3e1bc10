package io.dexklines.connector.redis.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

class TableConnectionTest {

    @Test
    void aUriIsOneServer() {
        assertThat(settings(Map.of("uri", "rediss://klines@r:1234/2", "password", "env:SECRET")))
                .hasToString("rediss://r:1234 database 2 user klines");
    }

    @Test
    void theTopologySaysWhatTheNodesAre() {
        assertThat(settings(Map.of("nodes", "r:1234", "database", "2")))
                .hasToString("redis://r:1234 database 2");
        assertThat(settings(Map.of("nodes", "a:1;b:2", "topology", "cluster")))
                .hasToString("redis://a:1,b:2 (cluster)");
        assertThat(
                        settings(
                                Map.of(
                                        "nodes",
                                        "a:1;b:2",
                                        "topology",
                                        "SENTINEL",
                                        "sentinel.master",
                                        "primary",
                                        "tls.enabled",
                                        "true")))
                .hasToString("rediss://a:1,b:2 (sentinels of primary)");
    }

    @Test
    void timeoutsAreReadFromTheOptions() {
        RedisConnectionSettings settings =
                settings(
                        Map.of(
                                "uri",
                                "redis://r",
                                "connect-timeout",
                                "3 s",
                                "request-timeout",
                                "250 ms"));

        assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings.requestTimeout()).isEqualTo(Duration.ofMillis(250));
    }

    @Test
    void aPasswordMustBeAReferenceAndALiteralIsNotShown() {
        for (String option : new String[] {"password", "tls.key-store-password"}) {
            assertThatThrownBy(
                            () ->
                                    settings(
                                            Map.of(
                                                    "uri",
                                                    "rediss://r",
                                                    "tls.key-store",
                                                    "/store",
                                                    option,
                                                    "canary")))
                    .hasMessageContaining("'" + option + "'")
                    .hasMessageContaining("env:NAME or file:/path")
                    .hasMessageNotContaining("canary");
        }
        assertThatThrownBy(() -> settings(Map.of("uri", "redis://u:canary@r")))
                .hasMessageContaining("contains a password")
                .hasMessageNotContaining("canary");
    }

    @Test
    void contradictoryOptionsAreRefused() {
        assertRefused(Map.of(), "either 'uri' or 'nodes'");
        assertRefused(Map.of("uri", "redis://r", "nodes", "r:1"), "either 'uri' or 'nodes'");
        assertRefused(Map.of("uri", "redis://r", "topology", "CLUSTER"), "'uri' is one server");
        assertRefused(Map.of("uri", "redis://r", "database", "1"), "'uri' is one server");
        assertRefused(Map.of("nodes", "a:1;b:2"), "'topology' = 'STANDALONE' allows one");
        assertRefused(Map.of("nodes", "a:1,b:2", "topology", "CLUSTER"), "separated by ';'");
        assertRefused(Map.of("nodes", "a"), "not a host:port: 'a'");
        assertRefused(Map.of("nodes", "a:1", "topology", "SENTINEL"), "'sentinel.master'");
        assertRefused(Map.of("nodes", "a:1", "sentinel.master", "m"), "'sentinel.master'");
        assertRefused(Map.of("uri", "redis://r", "tls.trust-store", "/s"), "without tls()");
    }

    private static RedisConnectionSettings settings(Map<String, String> options) {
        return new TableConnection(Configuration.fromMap(options)).settings();
    }

    private static void assertRefused(Map<String, String> options, String why) {
        assertThatThrownBy(() -> settings(options)).hasMessageContaining(why);
    }
}
