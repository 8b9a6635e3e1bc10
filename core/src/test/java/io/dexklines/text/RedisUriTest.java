package io.dexklines.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisUriTest {

    @Test
    void aSingleServer() {
        assertThat(RedisUri.parse("redis://cache"))
                .isEqualTo(server(List.of("cache:6379"), false, 0));
        assertThat(RedisUri.parse("redis://cache/"))
                .isEqualTo(server(List.of("cache:6379"), false, 0));
        assertThat(RedisUri.parse("rediss://10.0.0.1:6380/2"))
                .isEqualTo(server(List.of("10.0.0.1:6380"), true, 2));
        assertThat(RedisUri.parse("redis://[::1]:7000"))
                .isEqualTo(server(List.of("[::1]:7000"), false, 0));
    }

    @Test
    void theMasterThatSentinelsName() {
        assertThat(RedisUri.parse("redis-sentinel://a,b:7000/klines"))
                .isEqualTo(
                        new RedisUri(
                                RedisUri.Topology.SENTINEL,
                                List.of("a:26379", "b:7000"),
                                "klines",
                                false,
                                0));
        assertThat(RedisUri.parse("rediss-sentinel://a/klines").tls()).isTrue();
    }

    @Test
    void aCluster() {
        assertThat(RedisUri.parse("redis-cluster://a,b:7000,c"))
                .isEqualTo(
                        new RedisUri(
                                RedisUri.Topology.CLUSTER,
                                List.of("a:6379", "b:7000", "c:6379"),
                                null,
                                false,
                                0));
        assertThat(RedisUri.parse("rediss-cluster://a").tls()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cache:6379|is not of the form redis://host:port, redis-sentinel://host:port,",
                "http://cache|is not of the form redis://host:port",
                "redis-ring://cache|is not of the form redis://host:port",
                "redis://cache/0/1|is not of the form redis://host:port",
                "redis://cache?db=1|is not of the form redis://host:port",
                "redis://|has no host:port in ''",
                "redis://cache:port|has no host:port in 'cache:port'",
                "redis://my cache|has no host:port in 'my cache'",
                "redis://cache:0|has an illegal port in 'cache:0'",
                "redis://cache:65536|has an illegal port in 'cache:65536'",
                "redis://cache/one|has a path that is not the number of a database",
                "redis://a,b|names several servers; redis-cluster:// and redis-sentinel://",
                "redis-cluster://a,|has no host:port in ''",
                "redis-cluster://a, b|has no host:port in ' b'",
                "redis-cluster://a,a:6379|names a:6379 twice",
                "redis-cluster://a/1|has a path; a cluster has only one database",
                "redis-sentinel://a|does not end with the name of the master",
                "redis-sentinel://a/|does not end with the name of the master",
            })
    void anAddressThatCannotBeSaysWhy(String uri, String complaint) {
        assertThatThrownBy(() -> RedisUri.parse(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'" + uri + "' " + complaint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://me:hunter2@cache",
                "redis-sentinel://:hunter2@a,b/klines",
                "redis-cluster://a,me:hunter2@b"
            })
    void credentialsAreRefusedAndNotRepeated(String uri) {
        assertThatThrownBy(() -> RedisUri.parse(uri))
                .hasMessageStartingWith("holds credentials")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void aPrefixOfKeysPutsNoHashTagIntoThem() {
        assertThat(RedisUri.checkKeyPrefix("")).isEmpty();
        assertThat(RedisUri.checkKeyPrefix("prod:")).isEqualTo("prod:");
        for (String prefix : List.of("{prod}:", "prod }", "a b", "a\n")) {
            assertThatThrownBy(() -> RedisUri.checkKeyPrefix(prefix))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("which no prefix of keys may have");
        }
    }

    private static RedisUri server(List<String> nodes, boolean tls, int database) {
        return new RedisUri(RedisUri.Topology.STANDALONE, nodes, null, tls, database);
    }
}
