package io.dexklines.job.sink.redis;

import static io.dexklines.job.sink.SampleKlines.BONK;
import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.open;
import static io.dexklines.job.sink.SampleKlines.updates;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.local.stack.EmbeddedRedis;
import io.dexklines.trade.Pair;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.core.execution.JobClient;
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

    @TempDir private Path folder;

    private EmbeddedRedis redis;
    private RedisClient client;
    private JobClient job;

    @BeforeEach
    void startJob() throws Exception {
        GIVEN.clear();
        REFUSED.clear();
        redis = EmbeddedRedis.start(folder, 0);
        client = RedisClient.create(redis.uri());
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
                        RedisConnectionSettings.uri(redis.uri()).build(),
                        "",
                        null,
                        1_000_000)
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

    private void forgetEverythingOnDisk() throws Exception {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".aof")).toList()) {
                Files.delete(file);
            }
        }
    }

    private void awaitHeld(Pair pair, Kline... klines) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(
                        () ->
                                assertThat(held(pair))
                                        .containsExactly(
                                                Arrays.stream(klines)
                                                        .map(kline -> member(pair, kline))
                                                        .toArray(String[]::new)));
    }

    private List<String> held(Pair pair) {
        return client.zrange(KlineRedisScript.call(pair, open(0, 1)).key(), 0, -1);
    }

    private static String member(Pair pair, Kline kline) {
        return KlineRedisScript.call(pair, kline).arguments().get(1);
    }
}
