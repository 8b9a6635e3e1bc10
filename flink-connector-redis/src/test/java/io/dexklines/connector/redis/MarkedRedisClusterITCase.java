package io.dexklines.connector.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.connector.redis.connection.RedisFailure;
import io.dexklines.connector.redis.connection.RedisShard;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Tests {@link MarkedRedis} against a real cluster, through failovers and moving slots. */
@Timeout(240)
class MarkedRedisClusterITCase {
    private static final String MARKER = "kline:present-0";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int KEYS = 300;

    /** The shard that fails in a test. The connection's settings name the master of shard 0. */
    private static final int FAILING = 1;

    @TempDir Path folder;

    private LocalRedisCluster cluster;
    private MarkedRedis client;

    /** The shards that were reported as lost since the last call of {@link #takeLost}. */
    private final List<RedisShard> lost = new ArrayList<>();

    @BeforeEach
    void writeToEveryShard() throws IOException {
        cluster = LocalRedisCluster.start(folder);
        client = open(-1);
        writeAll("1");
        checkAll();
        assertThat(lost).isEmpty();
    }

    private MarkedRedis open(long remembered) throws IOException {
        return MarkedRedis.open(
                cluster.settings().requestTimeout(Duration.ofMillis(500)).build(),
                MARKER,
                remembered);
    }

    @AfterEach
    void closeEverything() throws IOException {
        client.close();
        cluster.close();
    }

    @Test
    void aFailoverToAReplicaThatKeptUpIsNoLoss() throws Exception {
        cluster.awaitReplication(FAILING);
        cluster.master(FAILING).kill();
        cluster.awaitPromotion(FAILING);

        writeAll("2");
        checkAll();

        assertThat(lost).isEmpty();
    }

    @Test
    void aFailoverToAReplicaThatLaggedIsALossOfThatShard() throws Exception {
        cluster.master(FAILING).cutOffReplicas();
        writeAll("2");
        cluster.master(FAILING).kill();
        cluster.awaitPromotion(FAILING);

        checkAll();

        RedisShard shard = onlyLostShard();
        assertThat(shard).hasToString(LocalRedis.HOST + ":" + cluster.replica(FAILING).port());
        assertThat(IntStream.range(0, KEYS).mapToObj(MarkedRedisClusterITCase::key).toList())
                .allSatisfy(
                        key ->
                                assertThat(shard.holds(key))
                                        .isEqualTo(LocalRedisCluster.shardOf(key) == FAILING));
        writeAll("2");
        checkAll();
        assertThat(lost).isEmpty();
    }

    @Test
    void aWriteFindsTheLossOfAShardAndTheOthersAreWritten() throws Exception {
        cluster.master(FAILING).cutOffReplicas();
        writeAll("2");
        cluster.master(FAILING).kill();
        cluster.awaitPromotion(FAILING);

        writeAll("3");

        assertThat(onlyLostShard())
                .hasToString(LocalRedis.HOST + ":" + cluster.replica(FAILING).port());
        writeAll("4");
        checkAll();
        assertThat(lost).isEmpty();
    }

    @Test
    void aMasterThatHangsAndComesBackAsAReplicaIsNoLoss() throws Exception {
        cluster.awaitReplication(FAILING);
        cluster.master(FAILING).freeze();
        List<RedisCommand> commands = commands("2");
        MarkedRedis.Written written = client.write(commands);
        lost.addAll(written.lost());
        for (int i = 0; i < commands.size(); i++) {
            assertThat(written.failures().get(i) == null)
                    .as("the other shards are written: " + commands.get(i))
                    .isEqualTo(LocalRedisCluster.shardOf(key(i)) != FAILING);
        }
        cluster.awaitPromotion(FAILING);
        writeAll("3");

        cluster.master(FAILING).resume();
        await().atMost(PATIENCE).until(() -> cluster.master(FAILING).isConnectedReplica());
        writeAll("4");
        checkAll();

        assertThat(lost).isEmpty();
    }

    @Test
    void theMasterOfTheSettingsMayHang() throws Exception {
        cluster.awaitReplication(0);
        cluster.master(0).freeze();
        cluster.awaitPromotion(0);

        writeAll("2");
        checkAll();

        assertThat(lost).isEmpty();
    }

    @Test
    void slotsThatMoveAreNoLossAndTheirShardsAreStillWatched() {
        LocalRedis from = cluster.master(0);
        LocalRedis to = cluster.master(2);
        String formerMarker = markerOn(from);
        String key = keyOn(0);
        cluster.moveSlot(LocalRedisCluster.slotOf(formerMarker), from, to);
        cluster.moveSlot(LocalRedisCluster.slotOf(key), from, to);

        writeAll("2");
        checkAll();

        assertThat(lost).isEmpty();
        assertThat(to.get(key)).isEqualTo("2");
        assertThat(markerOn(from)).isNotEqualTo(formerMarker);

        flush(from);
        checkAll();
        assertThat(onlyLostShard()).hasToString(LocalRedis.HOST + ":" + from.port());
        flush(to);
        checkAll();
        RedisShard lostTarget = onlyLostShard();
        assertThat(lostTarget).hasToString(LocalRedis.HOST + ":" + to.port());
        assertThat(lostTarget.holds(key)).isTrue();
    }

    @Test
    void aMarkerWhoseSlotIsMovingIsReplacedForThatTime() {
        LocalRedis from = cluster.master(0);
        LocalRedis to = cluster.master(2);
        String marker = markerOn(from);
        int slot = LocalRedisCluster.slotOf(marker);
        cluster.beginToMoveSlot(slot, from, to);
        cluster.moveKeys(slot, from, to);

        writeAll("2");
        checkAll();
        assertThat(lost).isEmpty();
        assertThat(markerOn(from)).isNotEqualTo(marker);

        cluster.endToMoveSlot(slot, to);
        writeAll("3");
        checkAll();
        assertThat(lost).isEmpty();
    }

    @Test
    void aKeyInAMovingSlotIsWrittenWhereItIs() {
        LocalRedis from = cluster.master(0);
        LocalRedis to = cluster.master(2);
        String key = keyOn(0);
        int slot = LocalRedisCluster.slotOf(key);
        cluster.beginToMoveSlot(slot, from, to);
        writeAll("2");
        assertThat(from.get(key)).isEqualTo("2");
        cluster.moveKeys(slot, from, to);
        writeAll("3");
        cluster.endToMoveSlot(slot, to);

        assertThat(to.get(key)).isEqualTo("3");
        checkAll();
        assertThat(lost).isEmpty();
    }

    @Test
    void aShardThatHangsWhileAnotherIsLostIsNoLoss() throws Exception {
        flush(cluster.master(2));
        cluster.awaitReplication(FAILING);
        cluster.master(FAILING).freeze();
        // the hanging shard carries out what is sent now, and its replies are lost
        assertThat(client.check().lost())
                .singleElement()
                .hasToString(LocalRedis.HOST + ":" + cluster.master(2).port());
        cluster.master(FAILING).resume();

        checkAll();
        writeAll("2");
        checkAll();

        assertThat(lost).isEmpty();
    }

    @Test
    void aPromotedReplicaWhoseMarkerMovedAwayUnseenCountsAsLost() throws Exception {
        int slot = LocalRedisCluster.slotOf(markerOn(cluster.master(FAILING)));
        cluster.moveSlot(slot, cluster.master(FAILING), cluster.master(2));
        cluster.master(FAILING).kill();
        cluster.awaitPromotion(FAILING);

        checkAll();

        assertThat(onlyLostShard())
                .as("nothing says what it has kept")
                .hasToString(LocalRedis.HOST + ":" + cluster.replica(FAILING).port());
        checkAll();
        assertThat(lost).isEmpty();
    }

    @Test
    void theDocumentedRightsOfAUserAreEnough() throws Exception {
        cluster.createUser(
                "klines",
                "secret",
                "~kline:*",
                "+@read",
                "+@write",
                "+@scripting",
                "+@connection",
                "-@dangerous",
                "+cluster|slots",
                "+asking");
        RedisCommand allowed =
                RedisCommand.call(RedisScript.of("return redis.call('SET', KEYS[1], '1')"))
                        .key("kline:1:0xa:1m")
                        .build();
        int slot = LocalRedisCluster.slotOf("kline:1:0xa:1m");
        LocalRedis from = cluster.master(LocalRedisCluster.shardOf("kline:1:0xa:1m"));
        LocalRedis to = from == cluster.master(0) ? cluster.master(1) : cluster.master(0);
        try (MarkedRedis user =
                MarkedRedis.open(
                        cluster.settings().username("klines").password(() -> "secret").build(),
                        "kline:present-1",
                        -1)) {
            assertThat(user.check().failures()).isEmpty();
            assertThat(user.write(List.of(allowed)).failures()).containsOnlyNulls();
            cluster.beginToMoveSlot(slot, from, to);
            cluster.moveKeys(slot, from, to);
            assertThat(user.write(List.of(allowed)).failures()).containsOnlyNulls();

            assertThat(
                            user.write(List.of(RedisCommand.of("SET").key("a").arg("1").build()))
                                    .failures()
                                    .get(0)
                                    .kind())
                    .as("a key of another prefix")
                    .isEqualTo(RedisFailure.Kind.CLIENT_REFUSED);
        }
    }

    @Test
    void aCheckFindsTheLossOfAnyShard() {
        for (int shard = 0; shard < LocalRedisCluster.SHARDS; shard++) {
            flush(cluster.master(shard));
            checkAll();
            assertThat(onlyLostShard())
                    .hasToString(LocalRedis.HOST + ":" + cluster.master(shard).port());
        }
    }

    @Test
    void whatIsRememberedFindsTheLossOfOneShard() throws Exception {
        long remembered = client.progress();
        client.close();
        client = open(remembered);
        checkAll();
        assertThat(lost).isEmpty();
        remembered = client.progress();
        client.close();

        flush(cluster.master(FAILING));
        client = open(remembered);
        checkAll();
        assertThat(onlyLostShard())
                .hasToString(LocalRedis.HOST + ":" + cluster.master(FAILING).port());

        checkAll();
        long afterTheLoss = client.progress();
        client.close();
        client = open(afterTheLoss);
        checkAll();
        assertThat(lost).as("all shards have the generation of the progress").isEmpty();
    }

    /** Writes all keys until everything is carried out. */
    private void writeAll(String value) {
        await().atMost(PATIENCE)
                .until(
                        () -> {
                            MarkedRedis.Written written = client.write(commands(value));
                            lost.addAll(written.lost());
                            assertThat(written.failures())
                                    .filteredOn(Objects::nonNull)
                                    .allMatch(each -> each.kind() == RedisFailure.Kind.RETRY);
                            return written.failures().stream().allMatch(Objects::isNull);
                        });
    }

    /** Checks until every shard has been checked. */
    private void checkAll() {
        await().atMost(PATIENCE)
                .until(
                        () -> {
                            MarkedRedis.Check check = client.check();
                            lost.addAll(check.lost());
                            return check.failures().isEmpty();
                        });
    }

    private RedisShard onlyLostShard() {
        assertThat(lost).hasSize(1);
        return lost.remove(0);
    }

    private static void flush(LocalRedis node) {
        try (Jedis jedis = node.client()) {
            jedis.flushAll();
        }
    }

    /** Returns the key of the marker that a master has at the moment. */
    private static String markerOn(LocalRedis node) {
        try (Jedis jedis = node.client()) {
            return jedis.keys(MARKER + "-*").stream()
                    .min(
                            Comparator.comparingInt(
                                    key -> Integer.parseInt(key.substring(MARKER.length() + 1))))
                    .orElseThrow();
        }
    }

    private static String keyOn(int shard) {
        return IntStream.range(0, KEYS)
                .mapToObj(MarkedRedisClusterITCase::key)
                .filter(key -> LocalRedisCluster.shardOf(key) == shard)
                .findFirst()
                .orElseThrow();
    }

    private static String key(int number) {
        return "n:" + number;
    }

    private static List<RedisCommand> commands(String value) {
        return IntStream.range(0, KEYS)
                .mapToObj(number -> RedisCommand.of("SET").key(key(number)).arg(value).build())
                .toList();
    }
}
