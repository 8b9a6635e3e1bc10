package io.dexklines.connector.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.util.JedisClusterCRC16;

/** Tests a writer against a real cluster of two masters, each with half of the slots. */
@Timeout(120)
class RedisSinkClusterITCase {
    private static final int SLOTS = 16_384;

    private static final RedisScript SET_BOTH =
            RedisScript.of(
                    "redis.call('SET', KEYS[1], ARGV[1]) return redis.call('SET', KEYS[2], ARGV[1])");

    @TempDir static Path folder;

    private static LocalRedis lower;
    private static LocalRedis upper;

    @BeforeAll
    static void startCluster() throws IOException {
        lower = startNode("lower");
        upper = startNode("upper");
        try (Jedis a = lower.client();
                Jedis b = upper.client()) {
            a.clusterAddSlots(IntStream.range(0, SLOTS / 2).toArray());
            b.clusterAddSlots(IntStream.range(SLOTS / 2, SLOTS).toArray());
            a.clusterMeet(LocalRedis.HOST, upper.port());
            await().atMost(Duration.ofSeconds(30)).until(() -> knowsBoth(a) && knowsBoth(b));
        }
    }

    private static LocalRedis startNode(String name) throws IOException {
        return LocalRedis.start(
                Files.createDirectory(folder.resolve(name)),
                "cluster-enabled yes",
                "cluster-node-timeout 2000");
    }

    private static boolean knowsBoth(Jedis node) {
        String info = node.clusterInfo();
        return info.contains("cluster_state:ok") && info.contains("cluster_size:2");
    }

    @AfterAll
    static void stopCluster() throws IOException {
        lower.close();
        upper.close();
    }

    @BeforeEach
    void emptyCluster() {
        try (Jedis a = lower.client();
                Jedis b = upper.client()) {
            a.flushAll();
            b.flushAll();
        }
    }

    @Test
    void everyCommandGoesToTheNodeOfItsSlot() throws Exception {
        try (WriterHarness<Integer> writer = new WriterHarness<>(numbers().build());
                Jedis a = lower.client();
                Jedis b = upper.client()) {
            for (int number = 0; number < 2_000; number++) {
                writer.write(number);
            }
            writer.flush();

            assertThat(a.dbSize()).isBetween(800L, 1_200L);
            assertThat(a.dbSize() + b.dbSize()).isEqualTo(2_000);
            assertThat(writer.counter(RedisSinkMetric.COMMANDS_SENT)).isEqualTo(2_000);
            assertThat(writer.counter(RedisSinkMetric.COMMANDS_RETRIED)).isZero();
        }
    }

    @Test
    void aScriptRunsOnTheNodeOfItsKeysAndIsSentToEachNodeThatDoesNotKnowIt() throws Exception {
        RedisSinkBuilder<Integer> builder =
                numbers()
                        .converter(
                                (number, context) ->
                                        List.of(
                                                RedisCommand.call(SET_BOTH)
                                                        .key("{" + number + "}a")
                                                        .key("{" + number + "}b")
                                                        .arg("v")
                                                        .build()));
        try (WriterHarness<Integer> writer = new WriterHarness<>(builder.build());
                Jedis a = lower.client();
                Jedis b = upper.client()) {
            for (int number = 0; number < 100; number++) {
                writer.write(number);
            }
            writer.flush();

            assertThat(a.dbSize() + b.dbSize()).isEqualTo(200);
            assertThat(a.scriptExists(SET_BOTH.digest())).isTrue();
            assertThat(b.scriptExists(SET_BOTH.digest())).isTrue();
        }
    }

    @Test
    void keysInSeveralSlotsAreRefused() throws Exception {
        RedisSinkBuilder<Integer> builder =
                numbers()
                        .converter(
                                (number, context) ->
                                        List.of(
                                                RedisCommand.call(SET_BOTH)
                                                        .key("a")
                                                        .key("b")
                                                        .arg("v")
                                                        .build()));
        try (WriterHarness<Integer> writer = new WriterHarness<>(builder.build())) {
            writer.write(1);

            assertThatThrownBy(writer::flush)
                    .cause()
                    .isInstanceOf(RedisSinkException.class)
                    .hasMessageContaining("CROSSSLOT");
        }
    }

    @Test
    void aMovingSlotAndAMovedSlotAreFollowedWithoutARetry() throws Exception {
        int slot = JedisClusterCRC16.getSlot("n:1");
        boolean fromLower = slot < SLOTS / 2;
        LocalRedis from = fromLower ? lower : upper;
        LocalRedis to = fromLower ? upper : lower;
        try (WriterHarness<Integer> writer = new WriterHarness<>(numbers().build());
                Jedis source = from.client();
                Jedis target = to.client()) {
            String sourceId = source.clusterMyId();
            String targetId = target.clusterMyId();
            target.clusterSetSlotImporting(slot, sourceId);
            source.clusterSetSlotMigrating(slot, targetId);
            writer.write(1);
            writer.flush();
            assertThat(target.clusterCountKeysInSlot(slot)).as("asked").isEqualTo(1);
            assertThat(source.clusterCountKeysInSlot(slot)).isZero();

            source.clusterSetSlotNode(slot, targetId);
            target.clusterSetSlotNode(slot, targetId);
            target.flushAll();
            writer.write(1);
            writer.flush();
            assertThat(target.clusterCountKeysInSlot(slot)).as("moved").isEqualTo(1);
            assertThat(writer.counter(RedisSinkMetric.COMMANDS_RETRIED)).isZero();

            target.flushAll();
            source.clusterSetSlotNode(slot, sourceId);
            target.clusterSetSlotNode(slot, sourceId);
        }
    }

    @Test
    void aRestartOfANodeLosesNothing() throws Exception {
        try (WriterHarness<Integer> writer = new WriterHarness<>(numbers().build());
                Jedis a = lower.client()) {
            writer.write(0);
            writer.flush();
            upper.kill();
            upper.restart();
            for (int number = 0; number < 2_000; number++) {
                writer.write(number);
            }
            writer.flush();

            try (Jedis b = upper.client()) {
                assertThat(a.dbSize() + b.dbSize()).isEqualTo(2_000);
            }
            assertThat(writer.counter(RedisSinkMetric.ELEMENTS_DROPPED)).isZero();
        }
    }

    private static RedisSinkBuilder<Integer> numbers() {
        return RedisSink.<Integer>builder()
                .connection(
                        RedisConnectionSettings.cluster(LocalRedis.HOST + ":" + lower.port())
                                .build())
                .converter(
                        (number, context) ->
                                List.of(
                                        RedisCommand.of("SET")
                                                .key("n:" + number)
                                                .arg(number)
                                                .build()));
    }
}
