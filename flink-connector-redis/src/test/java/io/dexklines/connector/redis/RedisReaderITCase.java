package io.dexklines.connector.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.connector.redis.connection.RedisReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.embedded.RedisSentinel;

/** Reads sorted sets of real servers, of each topology. */
@Timeout(120)
class RedisReaderITCase {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SLOTS = 16_384;

    @TempDir private Path folder;

    @Test
    void aStandaloneServerIsReadAgainAfterARestart() throws Exception {
        try (LocalRedis redis = LocalRedis.start(folder);
                RedisReader reader = RedisReader.of(redis.settings().build())) {
            fill(redis);
            assertReads(reader);

            redis.kill();
            assertThatThrownBy(() -> reader.membersAt("set", 2)).isInstanceOf(IOException.class);
            redis.restart();

            await().atMost(PATIENCE).until(() -> canRead(reader));
            assertReads(reader);
        }
    }

    @Test
    void theHighestScoreIsThatOfTheNewestMember() throws Exception {
        try (LocalRedis redis = LocalRedis.start(folder);
                RedisReader reader = RedisReader.of(redis.settings().build())) {
            assertThat(reader.highestScore("set")).isEmpty();
            fill(redis);
            try (Jedis client = redis.client()) {
                client.zadd("set", 1_788_220_860, "newest");
            }

            assertThat(reader.highestScore("set")).hasValue(1_788_220_860);
        }
    }

    @Test
    void aKeyOfAnotherTypeIsReportedAsSuch() throws Exception {
        try (LocalRedis redis = LocalRedis.start(folder);
                RedisReader reader = RedisReader.of(redis.settings().build());
                Jedis client = redis.client()) {
            client.set("text", "1");

            assertThatThrownBy(() -> reader.membersAt("text", 2))
                    .isInstanceOf(RedisReader.WrongTypeException.class)
                    .hasMessageStartingWith("WRONGTYPE");
        }
    }

    @Test
    void aNewClusterMasterOfTheSlotIsFollowed() throws Exception {
        try (LocalRedis first = node("first");
                LocalRedis second = node("second");
                Jedis firstClient = first.client();
                Jedis secondClient = second.client();
                RedisReader reader =
                        RedisReader.of(
                                RedisConnectionSettings.cluster(
                                                LocalRedis.HOST + ":" + first.port())
                                        .build())) {
            firstClient.clusterAddSlots(IntStream.range(0, SLOTS).toArray());
            secondClient.clusterMeet(LocalRedis.HOST, first.port());
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    secondClient.clusterInfo().contains("cluster_state:ok")
                                            && firstClient
                                                    .clusterInfo()
                                                    .contains("cluster_known_nodes:2"));
            fill(first);
            assertReads(reader);

            String newMaster = secondClient.clusterMyId();
            int slot = (int) firstClient.clusterKeySlot("set");
            firstClient.del("set");
            secondClient.clusterSetSlotNode(slot, newMaster);
            firstClient.clusterSetSlotNode(slot, newMaster);
            fill(second);

            assertReads(reader);
        }
    }

    @Test
    void thePromotedReplicaIsReadThatTheSentinelsName() throws Exception {
        int sentinelPort = LocalRedis.freePort();
        try (LocalRedis master = LocalRedis.start(Files.createDirectory(folder.resolve("master")));
                LocalRedis replica =
                        LocalRedis.start(
                                Files.createDirectory(folder.resolve("replica")),
                                "replicaof " + LocalRedis.HOST + " " + master.port())) {
            RedisSentinel sentinel =
                    RedisSentinel.builder()
                            .bind(LocalRedis.HOST)
                            .port(sentinelPort)
                            .masterPort(master.port())
                            .masterName("primary")
                            .quorumSize(1)
                            .downAfterMilliseconds(500L)
                            .failoverTimeout(3_000L)
                            .build();
            sentinel.start();
            try (RedisReader reader =
                            RedisReader.of(
                                    RedisConnectionSettings.sentinel(
                                                    "primary", LocalRedis.HOST + ":" + sentinelPort)
                                            .build());
                    Jedis replicated = replica.client()) {
                fill(master);
                await().atMost(PATIENCE)
                        .until(() -> replicated.exists("set") && knowsReplica(sentinelPort));
                assertReads(reader);

                master.kill();

                await().atMost(PATIENCE).until(() -> canRead(reader));
                assertReads(reader);
            } finally {
                sentinel.stop();
            }
        }
    }

    private LocalRedis node(String name) throws IOException {
        return LocalRedis.start(Files.createDirectory(folder.resolve(name)), "cluster-enabled yes");
    }

    private static void fill(LocalRedis redis) {
        try (Jedis client = redis.client()) {
            client.zadd("set", 1, "one");
            client.zadd("set", 2, "two");
            client.zadd("set", 2, "another two");
            client.zadd("set", 3, "three");
        }
    }

    private static void assertReads(RedisReader reader) throws IOException {
        assertThat(reader.membersAt("set", 2)).containsExactly("another two", "two");
        assertThat(reader.membersAt("set", 4)).isEmpty();
        assertThat(reader.countAbove("set", 1)).isEqualTo(3);
        assertThat(reader.countAbove("set", 3)).isZero();
        assertThat(reader.membersAt("no set", 2)).isEmpty();
    }

    private static boolean canRead(RedisReader reader) {
        try {
            return !reader.membersAt("set", 2).isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean knowsReplica(int sentinelPort) {
        try (Jedis client = new Jedis(LocalRedis.HOST, sentinelPort)) {
            return client.sentinelReplicas("primary").size() == 1;
        }
    }
}
