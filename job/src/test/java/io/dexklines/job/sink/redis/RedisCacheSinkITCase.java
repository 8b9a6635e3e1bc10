package io.dexklines.job.sink.redis;

import static io.dexklines.job.sink.SampleKlines.BONK;
import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.kline;
import static io.dexklines.job.sink.SampleKlines.open;
import static io.dexklines.job.sink.SampleKlines.updates;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.connector.redis.connection.RedisSecret;
import io.dexklines.job.sink.KlineHistory;
import io.dexklines.job.sink.PairKline;
import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.local.stack.EmbeddedRedis;
import io.dexklines.local.stack.StackFiles;
import io.dexklines.trade.Pair;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/**
 * A job that writes to a real Redis what a test gives it, and what Redis may do to it. While a test
 * gives it nothing, no pair trades.
 */
@Timeout(180)
class RedisCacheSinkITCase {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String MARKER = "kline:present-job-0";

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(1)
                            .build());

    /** The job runs in this process and takes from here. */
    private static final Queue<KlineUpdates> GIVEN = new ConcurrentLinkedQueue<>();

    /** The job puts here what Redis refuses. */
    private static final Queue<String> REFUSED = new ConcurrentLinkedQueue<>();

    /** What MySQL holds, from which the job fills Redis. */
    private static final Queue<PairKline> STORED = new ConcurrentLinkedQueue<>();

    @TempDir private Path folder;

    private EmbeddedRedis redis;
    private RedisClient client;
    private JobClient job;

    @BeforeEach
    void startJob() throws Exception {
        GIVEN.clear();
        REFUSED.clear();
        STORED.clear();
        redis = EmbeddedRedis.start(folder, 0);
        client = redis.pool();
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
                        .flatMap(RedisCacheSinkITCase::take)
                        .returns(CodecTypeInfo.KLINE_UPDATES);
        RedisCacheSink.attachKlines(
                        klines,
                        "job",
                        RedisConnectionSettings.uri(redis.uri())
                                .username(redis.job().user())
                                .password(
                                        RedisSecret.fromFile(redis.job().passwordFile().toString()))
                                .build(),
                        "",
                        StoredInMemory::new,
                        1_000_000,
                        32 << 20)
                .map(json -> REFUSED.add(new String(json, StandardCharsets.UTF_8)))
                .returns(Types.BOOLEAN)
                .sinkTo(new DiscardingSink<>());
        job = env.executeAsync("klines to Redis");
    }

    private static void take(long tick, Collector<KlineUpdates> out) {
        for (KlineUpdates next = GIVEN.poll(); next != null; next = GIVEN.poll()) {
            out.collect(next);
        }
    }

    @AfterEach
    void stopAll() throws Exception {
        assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
        job.cancel().get();
        client.close();
        redis.close();
    }

    @Test
    void klinesLostInAFlushReturnWithoutNewTrades() {
        GIVEN.add(updates(PEPE, closed(0, 1), closed(1, 2), closed(2, 3), open(3, 4)));
        GIVEN.add(updates(BONK, open(0, 5)));
        awaitHeld(PEPE, closed(0, 1), closed(1, 2), closed(2, 3), open(3, 4));
        awaitHeld(BONK, open(0, 5));

        client.flushAll();

        awaitHeld(PEPE, closed(1, 2), closed(2, 3), open(3, 4));
        awaitHeld(BONK, open(0, 5));
    }

    @Test
    void aServerThatReturnsEmptyIsFilledToo() throws Exception {
        GIVEN.add(updates(PEPE, closed(0, 1), open(1, 2)));
        awaitHeld(PEPE, closed(0, 1), open(1, 2));

        redis.kill();
        forgetEverythingOnDisk();
        GIVEN.add(updates(BONK, open(0, 5)));
        redis.restart();

        awaitHeld(PEPE, closed(0, 1), open(1, 2));
        awaitHeld(BONK, open(0, 5));
    }

    @Test
    void aRestartLosesNothing() {
        GIVEN.add(updates(PEPE, closed(0, 1)));
        awaitHeld(PEPE, closed(0, 1));

        redis.kill();
        GIVEN.add(updates(PEPE, open(1, 2)));
        redis.restart();

        awaitHeld(PEPE, closed(0, 1), open(1, 2));
    }

    @Test
    void aKeyOfAnotherTypeIsRefusedAndEverythingElseIsWritten() {
        client.set(KlineRedisScript.call(PEPE, open(0, 1)).key(), "not a sorted set");

        GIVEN.add(updates(PEPE, open(0, 1)));
        GIVEN.add(updates(BONK, open(0, 5)));

        awaitHeld(BONK, open(0, 5));
        await().atMost(PATIENCE).until(() -> !REFUSED.isEmpty());
        assertThat(REFUSED)
                .singleElement()
                .asString()
                .startsWith("{\"store\":\"redis\",\"table\":\"kline\",\"reason\":\"")
                .contains(
                        "WRONGTYPE",
                        "\"pair_addr\":\"" + PEPE.address() + "\"",
                        "\"interval\":\"1m\",\"open_time\":1788220800,\"kline\":{");
    }

    @Test
    void aScriptThatTheServerForgotIsSentAgain() {
        GIVEN.add(updates(PEPE, open(0, 1)));
        awaitHeld(PEPE, open(0, 1));

        client.scriptFlush();
        GIVEN.add(updates(PEPE, open(0, 2)));

        awaitHeld(PEPE, open(0, 2));
    }

    @Test
    void repeatedKlinesReplaceNoNewerVersion() {
        GIVEN.add(updates(PEPE, open(0, 1)));
        GIVEN.add(updates(BONK, open(0, 5)));
        awaitHeld(PEPE, open(0, 1));
        awaitHeld(BONK, open(0, 5));

        // somebody else brought a newer version before the job noticed that data was lost
        KlineRedisScript.Call newer = KlineRedisScript.call(PEPE, open(0, 9));
        client.eval(KlineRedisScript.text(), List.of(newer.key()), newer.arguments());
        client.del(KlineRedisScript.call(BONK, open(0, 5)).key(), MARKER);

        awaitHeld(BONK, open(0, 5));
        assertThat(held(PEPE)).containsExactly(member(PEPE, open(0, 9)));
    }

    @Test
    void aFullServerLetsNewKlinesGoAndIsFilledOnceItHasMemoryAgain() throws Exception {
        Kline held = kline(Interval.ONE_DAY, today(), 1, false);
        Kline newer = kline(Interval.ONE_DAY, today(), 2, false);
        Kline other = kline(Interval.ONE_DAY, today(), 5, false);
        GIVEN.add(updates(PEPE, held));
        awaitHeld(PEPE, held);
        client.configSet("maxmemory", "1");

        STORED.add(new PairKline(BONK, other));
        GIVEN.add(updates(BONK, other));
        GIVEN.add(updates(PEPE, newer));

        // it replaces what it holds, since that needs no memory
        awaitHeld(PEPE, newer);
        job.triggerSavepoint(folder.toUri().toString(), SavepointFormatType.CANONICAL).get();
        assertThat(held(BONK, other)).isEmpty();

        client.configSet("maxmemory", "0");
        awaitHeld(BONK, other);
        assertThat(REFUSED).isEmpty();
    }

    @Test
    void whatHadExpiredIsNotFilledAfterALoss() {
        Kline recent = kline(Interval.ONE_DAY, today(), 5, false);
        Kline expired =
                kline(Interval.ONE_MINUTE, today() - Duration.ofDays(1).toMillis(), 3, true);
        STORED.add(new PairKline(PEPE, expired));
        STORED.add(new PairKline(PEPE, recent));
        GIVEN.add(updates(BONK, open(0, 5)));
        awaitHeld(BONK, open(0, 5));

        client.flushAll();

        awaitHeld(PEPE, recent);
        assertThat(held(PEPE, expired)).isEmpty();
    }

    private static long today() {
        return Interval.ONE_DAY.openTimeMs(System.currentTimeMillis());
    }

    /** The klines of {@link #STORED}. */
    private static final class StoredInMemory implements KlineHistory {

        @Override
        public long countPairs() {
            return pairsAfter(null, Integer.MAX_VALUE).size();
        }

        @Override
        public List<Pair> pairsAfter(Pair last, int most) {
            return STORED.stream()
                    .map(PairKline::pair)
                    .distinct()
                    .sorted(Comparator.comparing(Pair::address))
                    .filter(pair -> last == null || pair.address().compareTo(last.address()) > 0)
                    .limit(most)
                    .toList();
        }

        @Override
        public List<Series> series(Pair pair) {
            return STORED.stream()
                    .filter(row -> row.pair().equals(pair))
                    .map(row -> new Series(pair, row.kline().interval()))
                    .distinct()
                    .toList();
        }

        @Override
        public List<Kline> newest(Series series, int most) {
            return STORED.stream()
                    .filter(row -> row.pair().equals(series.pair()))
                    .map(PairKline::kline)
                    .filter(kline -> kline.interval() == series.interval())
                    .sorted(Comparator.comparing(Kline::openTimeMs).reversed())
                    .limit(most)
                    .toList();
        }

        @Override
        public boolean isComplete(String job, int subtask, String run, long updates) {
            return true;
        }

        @Override
        public void close() {}
    }

    private void forgetEverythingOnDisk() throws Exception {
        StackFiles.deleteFolder(folder.resolve(EmbeddedRedis.APPEND_ONLY_FOLDER));
    }

    private void awaitHeld(Pair pair, Kline... klines) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(
                        () ->
                                assertThat(held(pair, klines[0]))
                                        .containsExactly(
                                                Arrays.stream(klines)
                                                        .map(kline -> member(pair, kline))
                                                        .toArray(String[]::new)));
    }

    private List<String> held(Pair pair) {
        return held(pair, open(0, 1));
    }

    private List<String> held(Pair pair, Kline ofInterval) {
        return client.zrange(KlineRedisScript.call(pair, ofInterval).key(), 0, -1);
    }

    private static String member(Pair pair, Kline kline) {
        return KlineRedisScript.call(pair, kline).arguments().get(1);
    }
}
