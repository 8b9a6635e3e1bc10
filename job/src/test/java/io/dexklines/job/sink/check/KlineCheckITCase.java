package io.dexklines.job.sink.check;

import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.open;
import static io.dexklines.job.sink.SampleKlines.updates;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.job.Sinks;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.sink.KlineReader;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.Results;
import io.dexklines.job.sink.StoredKline;
import io.dexklines.job.sink.mysql.MySqlKlineReader;
import io.dexklines.job.sink.redis.KlineRedisScript;
import io.dexklines.job.sink.redis.RedisKlineReader;
import io.dexklines.job.sink.relay.RelayKlineReader;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.local.stack.EmbeddedRedis;
import io.dexklines.local.stack.Ports;
import io.dexklines.relay.RelayServer;
import io.dexklines.relay.RelaySettings;
import io.dexklines.relay.store.RedisAddress;
import io.dexklines.relay.store.StoreAddress;
import io.dexklines.relay.store.StoreSettings;
import io.dexklines.text.RedisUri;
import io.dexklines.trade.Pair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/**
 * A job that writes to real stores what a test gives it, and checks them. The relay reads a Redis
 * of its own, so that a test can falsify the answers of the relay alone.
 */
@Timeout(300)
class KlineCheckITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String TOKEN = "token";
    private static final List<String> STORES = List.of("mysql", "redis", "relay");

    private static final InMemoryReporter METRICS = InMemoryReporter.create();

    @RegisterExtension
    private static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    () ->
                            new MiniClusterResourceConfiguration.Builder()
                                    .setConfiguration(
                                            METRICS.addToConfiguration(new Configuration()))
                                    .setNumberTaskManagers(1)
                                    .setNumberSlotsPerTaskManager(1)
                                    .build());

    /** The job runs in this process and takes from here. */
    private static final Queue<KlineUpdates> GIVEN = new ConcurrentLinkedQueue<>();

    /** The check reads nothing until it is open. */
    private static volatile CountDownLatch gate;

    @TempDir private static Path folder;

    private static EmbeddedKafka kafka;
    private static EmbeddedMariaDb mysql;
    private static EmbeddedRedis redis;
    private static EmbeddedRedis redisOfTheRelay;

    private RelayServer relay;
    private JobClient job;
    private KlineJobSettings settings;

    @BeforeAll
    static void startServers() {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        kafka.createTopic("klines-refused", 1);
        mysql = EmbeddedMariaDb.start(folder.resolve("mysql"), 0);
        mysql.migrate();
        redis = EmbeddedRedis.start(folder.resolve("redis"), 0);
        redisOfTheRelay = EmbeddedRedis.start(folder.resolve("redis-of-the-relay"), 0);
    }

    @AfterAll
    static void stopServers() {
        redisOfTheRelay.close();
        redis.close();
        mysql.close();
        kafka.close();
    }

    @BeforeEach
    void startRelay() throws Exception {
        relay =
                RelayServer.start(
                        RelaySettings.builder(TOKEN)
                                // the job of this test compares far more klines than usual
                                .maxRequestsPerSecond(10_000)
                                .port(0)
                                .eventLoops(1)
                                .stores(
                                        new StoreSettings(
                                                List.of(
                                                        new StoreAddress(
                                                                mysql.jdbcUrl(),
                                                                mysql.relay().user(),
                                                                mysql.relay().password())),
                                                Optional.of(
                                                        new RedisAddress(
                                                                RedisUri.parse(
                                                                        redisOfTheRelay.uri()),
                                                                "",
                                                                redisOfTheRelay.relay().user(),
                                                                redisOfTheRelay
                                                                        .relay()
                                                                        .password()))))
                                .build());
        gate = new CountDownLatch(1);
        GIVEN.clear();
        try (Connection database = mysql.connect()) {
            database.createStatement().execute("DELETE FROM kline");
        }
        for (EmbeddedRedis each : List.of(redis, redisOfTheRelay)) {
            try (Jedis client = each.connect()) {
                client.flushAll();
            }
        }
    }

    @AfterEach
    void stopJob() throws Exception {
        assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
        gate.countDown();
        job.cancel().get();
        await().atMost(PATIENCE)
                .until(
                        () ->
                                Thread.getAllStackTraces().keySet().stream()
                                        .noneMatch(
                                                thread ->
                                                        thread.getName()
                                                                .startsWith("kline-check-")));
        relay.close();
    }

    @Test
    void whatIsTamperedWithInAStoreIsWhatTheMetricsOfThatStoreCount() throws Exception {
        start(Duration.ofSeconds(3));
        PairKline untouched = new PairKline(pair(0), closed(0, 5));
        PairKline wrongInMySql = new PairKline(pair(1), closed(0, 5));
        PairKline wrongInRedis = new PairKline(pair(2), closed(0, 5));
        PairKline wrongInTheRelay = new PairKline(pair(3), closed(0, 5));
        PairKline goneFromMySql = new PairKline(pair(4), closed(0, 5));
        PairKline goneFromRedis = new PairKline(pair(5), closed(0, 5));
        PairKline openInMySql = new PairKline(pair(6), closed(0, 5));
        PairKline olderInRedis = new PairKline(pair(7), closed(0, 5));
        List<PairKline> all =
                List.of(
                        untouched,
                        wrongInMySql,
                        wrongInRedis,
                        wrongInTheRelay,
                        goneFromMySql,
                        goneFromRedis,
                        openInMySql,
                        olderInRedis);
        for (PairKline each : all) {
            put(redisOfTheRelay, each);
            emit(each);
        }
        awaitStored(all);

        try (Connection database = mysql.connect()) {
            TableRows.put(database, falsified(wrongInMySql));
            TableRows.delete(database, goneFromMySql.key());
            TableRows.put(database, new PairKline(openInMySql.pair(), open(0, 5)));
        }
        put(redis, falsified(wrongInRedis));
        try (Jedis client = redis.connect()) {
            client.del(KlineRedisScript.call(goneFromRedis.pair(), goneFromRedis.kline()).key());
        }
        put(redis, new PairKline(olderInRedis.pair(), closed(0, 4)));
        put(redisOfTheRelay, falsified(wrongInTheRelay));
        gate.countDown();

        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(counts())
                                        .isEqualTo(
                                                Map.of(
                                                        "mysql.klinesChecked", 8L,
                                                        "mysql.klinesWrong", 2L,
                                                        "mysql.klinesMissing", 1L,
                                                        "redis.klinesChecked", 8L,
                                                        "redis.klinesWrong", 2L,
                                                        "redis.klinesMissing", 1L,
                                                        "relay.klinesChecked", 8L,
                                                        "relay.klinesWrong", 1L)));
    }

    @Test
    void nothingIsWrongInStoresThatOnlyTheJobWritesTo() throws Exception {
        start(PATIENCE);
        int pairs = 40;
        for (int trades = 1; trades <= 5; trades++) {
            for (int pair = 0; pair < pairs; pair++) {
                GIVEN.add(updates(pair(pair), open(0, trades)));
            }
        }
        for (int pair = 0; pair < pairs; pair++) {
            GIVEN.add(updates(pair(pair), closed(0, 5), open(1, 1)));
        }
        // every second kline is corrected, once or twice, before it is read
        for (int pair = 0; pair < pairs; pair += 2) {
            GIVEN.add(updates(pair(pair), closed(0, 6)));
        }
        for (int pair = 0; pair < pairs; pair += 4) {
            GIVEN.add(updates(pair(pair), closed(0, 7), open(1, 2)));
        }
        await().atMost(PATIENCE).until(GIVEN::isEmpty);
        gate.countDown();
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(counts())
                                        .isEqualTo(
                                                Map.of(
                                                        "mysql.klinesChecked", (long) pairs,
                                                        "redis.klinesChecked", (long) pairs,
                                                        "relay.klinesChecked", (long) pairs)));

        // further klines close and are corrected while others are read
        int minutes = 30;
        for (int minute = 1; minute <= minutes; minute++) {
            for (int pair = 0; pair < pairs; pair++) {
                GIVEN.add(updates(pair(pair), open(minute, 2)));
                GIVEN.add(updates(pair(pair), closed(minute, 3), open(minute + 1, 1)));
            }
            for (int pair = minute % 3; pair < pairs; pair += 3) {
                GIVEN.add(updates(pair(pair), closed(minute, 4)));
            }
        }
        long least = (long) pairs * (1 + minutes);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(counts())
                                        .hasSize(STORES.size())
                                        .allSatisfy(
                                                (store, checked) ->
                                                        assertThat(checked)
                                                                .as(store)
                                                                .isGreaterThanOrEqualTo(least)));
        assertThat(counts())
                .containsOnlyKeys(
                        "mysql.klinesChecked", "redis.klinesChecked", "relay.klinesChecked");
    }

    private void start(Duration patience) throws Exception {
        Path token = Files.writeString(folder.resolve("token"), TOKEN);
        String relayUrl = "http://" + Ports.HOST + ":" + relay.port();
        settings =
                KlineJobSettings.load(
                        "--kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                        "--mysql.url=" + mysql.jdbcUrl(),
                        "--mysql.username=" + mysql.job().user(),
                        "--mysql.password=" + mysql.job().passwordReference(),
                        "--redis.uri=" + redis.uri(),
                        "--redis.username=" + redis.job().user(),
                        "--redis.password=" + redis.job().passwordReference(),
                        "--relay.urls=" + relayUrl.replace("http", "ws") + "/publish",
                        "--relay.token=file:" + token,
                        "--check.klines-per-second=10000",
                        "--check.delay=200 ms",
                        "--check.patience=" + patience.toMillis() + " ms",
                        "--check.relay-urls=" + relayUrl);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.setParallelism(1);
        env.enableCheckpointing(500);
        GeneratorFunction<Long, Long> ticks = index -> index;
        DataStream<KlineUpdates> klines =
                env.fromSource(
                                new DataGeneratorSource<>(
                                        ticks,
                                        Long.MAX_VALUE,
                                        RateLimiterStrategy.perSecond(50),
                                        Types.LONG),
                                WatermarkStrategy.noWatermarks(),
                                "ticks")
                        .flatMap(KlineCheckITCase::take)
                        .returns(CodecTypeInfo.KLINE_UPDATES);
        Results results = new Results(klines, Optional.empty(), null, Optional.empty());
        Sinks sinks = Sinks.production(settings, Clock.systemUTC());
        sinks.mysql().attach(results);
        sinks.redis().attach(results);
        sinks.relay().attach(results);
        new KlineCheckSink(
                        settings.check().orElseThrow(),
                        STORES.stream()
                                .map(
                                        store -> {
                                            KlineReader.Opener readers = readers(store);
                                            return new CheckedStore(
                                                    store, store, () -> new Gated(readers.open()));
                                        })
                                .toList())
                .attach(results);
        job = env.executeAsync("checked klines");
    }

    private static void take(long tick, Collector<KlineUpdates> out) {
        for (KlineUpdates next = GIVEN.poll(); next != null; next = GIVEN.poll()) {
            out.collect(next);
        }
    }

    private KlineReader.Opener readers(String store) {
        return switch (store) {
            case "mysql" -> MySqlKlineReader.servers(settings.mysql().orElseThrow()).get(0);
            case "redis" -> RedisKlineReader.of(settings.redis().orElseThrow().connection(), "");
            default -> RelayKlineReader.of(settings.check().orElseThrow().relayUrls().get(0));
        };
    }

    /** A reader that reads nothing until {@link #gate} is open. */
    private record Gated(KlineReader reader) implements KlineReader {

        @Override
        public StoredKline read(PairKline.Key kline) throws IOException {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return reader.read(kline);
        }

        @Override
        public void close() {
            reader.close();
        }
    }

    private static void emit(PairKline kline) {
        GIVEN.add(updates(kline.pair(), open(0, kline.kline().trades() - 1)));
        GIVEN.add(updates(kline.pair(), kline.kline()));
    }

    private void awaitStored(List<PairKline> klines) throws Exception {
        for (String store : STORES) {
            try (KlineReader reader = readers(store).open()) {
                for (PairKline each : klines) {
                    await().atMost(PATIENCE)
                            .until(
                                    () ->
                                            Verdict.of(each.kline(), reader.read(each.key()))
                                                    == Verdict.RIGHT);
                }
            }
        }
    }

    private static void put(EmbeddedRedis server, PairKline kline) {
        KlineRedisScript.Call call = KlineRedisScript.forcedCall(kline.pair(), kline.kline());
        try (Jedis client = server.connect()) {
            client.eval(KlineRedisScript.text(), List.of(call.key()), call.arguments());
        }
    }

    private static PairKline falsified(PairKline kline) {
        Kline other = KlineReaderContract.withClose(kline.kline(), 0.5);
        return new PairKline(kline.pair(), other);
    }

    private static Pair pair(int number) {
        return new Pair("1", "0x%040x".formatted(number));
    }

    /** Returns the counters of the running job that are not zero. */
    private Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        METRICS.getMetricsByGroup()
                .forEach(
                        (group, metrics) -> {
                            Map<String, String> labels = group.getAllVariables();
                            String store = labels.get("<" + CheckMetric.STORE + ">");
                            if (store != null
                                    && job.getJobID().toString().equals(labels.get("<job_id>"))) {
                                for (CheckMetric metric : CheckMetric.values()) {
                                    long count =
                                            ((Counter) metrics.get(metric.metricName())).getCount();
                                    if (count != 0) {
                                        counts.put(store + '.' + metric.metricName(), count);
                                    }
                                }
                            }
                        });
        return counts;
    }
}
