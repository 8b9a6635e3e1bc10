package io.dexklines.job.endtoend.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.job.endtoend.WholeStack;
import io.dexklines.job.endtoend.WholeStack.Running;
import io.dexklines.local.RebuildCommand;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.local.stack.EmbeddedRedis;
import io.dexklines.local.stack.Login;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.local.stack.StackFiles;
import io.dexklines.verifier.Scope;
import io.dexklines.verifier.Verdict;
import io.dexklines.verifier.Verification;
import io.dexklines.verifier.VerifyProgress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import picocli.CommandLine;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/**
 * Gives a store of the running job older data: a copy, a replica that lagged, or nothing. Redis
 * must become equal to MySQL by itself. A loss of MySQL must be reported, and a replay must mend
 * it. All tests share one stack.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@WholeStack.Own
class RestoredStoreITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** How long the job may take to fill Redis. */
    private static final Duration FILLED_WITHIN = Duration.ofSeconds(30);

    private Instant start;
    private Running running;
    private LiveTrading trading;

    @BeforeAll
    void startStack() throws Exception {
        long seed = Long.getLong("restored.seed", new Random().nextLong());
        System.out.println("restored.seed=" + seed);
        start = Instant.now().minus(Duration.ofHours(1));
        running = Running.start();
        trading = new LiveTrading(running.brokers(), running.relayWebSocket(), running::job, seed);
    }

    /** Leaves no loss to the next test if this one failed. */
    @AfterEach
    void fillRedis() {
        if (!running.stack().redis().isAlive()) {
            running.stack().redis().restart();
        }
        new CommandLine(new RebuildCommand(ProjectHome.find()))
                .execute("redis", "--dir", running.folder().toString());
    }

    @AfterAll
    void stopStack() {
        if (trading != null) {
            trading.close();
        }
        if (running != null) {
            running.close();
        }
    }

    @Order(1)
    @Test
    void aRedisWithAnOlderSnapshotIsFilled() throws Exception {
        EmbeddedRedis redis = running.stack().redis();
        Path data = running.folder().resolve("redis").resolve(EmbeddedRedis.APPEND_ONLY_FOLDER);
        Path folder = Files.createDirectory(running.folder().resolve("snapshot"));
        Path snapshot = folder.resolve(EmbeddedRedis.APPEND_ONLY_FOLDER);
        tradeForMinutes();
        StackFiles.copyFolder(data, snapshot);
        tradeForMinutes();
        try (EmbeddedRedis older = EmbeddedRedis.start(folder, 0)) {
            assertThat(klines(older)).isNotEmpty().isNotEqualTo(klinesInMySql());
        }

        redis.kill();
        StackFiles.deleteFolder(data);
        StackFiles.copyFolder(snapshot, data);
        redis.restart();

        awaitFilled();
        assertNothingIsWrong();
    }

    @Order(2)
    @Test
    void aRedisWithoutItsFileIsFilled() throws Exception {
        EmbeddedRedis redis = running.stack().redis();
        tradeForMinutes();

        redis.kill();
        StackFiles.deleteFolder(
                running.folder().resolve("redis").resolve(EmbeddedRedis.APPEND_ONLY_FOLDER));
        redis.restart();

        awaitFilled();
        assertNothingIsWrong();
    }

    @Order(3)
    @Test
    void aFlushedRedisIsFilled() throws Exception {
        tradeForMinutes();

        try (Jedis client = running.stack().redis().connect()) {
            client.flushAll();
        }

        awaitFilled();
        assertNothingIsWrong();
    }

    @Order(4)
    @Test
    void aPromotedReplicaThatLaggedIsFilled() throws Exception {
        EmbeddedRedis master = running.stack().redis();
        URI address = URI.create(master.uri());
        Path folder = Files.createDirectory(running.folder().resolve("replica"));
        // a replica has the users of its master
        for (Login login :
                List.of(master.job(), master.relay(), master.verifier(), master.admin())) {
            Files.copy(login.passwordFile(), folder.resolve(login.passwordFile().getFileName()));
        }
        tradeForMinutes();
        try (EmbeddedRedis replica = EmbeddedRedis.start(folder, 0);
                Jedis client = replica.connect()) {
            client.configSet("masteruser", master.admin().user());
            client.configSet("masterauth", master.admin().password());
            client.replicaof(address.getHost(), address.getPort());
            await().atMost(PATIENCE).until(() -> klines(replica).equals(klines(master)));
            client.replicaofNoOne();
            tradeForMinutes();
            assertThat(klines(replica)).isNotEqualTo(klines(master));
        }

        running.stack().redis().kill();
        // the replica takes the address of its master
        try (EmbeddedRedis promoted = EmbeddedRedis.start(folder, address.getPort())) {
            assertThat(promoted.uri()).isEqualTo(master.uri());
            awaitFilled();
            assertNothingIsWrong();
        }
    }

    /** The last test, since it replaces the job. */
    @Order(5)
    @Test
    void aMySqlWithAnOlderCopyIsReportedAndMendedByAReplay() throws Exception {
        EmbeddedMariaDb mySql = running.stack().mariaDb();
        Path data = running.folder().toAbsolutePath().resolve("mariadb").resolve("data");
        Path copy = running.folder().toAbsolutePath().resolve("copy");
        JobObserver job = new JobObserver(running);
        tradeForMinutes();
        mySql.stop();
        StackFiles.copyFolder(data, copy);
        mySql.restart();
        tradeForMinutes();
        assertThat(job.metric("mysqlLosses")).isZero();
        assertThat(job.taskManagerLog()).doesNotContain("docs/replay.md");

        mySql.kill();
        StackFiles.deleteFolder(data);
        StackFiles.copyFolder(copy, data);
        mySql.restart();
        trading.trade();

        await("the loss is counted").atMost(PATIENCE).until(() -> job.metric("mysqlLosses") > 0);
        assertThat(job.taskManagerLog()).contains("docs/replay.md");
        assertThat(klinesInMySql()).isNotEqualTo(klines(running.stack().redis()));

        replay();
        // notifications are sent again, which is a difference that lasts
        Verdict mended = verify(Duration.ofSeconds(20));
        assertThat(mended.lost()).isZero();
        assertThat(mended.mismatched()).isZero();
        assertThat(mended.ledgerOffBy()).isZero();
    }

    /** Stops the job and starts it without state, as {@code docs/replay.md} says. */
    private void replay() throws Exception {
        // the largest interval begins on Mondays
        Instant from =
                start.truncatedTo(ChronoUnit.DAYS)
                        .atOffset(ZoneOffset.UTC)
                        .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                        .toInstant();
        running.stack().kafka().createTopic("trades-excluded-replayed", 1);
        running.stack().flink().cancel(running.addresses().jobId());
        Path configuration = running.folder().toAbsolutePath().resolve("job.properties");
        Files.write(
                configuration,
                List.of("kafka.start-offset=" + from, "excluded.topic=trades-excluded-replayed"),
                StandardOpenOption.APPEND);
        String job =
                running.stack()
                        .flink()
                        .submit(
                                ProjectHome.find().jobJar(),
                                Optional.empty(),
                                "--config",
                                configuration.toString());
        running.stack().flink().awaitState(job, "RUNNING", PATIENCE);
    }

    /** Lets every pair trade for five minutes of the market, and waits for both stores. */
    private void tradeForMinutes() {
        for (int round = 0; round < 15; round++) {
            trading.trade(Duration.ofSeconds(20));
        }
        await("both stores have all trades")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(
                        () -> {
                            Map<String, Map<Long, Long>> klines = klinesInMySql();
                            assertThat(tradesOf(trading.trades().keySet(), klines))
                                    .isEqualTo(trading.trades());
                            assertThat(klines(running.stack().redis())).isEqualTo(klines);
                        });
    }

    private static Map<String, Long> tradesOf(
            Set<String> pairs, Map<String, Map<Long, Long>> klines) {
        return pairs.stream()
                .collect(
                        Collectors.toMap(
                                pair -> pair,
                                pair ->
                                        klines
                                                .getOrDefault(pair + ":1m", Map.of())
                                                .values()
                                                .stream()
                                                .mapToLong(Long::longValue)
                                                .sum()));
    }

    /** Waits until Redis has the klines of MySQL, while no trade arrives and no command is run. */
    private void awaitFilled() {
        await("Redis has all klines of MySQL")
                .atMost(FILLED_WITHIN)
                .ignoreExceptions()
                .untilAsserted(
                        () ->
                                assertThat(klines(running.stack().redis()))
                                        .isEqualTo(klinesInMySql()));
    }

    /** Returns the number of trades of each kline, by {@code chain:pair:interval} and open time. */
    private Map<String, Map<Long, Long>> klinesInMySql() throws SQLException {
        Map<String, Map<Long, Long>> klines = new TreeMap<>();
        try (Connection database = running.database();
                Statement statement = database.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT CONCAT_WS(':', chain_id, pair_addr, interval_code),"
                                        + " open_time, trades FROM kline")) {
            while (rows.next()) {
                klines.computeIfAbsent(rows.getString(1), key -> new TreeMap<>())
                        .put(rows.getLong(2), rows.getLong(3));
            }
        }
        return klines;
    }

    /** Returns what {@link #klinesInMySql} returns, for a Redis. */
    private static Map<String, Map<Long, Long>> klines(EmbeddedRedis redis) {
        String prefix = "kline:";
        Map<String, Map<Long, Long>> klines = new TreeMap<>();
        try (Jedis client = redis.connect()) {
            ScanParams all = new ScanParams().match(prefix + "*").count(10_000);
            String cursor = ScanParams.SCAN_POINTER_START;
            do {
                ScanResult<String> keys = client.scan(cursor, all, "zset");
                for (String key : keys.getResult()) {
                    klines.put(key.substring(prefix.length()), members(client, key));
                }
                cursor = keys.getCursor();
            } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
        }
        return klines;
    }

    private static Map<Long, Long> members(Jedis client, String key) {
        Map<Long, Long> trades = new TreeMap<>();
        for (String member : client.zrange(key, 0, -1)) {
            String[] values = member.split(",");
            trades.put(Long.parseLong(values[1]), Long.parseLong(values[values.length - 1]));
        }
        return trades;
    }

    private Verdict verify(Duration settle) throws Exception {
        Verdict verdict =
                Verification.run(running.cluster(), Scope.ALL, settle, VerifyProgress.silent());
        System.out.println(verdict);
        return verdict;
    }

    private void assertNothingIsWrong() throws Exception {
        Verdict verdict = verify(Duration.ofMinutes(1));
        assertThat(verdict.isGood()).as("%s", verdict.lines()).isTrue();
        assertThat(verdict.compared()).isGreaterThan(1000);
    }
}
