package io.dexklines.job.sink.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.connector.redis.LocalRedisCluster;
import io.dexklines.connector.redis.MarkedRedis;
import io.dexklines.connector.redis.RedisCommand;
import io.dexklines.connector.redis.RedisCommands;
import io.dexklines.connector.redis.RedisScript;
import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.job.compatibility.RedisCompatibility;
import io.dexklines.job.config.RedisSettings;
import io.dexklines.job.sink.SampleKlines;
import io.dexklines.trade.Pair;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClusterClient;

/** Writes klines to a real cluster by the job's settings and script, through a failover. */
@Timeout(180)
class KlinesInRedisClusterITCase {
    private static final String PREFIX = "prod:";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int PAIRS = 100;

    private static final int FAILING = 1;

    private static final RedisScript SCRIPT = RedisScript.of(KlineRedisScript.text());

    @TempDir Path folder;

    @Test
    void everyPairIsOnItsMasterUnderThePrefixAndSurvivesAFailover() throws Exception {
        try (LocalRedisCluster cluster = LocalRedisCluster.start(folder)) {
            RedisConnectionSettings settings =
                    new RedisSettings(
                                    "redis-cluster://" + cluster.addresses(),
                                    PREFIX,
                                    null,
                                    null,
                                    1,
                                    1 << 20,
                                    "refused",
                                    RedisCompatibility.OFF)
                            .connection();
            try (RedisCommands rebuild = RedisCommands.to(settings)) {
                rebuild.send(commands(5));
            }
            assertKlines(cluster, 5);

            try (MarkedRedis job = MarkedRedis.open(settings, PREFIX + "kline:present-0", -1)) {
                assertThat(job.write(commands(6)).failures()).containsOnlyNulls();
                cluster.awaitReplication(FAILING);
                cluster.master(FAILING).kill();
                cluster.awaitPromotion(FAILING);

                await().atMost(PATIENCE)
                        .until(
                                () -> {
                                    MarkedRedis.Written written = job.write(commands(7));
                                    assertThat(written.lost()).isEmpty();
                                    return written.failures().stream().allMatch(Objects::isNull);
                                });
            }
            assertKlines(cluster, 7);
        }
    }

    private static void assertKlines(LocalRedisCluster cluster, long trades) {
        Set<Integer> shards = new TreeSet<>();
        try (RedisClusterClient redis =
                RedisClusterClient.create(new HostAndPort("127.0.0.1", cluster.master(0).port()))) {
            for (int i = 0; i < PAIRS; i++) {
                KlineRedisScript.Call call = call(i, trades);
                String key = PREFIX + "kline:56:0x" + i + ":1m";
                assertThat(call.key()).isEqualTo(key.substring(PREFIX.length()));
                assertThat(redis.zrange(key, 0, -1)).containsExactly(call.arguments().get(1));
                shards.add(LocalRedisCluster.shardOf(key));
            }
        }
        assertThat(shards).as("shards with pairs").containsExactly(0, 1, 2);
    }

    private static List<RedisCommand> commands(long trades) {
        return IntStream.range(0, PAIRS)
                .mapToObj(i -> call(i, trades).command(SCRIPT, PREFIX))
                .toList();
    }

    private static KlineRedisScript.Call call(int pair, long trades) {
        return KlineRedisScript.call(new Pair("56", "0x" + pair), SampleKlines.open(0, trades));
    }
}
