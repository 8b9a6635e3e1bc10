package io.dexklines.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.connector.redis.LocalRedisCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClusterClient;

/** Reads a real cluster as the verification does. */
@Timeout(120)
class RedisOutputsITCase {

    private static final long NOON = 1_767_960_000L;

    private static final int PAIRS = 30;

    @TempDir Path folder;

    @Test
    void theKlinesOfAllMastersAreComparedAndKeysOfAnotherPrefixAreNot() throws Exception {
        try (LocalRedisCluster redis = LocalRedisCluster.start(folder.resolve("redis"))) {
            Set<String> pairs = new TreeSet<>();
            Set<Integer> shards = new TreeSet<>();
            try (RedisClusterClient jedis =
                    RedisClusterClient.create(
                            new HostAndPort("127.0.0.1", redis.master(0).port()))) {
                for (int i = 0; i < PAIRS; i++) {
                    String key = "prod:kline:1:0x" + i + ":1m";
                    jedis.zadd(
                            key,
                            NOON,
                            "0x%d,%d,1,%d,3,0.5,1,3,4,1,30.3,0.1,2,1,9".formatted(i, NOON, i + 1));
                    pairs.add("1:0x" + i);
                    shards.add(LocalRedisCluster.shardOf(key));
                }
                jedis.zadd("kline:1:0xother:1m", NOON, "of another job");
                jedis.set("prod:kline:present-0", "1:1");
            }
            assertThat(shards).as("shards with pairs").containsExactly(0, 1, 2);
            Path properties =
                    Files.writeString(
                            folder.resolve("klines.properties"),
                            """
                            kafka.bootstrap-servers=a:1
                            redis.uri=redis-cluster://%s
                            redis.key-prefix=prod:
                            """
                                    .formatted(redis.addresses()));
            Cluster cluster =
                    Cluster.of(properties, "http://flink:8081", List.of(), Optional.empty());

            try (ClusterOutputs outputs =
                    ClusterOutputs.of(
                            cluster,
                            Scope.ALL,
                            new FlinkRest(
                                    cluster.flinkRest(),
                                    cluster.flinkIdentity(),
                                    cluster.jobId()))) {
                assertThat(outputs.pairs()).isEqualTo(pairs);
                for (int i = 0; i < PAIRS; i++) {
                    double close = i + 1;
                    assertThat(outputs.redis("1:0x" + i))
                            .singleElement()
                            .satisfies(
                                    row -> {
                                        assertThat(row.key().open()).isEqualTo(NOON);
                                        assertThat(row.number(Column.CLOSE)).isEqualTo(close);
                                    });
                }
            }
        }
    }
}
