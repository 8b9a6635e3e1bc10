package io.dexklines.connector.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.connector.redis.connection.RedisSecret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/** Tests a writer against a real server. */
@Timeout(120)
class RedisSinkITCase {

    /** The script of the README. */
    private static final RedisScript NEWEST_WINS =
            RedisScript.of(
                    """
                    local held = redis.call('HGET', KEYS[1], 'version')
                    if held and tonumber(held) > tonumber(ARGV[1]) then
                        return 0
                    end
                    redis.call('HSET', KEYS[1], 'version', ARGV[1], 'value', ARGV[2])
                    redis.call('EXPIRE', KEYS[1], ARGV[3])
                    return 1
                    """);

    /** A price with the version of its symbol. */
    record Price(String symbol, long version, String value) {}

    @TempDir static Path folder;

    private static LocalRedis redis;

    @BeforeAll
    static void startRedis() throws IOException {
        redis = LocalRedis.start(folder);
    }

    @AfterAll
    static void stopRedis() throws IOException {
        redis.close();
    }

    @BeforeEach
    void emptyRedis() {
        try (Jedis client = redis.client()) {
            client.flushAll();
        }
    }

    @Test
    void everyElementArrives() throws Exception {
        try (WriterHarness<Integer> writer =
                new WriterHarness<>(numbers(redis.settings()).build())) {
            for (int number = 0; number < 5_000; number++) {
                writer.write(number);
            }
            writer.flush();

            assertThat(redis.getAll(keys(5_000))).isEqualTo(values(5_000));
            assertThat(writer.counter(RedisSinkMetric.COMMANDS_SENT)).isEqualTo(5_000);
            assertThat(writer.counter(RedisSinkMetric.COMMANDS_RETRIED)).isZero();
            assertThat(writer.downSeconds()).isZero();
        }
    }

    @Test
    void anElementMayHaveSeveralCommandsOrNone() throws Exception {
        RedisSink<Integer> sink =
                RedisSink.<Integer>builder()
                        .connection(redis.settings().database(3).build())
                        .converter(
                                (number, context) ->
                                        number % 2 == 0
                                                ? List.of()
                                                : List.of(
                                                        set("n:" + number, "x"),
                                                        RedisCommand.of("EXPIRE")
                                                                .key("n:" + number)
                                                                .arg(1_000L)
                                                                .build()))
                        .build();

        try (WriterHarness<Integer> writer = new WriterHarness<>(sink);
                Jedis client = redis.client()) {
            writer.write(1);
            writer.write(2);
            writer.flush();

            client.select(3);
            assertThat(client.keys("*")).containsExactly("n:1");
            assertThat(client.ttl("n:1")).isBetween(900L, 1_000L);
        }
    }

    @Test
    void anOlderVersionNeverReplacesANewerOne() throws Exception {
        try (WriterHarness<Price> writer = new WriterHarness<>(prices(redis.settings()).build());
                Jedis client = redis.client()) {
            writer.write(new Price("eur", 2, "newer"));
            writer.flush();
            writer.write(new Price("eur", 1, "older"));
            writer.flush();

            assertThat(client.hget("price:{eur}", "value")).isEqualTo("newer");
            assertThat(client.ttl("price:{eur}")).isPositive();
        }
    }

    @Test
    void aScriptIsSentAgainAfterScriptFlush() throws Exception {
        try (WriterHarness<Price> writer = new WriterHarness<>(prices(redis.settings()).build());
                Jedis client = redis.client()) {
            writer.write(new Price("eur", 1, "a"));
            writer.flush();
            client.scriptFlush();
            writer.write(new Price("eur", 2, "b"));
            writer.write(new Price("usd", 2, "b"));
            writer.flush();

            assertThat(client.hget("price:{eur}", "value")).isEqualTo("b");
            assertThat(client.hget("price:{usd}", "value")).isEqualTo("b");
            assertThat(client.scriptExists(NEWEST_WINS.digest())).isTrue();
            assertThat(writer.counter(RedisSinkMetric.SCRIPTS_MISSING)).isBetween(2L, 3L);
            assertThat(writer.counter(RedisSinkMetric.COMMANDS_FAILED)).isZero();
        }
    }

    @Test
    void aFlushedServerReceivesLaterElements() throws Exception {
        try (WriterHarness<Price> writer = new WriterHarness<>(prices(redis.settings()).build());
                Jedis client = redis.client()) {
            writer.write(new Price("eur", 1, "a"));
            writer.flush();
            client.flushAll();
            writer.write(new Price("eur", 2, "b"));
            writer.flush();

            assertThat(client.hget("price:{eur}", "value")).isEqualTo("b");
        }
    }

    @Test
    void aRestartOfTheServerLosesNothingAndDoesNotFailTheJob(@TempDir Path ownFolder)
            throws Exception {
        try (LocalRedis restarted = LocalRedis.start(ownFolder);
                WriterHarness<Integer> writer =
                        new WriterHarness<>(numbers(restarted.settings()).build())) {
            for (int number = 0; number < 1_000; number++) {
                writer.write(number);
            }
            restarted.kill();
            for (int number = 1_000; number < 3_000; number++) {
                writer.write(number);
            }
            CompletableFuture<Void> back =
                    CompletableFuture.runAsync(
                            () -> {
                                await().atMost(Duration.ofSeconds(30))
                                        .until(
                                                () ->
                                                        writer.counter(
                                                                        RedisSinkMetric
                                                                                .CONNECTION_FAILURES)
                                                                >= 5);
                                try {
                                    restarted.restart();
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            });
            writer.flush();
            back.join();

            assertThat(restarted.getAll(keys(3_000))).isEqualTo(values(3_000));
            assertThat(writer.counter(RedisSinkMetric.COMMANDS_RETRIED)).isPositive();
            assertThat(writer.counter(RedisSinkMetric.ELEMENTS_DROPPED)).isZero();
            assertThat(writer.downSeconds()).isZero();
        }
    }

    @Test
    void closedIdleConnectionsAreReplaced() throws Exception {
        try (WriterHarness<Integer> writer =
                        new WriterHarness<>(numbers(redis.settings()).build());
                Jedis client = redis.client()) {
            writer.write(0);
            writer.flush();
            client.sendCommand(Protocol.Command.CLIENT, "KILL", "TYPE", "normal");
            writer.write(1);
            writer.flush();

            assertThat(redis.getAll(keys(2))).isEqualTo(values(2));
        }
    }

    @Test
    void aServerThatNeverRepliesFailsTheJobWhenTheBudgetIsSpent() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
                WriterHarness<Integer> writer =
                        new WriterHarness<>(
                                numbers(
                                                RedisConnectionSettings.standalone(
                                                                "127.0.0.1", silent.getLocalPort())
                                                        .requestTimeout(Duration.ofMillis(100)))
                                        .retryBudget(Duration.ofMillis(300))
                                        .build())) {
            writer.write(0);

            assertThatThrownBy(writer::flush)
                    .hasStackTraceContaining("did not carry out a command")
                    .hasStackTraceContaining("the retry budget is spent");
        }
    }

    @Test
    void aServerThatStopsReadingIsDisconnectedAfterTheRequestTimeout() throws Exception {
        int moreThanSocketBuffers = 32 * 1024 * 1024;
        String value = "x".repeat(moreThanSocketBuffers);
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
                WriterHarness<Integer> writer =
                        new WriterHarness<>(
                                numbers(
                                                RedisConnectionSettings.standalone(
                                                                "127.0.0.1", silent.getLocalPort())
                                                        .requestTimeout(Duration.ofMillis(100)))
                                        .converter((number, context) -> List.of(set("key", value)))
                                        .maxRecordSizeInBytes(2L * moreThanSocketBuffers)
                                        .maxBatchSizeInBytes(2L * moreThanSocketBuffers)
                                        .retryBudget(Duration.ofMillis(300))
                                        .build())) {
            writer.write(0);

            assertThatThrownBy(writer::flush)
                    .hasStackTraceContaining("the retry budget is spent: no answer within 100 ms");
        }
    }

    @Test
    void aServerThatIsUnreachableForTheWholeBudgetFailsTheJob() throws Exception {
        int freePort = LocalRedis.freePort();
        try (WriterHarness<Integer> writer =
                new WriterHarness<>(
                        numbers(RedisConnectionSettings.standalone("127.0.0.1", freePort))
                                .retryBudget(Duration.ofMillis(200))
                                .build())) {
            writer.write(0);

            assertThatThrownBy(writer::flush)
                    .cause()
                    .isInstanceOf(RedisSinkException.class)
                    .hasMessageContaining("Redis at redis://127.0.0.1:" + freePort)
                    .hasMessageContaining("the retry budget is spent: ConnectException");
        }
    }

    @Test
    void aWrongPasswordFailsTheJobWithTheReplyOfTheServer(@TempDir Path ownFolder)
            throws Exception {
        try (LocalRedis guarded = LocalRedis.start(ownFolder, "requirepass right")) {
            assertRefused(
                    guarded.settings().password(() -> "canary"),
                    "denies access to this job: WRONGPASS");
            assertRefused(guarded.settings(), "denies access to this job: NOAUTH");

            try (WriterHarness<Integer> writer =
                    new WriterHarness<>(
                            numbers(guarded.settings().password(() -> "right")).build())) {
                writer.write(0);
                writer.flush();

                assertThat(writer.counter(RedisSinkMetric.COMMANDS_SENT)).isEqualTo(1);
            }
        }
    }

    @Test
    void anAclUserNeedsOnlyThePermissionsOfTheReadme() throws Exception {
        try (Jedis client = redis.client()) {
            client.aclSetUser(
                    "prices",
                    "on",
                    ">secret",
                    "~price:*",
                    "+eval",
                    "+evalsha",
                    "+hget",
                    "+hset",
                    "+expire");

            RedisConnectionSettings.Builder settings =
                    redis.settings().username("prices").password(() -> "secret");
            try (WriterHarness<Price> writer = new WriterHarness<>(prices(settings).build())) {
                writer.write(new Price("eur", 1, "a"));
                writer.flush();
            }
            assertThat(client.hget("price:{eur}", "value")).isEqualTo("a");
            assertRefused(settings, "denies access to this job: NOPERM");
        }
    }

    @Test
    void aDatabaseThatDoesNotExistFailsTheJobAtOnce() throws Exception {
        assertRefused(redis.settings().database(99), "DB index is out of range");
    }

    @Test
    void aMissingSecretFailsTheOpeningOfTheWriter() {
        RedisSink<Integer> sink =
                numbers(redis.settings().password(RedisSecret.fromFile("/no/such/file"))).build();

        assertThatThrownBy(() -> new WriterHarness<>(sink))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot read a secret for Redis from the file /no/such/file");
    }

    @Test
    void aCommandOfTheWrongTypeFailsTheJob() throws Exception {
        try (WriterHarness<Integer> writer =
                        new WriterHarness<>(
                                numbers(redis.settings())
                                        .converter(RedisSinkITCase::addToSortedSet)
                                        .build());
                Jedis client = redis.client()) {
            client.set("n:1", "a text");
            writer.write(1);

            assertThatThrownBy(writer::flush)
                    .cause()
                    .isInstanceOf(RedisSinkException.class)
                    .hasMessageContaining("refused ZADD on key 'n:1': WRONGTYPE");
        }
    }

    @Test
    void aCommandOfTheWrongTypeIsDroppedAndTheRestOfTheBatchIsWritten() throws Exception {
        try (WriterHarness<Integer> writer =
                        new WriterHarness<>(
                                numbers(redis.settings())
                                        .converter(RedisSinkITCase::addToSortedSet)
                                        .onFailedCommand(FailedCommandPolicy.DROP)
                                        .build());
                Jedis client = redis.client()) {
            client.set("n:1", "a text");
            writer.write(0);
            writer.write(1);
            writer.write(2);
            writer.flush();

            assertThat(client.zscore("n:0", "0")).isZero();
            assertThat(client.get("n:1")).isEqualTo("a text");
            assertThat(client.zscore("n:2", "2")).isEqualTo(2.0);
            assertThat(writer.counter(RedisSinkMetric.ELEMENTS_DROPPED)).isEqualTo(1);
            assertThat(writer.counter(RedisSinkMetric.COMMANDS_FAILED)).isEqualTo(1);
        }
    }

    @Test
    void anErrorInsideAScriptIsClassifiedByTheCommandThatFailed() throws Exception {
        try (WriterHarness<Price> writer =
                        new WriterHarness<>(
                                prices(redis.settings())
                                        .onFailedCommand(FailedCommandPolicy.DROP)
                                        .build());
                Jedis client = redis.client()) {
            client.set("price:{eur}", "a text");
            writer.write(new Price("eur", 1, "a"));
            writer.write(new Price("usd", 1, "a"));
            writer.flush();

            assertThat(client.hget("price:{usd}", "value")).isEqualTo("a");
            assertThat(writer.counter(RedisSinkMetric.ELEMENTS_DROPPED)).isEqualTo(1);

            client.del("price:{eur}");
            client.configSet("maxmemory", "1");
            writer.write(new Price("eur", 2, "b"));
            CompletableFuture<Void> memoryIsFreed =
                    CompletableFuture.runAsync(
                            () -> {
                                await().until(
                                                () ->
                                                        writer.counter(
                                                                        RedisSinkMetric
                                                                                .COMMANDS_RETRIED)
                                                                >= 2);
                                client.configSet("maxmemory", "0");
                            });
            writer.flush();
            memoryIsFreed.join();

            assertThat(client.hget("price:{eur}", "value")).isEqualTo("b");
        }
    }

    @Test
    void aReplicaIsRetriedUntilItIsTheMaster() throws Exception {
        try (WriterHarness<Integer> writer =
                        new WriterHarness<>(numbers(redis.settings()).build());
                Jedis client = redis.client()) {
            client.replicaof("127.0.0.1", LocalRedis.freePort());
            writer.write(0);
            CompletableFuture<Void> promoted =
                    CompletableFuture.runAsync(
                            () -> {
                                await().until(
                                                () ->
                                                        writer.counter(
                                                                        RedisSinkMetric
                                                                                .COMMANDS_RETRIED)
                                                                >= 2);
                                client.replicaofNoOne();
                            });
            writer.flush();
            promoted.join();

            assertThat(redis.getAll(keys(1))).isEqualTo(values(1));
        }
    }

    @Test
    void bufferedElementsAreInTheCheckpointAndAreSentAfterARestore() throws Exception {
        RedisSink<Integer> sink = numbers(redis.settings()).build();
        byte[] state;
        try (WriterHarness<Integer> writer = new WriterHarness<>(sink)) {
            for (int number = 0; number < 10; number++) {
                writer.write(number);
            }
            state = sink.getWriterStateSerializer().serialize(writer.checkpoint().get(0));
        }
        assertThat(redis.getAll(keys(10))).isEqualTo(Collections.nCopies(10, null));

        BufferedRequestState<RedisRequest> restored =
                sink.getWriterStateSerializer().deserialize(1, state);
        try (WriterHarness<Integer> writer = new WriterHarness<>(sink, List.of(restored))) {
            writer.flush();
        }

        assertThat(redis.getAll(keys(10))).isEqualTo(values(10));
    }

    @Test
    void closingDoesNotThrowWhenTheServerIsDown(@TempDir Path ownFolder) throws Exception {
        LocalRedis gone = LocalRedis.start(ownFolder);
        WriterHarness<Integer> writer = new WriterHarness<>(numbers(gone.settings()).build());
        writer.write(0);
        writer.flush();
        gone.close();
        for (int number = 1; number < 1_200; number++) {
            writer.write(number);
        }

        assertThatCode(writer::close).doesNotThrowAnyException();
        assertThatCode(writer::close).as("the second time").doesNotThrowAnyException();
        await().until(() -> threadsOfTheSink().isEmpty());
    }

    @Test
    void aClosedWriterLeavesNoThread() throws Exception {
        try (WriterHarness<Integer> writer =
                new WriterHarness<>(numbers(redis.settings()).build())) {
            writer.write(0);
            writer.flush();
        }

        await().until(() -> threadsOfTheSink().isEmpty());
    }

    @Test
    void aWriterThatCannotOpenLeavesNoThread(@TempDir Path ownFolder) {
        Path missing = ownFolder.resolve("trust.p12");
        assertThat(Files.exists(missing)).isFalse();

        assertThatThrownBy(
                        () ->
                                new WriterHarness<>(
                                        numbers(
                                                        redis.settings()
                                                                .tls()
                                                                .trustStore(
                                                                        missing.toString(), null))
                                                .build()))
                .hasMessageContaining(missing.toString());

        await().until(() -> threadsOfTheSink().isEmpty());
    }

    private static List<String> threadsOfTheSink() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("redis-sink"))
                .collect(Collectors.toList());
    }

    private static void assertRefused(RedisConnectionSettings.Builder settings, String message)
            throws Exception {
        try (WriterHarness<Integer> writer = new WriterHarness<>(numbers(settings).build())) {
            writer.write(0);

            assertThatThrownBy(writer::flush)
                    .cause()
                    .isInstanceOf(RedisSinkException.class)
                    .hasMessageContaining(message)
                    .hasMessageNotContaining("canary");
        }
    }

    private static RedisSinkBuilder<Integer> numbers(RedisConnectionSettings.Builder settings) {
        return RedisSink.<Integer>builder()
                .connection(settings.build())
                .converter((number, context) -> List.of(set("n:" + number, "v" + number)));
    }

    private static RedisSinkBuilder<Price> prices(RedisConnectionSettings.Builder settings) {
        return RedisSink.<Price>builder()
                .connection(settings.build())
                .converter(
                        (price, context) ->
                                List.of(
                                        RedisCommand.call(NEWEST_WINS)
                                                .key("price:{" + price.symbol() + "}")
                                                .arg(price.version())
                                                .arg(price.value())
                                                .arg(86_400L)
                                                .build()));
    }

    private static List<RedisCommand> addToSortedSet(Integer number, SinkWriter.Context context) {
        return List.of(
                RedisCommand.of("ZADD")
                        .key("n:" + number)
                        .arg(number)
                        .arg(Integer.toString(number))
                        .build());
    }

    private static RedisCommand set(String key, String value) {
        return RedisCommand.of("SET").key(key).arg(value).build();
    }

    private static List<String> keys(int count) {
        return IntStream.range(0, count).mapToObj(n -> "n:" + n).collect(Collectors.toList());
    }

    private static List<String> values(int count) {
        return IntStream.range(0, count).mapToObj(n -> "v" + n).collect(Collectors.toList());
    }
}
