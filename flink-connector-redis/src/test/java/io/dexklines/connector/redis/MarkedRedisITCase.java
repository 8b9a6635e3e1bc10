package io.dexklines.connector.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.connector.redis.connection.RedisFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Tests {@link MarkedRedis} against one real server, which is restarted from older snapshots. */
@Timeout(120)
class MarkedRedisITCase {
    private static final String MARKER = "kline:present-0";

    private static final Duration SHORT = Duration.ofMillis(300);

    private static final RedisScript APPEND =
            RedisScript.of("return redis.call('APPEND', KEYS[1], ARGV[1])");

    @TempDir Path folder;

    private LocalRedis redis;
    private MarkedRedis client;

    @BeforeEach
    void writeFirst() throws IOException {
        redis = LocalRedis.start(folder, "appendonly no");
        client = open(-1);
        assertThat(client.progress()).isEqualTo(-1);
        assertCarriedOut(client.write(List.of(set("a", "1"))));
        assertIntact(client.check());
    }

    private MarkedRedis open(long remembered) throws IOException {
        return MarkedRedis.open(redis.settings().requestTimeout(SHORT).build(), MARKER, remembered);
    }

    @AfterEach
    void closeEverything() throws IOException {
        client.close();
        redis.close();
    }

    @Test
    void eachCommandHasItsOwnOutcome() {
        MarkedRedis.Written written =
                client.write(
                        List.of(
                                set("b", "1"),
                                RedisCommand.of("SADD").key("a").arg("member").build(),
                                set("c", "1")));

        assertThat(kinds(written.failures()))
                .containsExactly(null, RedisFailure.Kind.COMMAND_REFUSED, null);
        assertThat(written.lost()).isEmpty();
        assertThat(redis.getAll(List.of("a", "b", "c"))).containsExactly("1", "1", "1");
    }

    @Test
    void anUnknownScriptIsSentByItsTextAndKeepsTheOrderOfItsKey() {
        assertCarriedOut(
                client.write(
                        List.of(
                                append("k", "1"),
                                append("other", "1"),
                                append("k", "2"),
                                append("k", "3"))));

        assertThat(redis.getAll(List.of("k", "other"))).containsExactly("123", "1");
    }

    @Test
    void aRestartFromAnOlderSnapshotIsALossOnce() throws Exception {
        Path copy = copyOfSnapshot();
        assertCarriedOut(client.write(List.of(set("a", "2"))));

        restartFrom(copy);
        assertThat(redis.get("a")).isEqualTo("1");

        assertLost(client.check());
        assertIntact(client.check());
        assertCarriedOut(client.write(List.of(set("a", "2"))));
    }

    @Test
    void aWriteFindsALossAndReportsItsCommandsAsNotCarriedOut() throws Exception {
        Path copy = copyOfSnapshot();
        assertCarriedOut(client.write(List.of(set("a", "2"))));
        restartFrom(copy);

        MarkedRedis.Written written = client.write(List.of(set("b", "2")));
        while (written.lost().isEmpty()) {
            // the first exchange only finds that the connection is broken
            assertThat(kinds(written.failures())).containsExactly(RedisFailure.Kind.RETRY);
            written = client.write(List.of(set("b", "2")));
        }

        assertThat(kinds(written.failures())).containsExactly(RedisFailure.Kind.RETRY);
        assertThat(written.lost()).singleElement().matches(shard -> shard.holds("anything"));
        assertCarriedOut(client.write(List.of(set("b", "2"))));
    }

    @Test
    void aRestartFromTheNewestSnapshotIsNoLoss() throws Exception {
        restartFrom(copyOfSnapshot());

        assertIntact(checkOnNewConnection());
        assertCarriedOut(client.write(List.of(set("a", "2"))));
    }

    @Test
    void aFlushAndADeletedMarkerAreLossesAndOtherDeletionsAreNot() {
        try (Jedis jedis = redis.client()) {
            jedis.scriptFlush();
            jedis.del("a");
            assertIntact(client.check());

            jedis.flushAll();
            assertLost(client.check());
            assertIntact(client.check());

            jedis.del(MARKER);
            assertLost(client.check());
            assertIntact(client.check());
        }
    }

    @Test
    void whatIsRememberedFindsALossWhileNoClientRan() throws Exception {
        Path copy = copyOfSnapshot();
        assertCarriedOut(client.write(List.of(set("a", "2"))));
        long remembered = client.progress();
        client.close();

        client = open(remembered);
        assertThat(client.progress()).isEqualTo(remembered);
        assertIntact(client.check());
        client.close();

        restartFrom(copy);
        client = open(remembered);
        assertLost(client.check());
    }

    @Test
    void aLossIsReportedAgainToAClientThatRemembersTheTimeBefore() throws Exception {
        long before = client.progress();
        try (Jedis jedis = redis.client()) {
            jedis.flushAll();
        }
        assertLost(client.check());
        for (int i = 0; i < 100; i++) {
            // a count beyond the one before the loss
            assertIntact(client.check());
        }
        long after = client.progress();
        client.close();

        client = open(before);
        assertLost(client.check());
        client.close();

        client = open(after);
        assertThat(client.check().lost())
                .as("the client before found a loss, and started a new generation")
                .hasSize(1);
    }

    @Test
    void thePositionIsThatOfBeforeALossUntilTheCallerGoesOn() throws Exception {
        long before = client.progress();
        try (Jedis jedis = redis.client()) {
            jedis.flushAll();
        }
        assertLost(client.check());

        assertThat(client.progress()).as("a checkpoint may lack the loss").isEqualTo(before);
        assertIntact(client.check());
        assertThat(client.progress()).isNotEqualTo(before);
    }

    @Test
    void aPositionFromAfterALossFitsTheMarker() throws Exception {
        try (Jedis jedis = redis.client()) {
            jedis.flushAll();
        }
        assertLost(client.check());
        assertIntact(client.check());
        long after = client.progress();
        client.close();

        client = open(after);
        assertIntact(client.check());
    }

    @Test
    void aClientThatRemembersNothingReportsNoLoss() throws Exception {
        client.close();
        try (Jedis jedis = redis.client()) {
            jedis.flushAll();
        }

        client = open(-1);
        assertIntact(client.check());
    }

    @Test
    void anOlderPositionFitsAMarkerThatHasGoneOn() throws Exception {
        long remembered = client.progress();
        assertIntact(client.check());
        client.close();

        client = open(remembered);
        assertIntact(client.check());
        assertThat(client.progress()).isGreaterThan(remembered);
    }

    @Test
    void aServerThatDoesNotAnswerIsNoLossAndLateRepliesAreNone() throws Exception {
        redis.freeze();
        for (int i = 0; i < 3; i++) {
            MarkedRedis.Written written = client.write(List.of(set("a", "2")));
            assertThat(kinds(written.failures())).containsExactly(RedisFailure.Kind.RETRY);
            assertThat(written.lost()).isEmpty();
        }
        MarkedRedis.Check check = client.check();
        assertThat(kinds(check.failures())).containsExactly(RedisFailure.Kind.RETRY);
        assertThat(check.lost()).isEmpty();

        redis.resume();

        assertIntact(checkOnNewConnection());
        assertIntact(client.check());
        assertCarriedOut(client.write(List.of(set("a", "3"))));
    }

    @Test
    void aLossWhoseReplyIsLostIsFoundByTheNextExchange() throws Exception {
        try (Jedis jedis = redis.client()) {
            // the clients that come after are answered when the server goes on
            jedis.flushAll();
        }
        redis.freeze();
        assertThat(client.write(List.of(set("a", "2"))).lost()).isEmpty();
        redis.resume();

        assertLost(checkOnNewConnection());
        assertIntact(client.check());
    }

    @Test
    void aFullServerRefusesWhatNeedsMemoryAndIsStillChecked() {
        try (Jedis jedis = redis.client()) {
            jedis.configSet("maxmemory", "1");
            assertThat(kinds(client.write(List.of(set("b", "1"), append("c", "1"))).failures()))
                    .containsExactly(
                            RedisFailure.Kind.OUT_OF_MEMORY, RedisFailure.Kind.OUT_OF_MEMORY);
            assertIntact(client.check());

            jedis.configSet("maxmemory", "0");
            assertIntact(client.check());
            assertCarriedOut(client.write(List.of(set("b", "1"))));
        }
    }

    @Test
    void aCommandWhoseMarkerIsNotAcknowledgedIsNotCarriedOut() {
        try (Jedis jedis = redis.client()) {
            jedis.del(MARKER);
            jedis.sadd(MARKER, "another type");

            MarkedRedis.Written written = client.write(List.of(set("b", "1")));

            assertThat(written.failures().get(0).kind()).isEqualTo(RedisFailure.Kind.RETRY);
            assertThat(written.failures().get(0).message())
                    .contains("the marker 'kline:present-0'")
                    .contains("WRONGTYPE");
            assertThat(redis.get("b")).as("carried out, but not for certain").isEqualTo("1");
        }
    }

    @Test
    void closingEndsAWriteThatWaits() throws Exception {
        client.close();
        client = MarkedRedis.open(redis.settings().build(), MARKER, -1);
        assertIntact(client.check());
        redis.freeze();
        CompletableFuture<MarkedRedis.Written> written =
                CompletableFuture.supplyAsync(() -> client.write(List.of(set("a", "2"))));

        client.close();

        assertThat(kinds(written.get(60, TimeUnit.SECONDS).failures()))
                .containsExactly(RedisFailure.Kind.RETRY);
        client.close();
    }

    /** Lets the client find out that its connection is broken, and checks again. */
    private MarkedRedis.Check checkOnNewConnection() {
        MarkedRedis.Check first = client.check();
        if (first.failures().isEmpty()) {
            return first;
        }
        assertThat(first.lost()).isEmpty();
        return client.check();
    }

    private Path copyOfSnapshot() throws IOException {
        try (Jedis jedis = redis.client()) {
            jedis.save();
        }
        return Files.copy(folder.resolve("dump.rdb"), folder.resolve("copy.rdb"));
    }

    private void restartFrom(Path snapshot) throws IOException {
        redis.kill();
        Files.copy(snapshot, folder.resolve("dump.rdb"), StandardCopyOption.REPLACE_EXISTING);
        redis.restart();
    }

    private void assertLost(MarkedRedis.Check found) {
        MarkedRedis.Check check = found;
        while (check.lost().isEmpty()) {
            assertThat(check.failures()).as("checked, and nothing lost").isNotEmpty();
            check = client.check();
        }
        assertThat(check.lost()).singleElement().matches(shard -> shard.holds("anything"));
    }

    private static void assertIntact(MarkedRedis.Check check) {
        assertThat(check.failures()).isEmpty();
        assertThat(check.lost()).isEmpty();
    }

    private static void assertCarriedOut(MarkedRedis.Written written) {
        assertThat(written.failures()).containsOnlyNulls();
        assertThat(written.lost()).isEmpty();
    }

    private static List<RedisFailure.Kind> kinds(List<RedisFailure> failures) {
        return failures.stream().map(each -> each == null ? null : each.kind()).toList();
    }

    private static RedisCommand set(String key, String value) {
        return RedisCommand.of("SET").key(key).arg(value).build();
    }

    private static RedisCommand append(String key, String value) {
        return RedisCommand.call(APPEND).key(key).arg(value).build();
    }
}
