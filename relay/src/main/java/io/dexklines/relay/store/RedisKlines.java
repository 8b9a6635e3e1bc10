package io.dexklines.relay.store;

import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.KlineSeries;
import io.dexklines.relay.history.KlineStore;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.history.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.ZRangeParams;

/**
 * Reads the newest klines of every series, as many as the job keeps, from Redis: a server, the
 * master that sentinels name, or a cluster. Counts and skips malformed members. Connects on the
 * first query.
 */
public final class RedisKlines implements KlineStore, AutoCloseable {

    private static final int CONNECT_TIMEOUT_MS = 1_000;
    private static final int ANSWER_TIMEOUT_MS = 2_000;

    /** Attempts of a query on a cluster, whose slots may have moved. */
    private static final int CLUSTER_ATTEMPTS = 3;

    private final RedisAddress address;
    private final ConnectionPoolConfig pool = new ConnectionPoolConfig();
    private final LongAdder malformed;
    private final CircuitBreaker breaker = new CircuitBreaker("Redis", System::nanoTime);
    private UnifiedJedis client;
    private boolean closed;

    /**
     * @param connections the size of the pool; in a cluster, of the pool of each node
     * @param malformed counts members that cannot be parsed
     */
    public RedisKlines(RedisAddress address, int connections, LongAdder malformed) {
        this.address = address;
        this.malformed = malformed;
        pool.setMaxTotal(connections);
        pool.setMaxIdle(connections);
        pool.setMaxWait(Duration.ofMillis(ANSWER_TIMEOUT_MS));
    }

    /** Returns the client. Creates it at first, since sentinels or a cluster have to be asked. */
    private synchronized UnifiedJedis client() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        if (client == null) {
            client = newClient();
        }
        return client;
    }

    private UnifiedJedis newClient() {
        Set<HostAndPort> nodes =
                address.uri().nodes().stream().map(HostAndPort::from).collect(Collectors.toSet());
        DefaultJedisClientConfig server =
                config().user(address.user())
                        .password(address.password())
                        .database(address.uri().database())
                        .build();
        return switch (address.uri().topology()) {
            case STANDALONE ->
                    RedisClient.builder()
                            .hostAndPort(nodes.iterator().next())
                            .clientConfig(server)
                            .poolConfig(pool)
                            .build();
            case SENTINEL ->
                    RedisSentinelClient.builder()
                            .masterName(address.uri().master())
                            .sentinels(nodes)
                            .sentinelClientConfig(config().build())
                            .clientConfig(server)
                            .poolConfig(pool)
                            .build();
            case CLUSTER ->
                    RedisClusterClient.builder()
                            .nodes(nodes)
                            .clientConfig(server)
                            .poolConfig(pool)
                            .maxAttempts(CLUSTER_ATTEMPTS)
                            .maxTotalRetriesDuration(Duration.ofMillis(ANSWER_TIMEOUT_MS))
                            .build();
        };
    }

    private DefaultJedisClientConfig.Builder config() {
        DefaultJedisClientConfig.Builder config =
                DefaultJedisClientConfig.builder()
                        .connectionTimeoutMillis(CONNECT_TIMEOUT_MS)
                        .socketTimeoutMillis(ANSWER_TIMEOUT_MS);
        if (address.uri().tls()) {
            config.sslOptions(SslOptions.builder().sslVerifyMode(SslVerifyMode.FULL).build());
        }
        return config;
    }

    @Override
    public List<PastKline> read(KlineSeries series, Window window, Cancellation cancellation) {
        String key = address.key(series);
        List<String> members = breaker.call(() -> members(key, window));
        List<PastKline> klines = new ArrayList<>(members.size());
        for (String member : members) {
            try {
                PastKline kline = RedisMember.parse(member);
                if (window.holds(kline.openTime())) {
                    klines.add(kline);
                } else {
                    // its open time is not its score
                    malformed.increment();
                }
            } catch (IllegalArgumentException e) {
                malformed.increment();
            }
        }
        return klines;
    }

    private List<String> members(String key, Window window) {
        UnifiedJedis redis = client();
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
    public synchronized void close() {
        closed = true;
        if (client != null) {
            client.close();
        }
    }
}
