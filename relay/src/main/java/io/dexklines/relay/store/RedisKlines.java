package io.dexklines.relay.store;

import io.dexklines.relay.history.KlineSeries;
import io.dexklines.relay.history.KlineStore;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.history.Window;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;
import redis.clients.jedis.params.ZRangeParams;

/**
 * Reads the newest 1500 klines of every series from Redis. Counts and skips malformed members.
 * Connects on the first query.
 */
public final class RedisKlines implements KlineStore, AutoCloseable {

    private static final int CONNECT_TIMEOUT_MS = 1_000;
    private static final int ANSWER_TIMEOUT_MS = 2_000;
    private static final int DEFAULT_PORT = 6379;
    private static final String TLS_SCHEME = "rediss";

    private final RedisClient redis;
    private final LongAdder malformed;
    private final CircuitBreaker breaker = new CircuitBreaker("Redis", System::nanoTime);

    /**
     * @param address with a URI such as {@code redis://host:6379}, or {@code rediss:} for TLS
     * @param connections the size of the pool
     * @param malformed counts members that cannot be parsed
     */
    public RedisKlines(StoreAddress address, int connections, LongAdder malformed) {
        URI uri = URI.create(address.url());
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(connections);
        pool.setMaxIdle(connections);
        pool.setMaxWait(Duration.ofMillis(ANSWER_TIMEOUT_MS));
        this.malformed = malformed;
        this.redis =
                RedisClient.builder()
                        .hostAndPort(
                                new HostAndPort(
                                        uri.getHost(),
                                        uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort()))
                        .clientConfig(config(address, uri))
                        .poolConfig(pool)
                        .build();
    }

    private static JedisClientConfig config(StoreAddress address, URI uri) {
        DefaultJedisClientConfig.Builder config =
                DefaultJedisClientConfig.builder()
                        .connectionTimeoutMillis(CONNECT_TIMEOUT_MS)
                        .socketTimeoutMillis(ANSWER_TIMEOUT_MS)
                        .user(address.user())
                        .password(address.password());
        if (TLS_SCHEME.equals(uri.getScheme())) {
            config.sslOptions(SslOptions.builder().sslVerifyMode(SslVerifyMode.FULL).build());
        }
        return config.build();
    }

    @Override
    public List<PastKline> read(KlineSeries series, Window window) {
        String key = "kline:" + series.pair() + ':' + series.interval().code();
        List<String> members = breaker.call(() -> members(key, window));
        List<PastKline> klines = new ArrayList<>(members.size());
        for (String member : members) {
            try {
                klines.add(RedisMember.parse(member));
            } catch (IllegalArgumentException e) {
                malformed.increment();
            }
        }
        return klines;
    }

    private List<String> members(String key, Window window) {
        // scores are integers, so the range ends one before 'to'
        double first = window.from();
        double last = window.to() - 1;
        if (window.end() == Window.End.OLDEST) {
            return redis.zrange(
                    key, ZRangeParams.zrangeByScoreParams(first, last).limit(0, window.limit()));
        }
        List<String> members =
                new ArrayList<>(
                        redis.zrange(
                                key,
                                ZRangeParams.zrangeByScoreParams(last, first)
                                        .rev()
                                        .limit(0, window.limit())));
        Collections.reverse(members);
        return members;
    }

    @Override
    public void close() {
        redis.close();
    }
}
