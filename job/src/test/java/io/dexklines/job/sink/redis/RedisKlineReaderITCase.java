package io.dexklines.job.sink.redis;

import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.connector.redis.connection.RedisSecret;
import io.dexklines.job.sink.KlineReader;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.StoredKline;
import io.dexklines.job.sink.check.KlineReaderContract;
import io.dexklines.local.stack.EmbeddedRedis;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Runs the contract against a real Redis. */
class RedisKlineReaderITCase extends KlineReaderContract {

    private static final PairKline KLINE = new PairKline(PEPE, closed(0, 5));
    private static final String KEY = KlineRedisScript.key(PEPE, KLINE.kline().interval());
    private static final long OPEN_TIME = KLINE.kline().openTimeMs() / 1000;

    @TempDir private static Path folder;

    private static EmbeddedRedis server;

    @BeforeAll
    static void startServer() {
        server = EmbeddedRedis.start(folder, 0);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Override
    protected KlineReader.Opener readers() {
        try (Jedis redis = server.connect()) {
            redis.flushAll();
        }
        return RedisKlineReader.of(
                RedisConnectionSettings.uri(server.uri())
                        .username(server.job().user())
                        .password(RedisSecret.fromFile(server.job().passwordFile().toString()))
                        .build(),
                "");
    }

    @Override
    protected void put(PairKline kline) {
        KlineRedisScript.Call call = KlineRedisScript.forcedCall(kline.pair(), kline.kline());
        try (Jedis redis = server.connect()) {
            redis.eval(KlineRedisScript.text(), List.of(call.key()), call.arguments());
        }
    }

    @Override
    protected void stop() {
        server.kill();
    }

    @Override
    protected void start() {
        server.restart();
    }

    @Test
    void aKlineOlderThanAllThatRedisKeepsIsNotMissing() throws Exception {
        try (KlineReader reader = readers().open();
                Jedis redis = server.connect()) {
            Map<String, Double> newer = new HashMap<>();
            for (int i = 1; i < KlineRedisScript.KEPT_KLINES; i++) {
                newer.put("newer " + i, (double) OPEN_TIME + i);
            }
            redis.zadd(KEY, newer);
            assertThat(reader.read(KLINE.key())).isEqualTo(new StoredKline.Missing());

            redis.zadd(KEY, OPEN_TIME + KlineRedisScript.KEPT_KLINES, "one more");
            assertThat(reader.read(KLINE.key())).isEqualTo(new StoredKline.NotKept());
        }
    }

    @Test
    void whatIsNoMemberOfTheScriptIsUnreadable() throws Exception {
        try (KlineReader reader = readers().open();
                Jedis redis = server.connect()) {
            redis.zadd(KEY, OPEN_TIME, "rubbish");
            assertThat(reader.read(KLINE.key()))
                    .isEqualTo(new StoredKline.Unreadable("the member rubbish"));

            redis.zadd(KEY, OPEN_TIME, "second");
            assertThat(reader.read(KLINE.key()))
                    .isEqualTo(new StoredKline.Unreadable("several members: [rubbish, second]"));

            redis.del(KEY);
            redis.set(KEY, "a text");
            assertThat(reader.read(KLINE.key()))
                    .isEqualTo(
                            new StoredKline.Unreadable(
                                    "WRONGTYPE Operation against a key holding the wrong kind of"
                                            + " value"));
        }
    }
}
