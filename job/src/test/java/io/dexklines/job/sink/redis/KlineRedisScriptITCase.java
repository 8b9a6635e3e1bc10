package io.dexklines.job.sink.redis;

import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.kline.Kline;
import io.dexklines.local.stack.Ports;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;
import redis.embedded.RedisServer;

/** The script in a real Redis. */
class KlineRedisScriptITCase {

    private static final String KEY = "kline:1:0xa43fe16908251ee70ef74718545e4fe6c5ccec9f:1m";

    private static RedisServer server;
    private static RedisClient redis;

    @BeforeAll
    static void startServer() throws IOException {
        int port = Ports.free();
        server = RedisServer.builder().bind("127.0.0.1").port(port).build();
        server.start();
        redis = RedisClient.create("127.0.0.1", port);
    }

    @AfterAll
    static void stopServer() throws IOException {
        redis.close();
        server.stop();
    }

    @BeforeEach
    void empty() {
        redis.flushAll();
    }

    @Test
    void aNewerVersionReplacesTheOlderOne() {
        assertThat(put(open(0, 3))).isEqualTo(1L);
        assertThat(put(open(0, 4))).isEqualTo(1L);
        assertThat(put(closed(0, 4))).isEqualTo(1L);

        assertThat(redis.zrange(KEY, 0, -1)).containsExactly(member(closed(0, 4)));
    }

    @Test
    void anOlderVersionNeverReplacesANewerOne() {
        put(closed(0, 10));

        assertThat(put(closed(0, 9))).isEqualTo(0L);

        assertThat(redis.zrange(KEY, 0, -1)).containsExactly(member(closed(0, 10)));
    }

    @Test
    void unreadableMembersAreReplaced() {
        redis.zadd(KEY, 1788220800, "0xa43fe16908251ee70ef74718545e4fe6c5ccec9f,rubbish");
        redis.zadd(KEY, 1788220800, "rubbish");

        put(open(0, 1));

        assertThat(redis.zrange(KEY, 0, -1)).containsExactly(member(open(0, 1)));
    }

    @Test
    void aForcedCallReplacesAnyVersion() {
        put(closed(0, 10));
        KlineRedisScript.Call forced = KlineRedisScript.forcedCall(PEPE, closed(0, 9));

        assertThat(redis.eval(KlineRedisScript.text(), List.of(forced.key()), forced.arguments()))
                .isEqualTo(1L);

        assertThat(redis.zrange(KEY, 0, -1)).containsExactly(member(closed(0, 9)));
    }

    @Test
    void theScoreIsTheOpenTimeAndTheSetOfAMinuteExpiresAfterSixHours() {
        put(open(7, 1));

        assertThat(redis.zscore(KEY, member(open(7, 1)))).isEqualTo(1788220800.0 + 7 * 60);
        assertThat(redis.ttl(KEY)).isBetween(21_600L - 60, 21_600L);
    }

    @Test
    void aFullServerStillReplacesVersionsButTakesNoNewKlines() {
        put(open(0, 3));
        redis.configSet("maxmemory", "1");

        assertThatThrownBy(() -> put(open(1, 1))).hasMessageContaining("OOM");
        assertThat(put(open(0, 4))).isEqualTo(1L);

        redis.configSet("maxmemory", "0");
        assertThat(redis.zrange(KEY, 0, -1)).containsExactly(member(open(0, 4)));
    }

    @Test
    void theNewestFifteenHundredStay() {
        for (int minute = 0; minute < 1501; minute++) {
            put(closed(minute, 1));
        }
        put(closed(0, 2));

        List<String> members = redis.zrange(KEY, 0, -1);
        assertThat(members).hasSize(1500);
        assertThat(members.get(0)).isEqualTo(member(closed(1, 1)));
        assertThat(members.get(1499)).isEqualTo(member(closed(1500, 1)));
    }

    private static Object put(Kline kline) {
        KlineRedisScript.Call call = KlineRedisScript.call(PEPE, kline);
        return redis.eval(KlineRedisScript.text(), List.of(call.key()), call.arguments());
    }

    private static String member(Kline kline) {
        return KlineRedisScript.call(PEPE, kline).arguments().get(1);
    }
}
