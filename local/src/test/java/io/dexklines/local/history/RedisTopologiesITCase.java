package io.dexklines.local.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dexklines.connector.redis.LocalRedisCluster;
import io.dexklines.connector.redis.LocalSentinel;
import io.dexklines.kline.Interval;
import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.KlineSeries;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.history.StoreUnavailableException;
import io.dexklines.relay.history.Window;
import io.dexklines.relay.store.RedisAddress;
import io.dexklines.relay.store.RedisKlines;
import io.dexklines.text.RedisUri;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.UnifiedJedis;

/** Reads the relay's recent history from a real cluster and through real sentinels. */
@Timeout(180)
class RedisTopologiesITCase {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String PREFIX = "prod:";

    private static final long NOON = 1_767_960_000L;

    private static final int PAIRS = 30;

    private static final Cancellation NEVER = Cancellation.never();
    private static final Window ALL = new Window(NOON, NOON + 3600, 1000, Window.End.NEWEST);

    @TempDir Path folder;

    @Test
    void historyComesFromEveryMasterOfAClusterAndFromPromotedReplicas() throws Exception {
        try (LocalRedisCluster cluster = LocalRedisCluster.start(folder)) {
            RedisUri uri = RedisUri.parse("redis-cluster://" + cluster.addresses());
            try (UnifiedJedis jedis =
                    RedisClusterClient.create(Set.of(HostAndPort.from(uri.nodes().get(0))))) {
                writeAllPairs(jedis);
            }
            Set<Integer> shards = new TreeSet<>();
            IntStream.range(0, PAIRS)
                    .forEach(pair -> shards.add(LocalRedisCluster.shardOf(key(pair))));
            assertThat(shards).as("shards with pairs").containsExactly(0, 1, 2);
            for (int shard = 0; shard < LocalRedisCluster.SHARDS; shard++) {
                cluster.awaitReplication(shard);
            }

            // the rights that docs/deploying.md names
            cluster.createUser(
                    "relay",
                    "secret",
                    "~" + PREFIX + "kline:*",
                    "+@read",
                    "+@connection",
                    "-@dangerous",
                    "+cluster|slots",
                    "+asking");
            LongAdder malformed = new LongAdder();
            try (RedisKlines klines =
                    new RedisKlines(
                            new RedisAddress(uri, PREFIX, "relay", "secret"), 2, malformed)) {
                assertEveryPairIsRead(klines);

                cluster.master(0).kill();
                cluster.awaitPromotion(0);

                await().atMost(PATIENCE)
                        .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                        .untilAsserted(() -> assertEveryPairIsRead(klines));
            }
            assertThat(malformed.sum()).isZero();
        }
    }

    @Test
    void historyComesFromTheMasterThatSentinelsName() throws Exception {
        try (LocalSentinel servers = LocalSentinel.start(folder)) {
            try (UnifiedJedis jedis = RedisClient.create("127.0.0.1", servers.master().port())) {
                writeAllPairs(jedis);
            }
            servers.awaitReplication();
            RedisUri uri =
                    RedisUri.parse(
                            "redis-sentinel://"
                                    + servers.address()
                                    + "/"
                                    + LocalSentinel.MASTER_NAME);
            try (RedisKlines klines =
                    new RedisKlines(
                            new RedisAddress(uri, PREFIX, null, null), 2, new LongAdder())) {
                assertEveryPairIsRead(klines);

                servers.master().kill();

                await().atMost(PATIENCE)
                        .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                        .untilAsserted(() -> assertEveryPairIsRead(klines));
            }
        }
    }

    @Test
    void aClusterThatCannotBeReachedAtFirstIsReadLater() throws Exception {
        try (LocalRedisCluster cluster = LocalRedisCluster.start(folder)) {
            int port = cluster.master(1).port();
            RedisUri uri = RedisUri.parse("redis-cluster://127.0.0.1:" + port);
            try (RedisKlines klines =
                    new RedisKlines(
                            new RedisAddress(uri, PREFIX, null, null), 2, new LongAdder())) {
                cluster.master(1).kill();
                assertThatThrownBy(() -> klines.read(series(0), ALL, NEVER))
                        .isInstanceOf(StoreUnavailableException.class);
                cluster.awaitPromotion(1);
                cluster.master(1).restart();

                await().atMost(PATIENCE)
                        .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                        .untilAsserted(
                                () -> assertThat(klines.read(series(0), ALL, NEVER)).isEmpty());
            }
        }
    }

    private static void writeAllPairs(UnifiedJedis jedis) {
        for (int pair = 0; pair < PAIRS; pair++) {
            String member =
                    "0x%d,%d,1,%d,3,0.5,1,3,4,1,30.3,0.1,2,1,9".formatted(pair, NOON, pair + 1);
            jedis.zadd(key(pair), NOON, member);
        }
    }

    private static void assertEveryPairIsRead(RedisKlines klines) {
        for (int pair = 0; pair < PAIRS; pair++) {
            List<PastKline> read = klines.read(series(pair), ALL, NEVER);
            assertThat(read).hasSize(1);
            assertThat(read.get(0).openTime()).isEqualTo(NOON);
            assertThat(read.get(0).close()).isEqualTo(pair + 1);
        }
    }

    private static KlineSeries series(int pair) {
        return KlineSeries.of("1", "0x" + pair, Interval.ONE_MINUTE);
    }

    private static String key(int pair) {
        return PREFIX + "kline:1:0x" + pair + ":1m";
    }
}
