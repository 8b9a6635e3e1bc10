package io.dexklines.connector.redis.connection;

import java.io.File;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultRedisCredentials;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;
import redis.clients.jedis.providers.ClusterConnectionProvider;
import redis.clients.jedis.providers.ConnectionProvider;
import redis.clients.jedis.providers.PooledConnectionProvider;
import redis.clients.jedis.providers.SentineledConnectionProvider;
import redis.clients.jedis.util.Delay;

/** Translates {@link RedisConnectionSettings} to the configuration classes of Jedis. */
final class ConnectionConfigs {
    /** Delay before reconnecting to a sentinel. Its thread outlives a closed link by this time. */
    private static final Duration SENTINEL_RECONNECT = Duration.ofSeconds(1);

    private final RedisConnectionSettings settings;
    private final int maxConnections;
    private final ReconnectGuard guard;
    private final JedisClientConfig server;
    private final JedisClientConfig sentinel;

    /**
     * @throws IllegalArgumentException if a key store does not exist
     */
    ConnectionConfigs(
            RedisConnectionSettings settings,
            RedisConnectionSettings.Secrets secrets,
            int maxConnections,
            ReconnectGuard guard) {
        this.settings = settings;
        this.guard = guard;
        this.maxConnections = maxConnections;
        this.server = server(secrets);
        this.sentinel = sentinel(secrets);
    }

    /** Connects to a single server. With sentinels, asks them for the master immediately. */
    ConnectionProvider singleNode() {
        if (settings.topology() == RedisConnectionSettings.Topology.SENTINEL) {
            return new SentineledConnectionProvider(
                    settings.sentinelMaster,
                    server,
                    pool(),
                    nodes(),
                    sentinel,
                    Delay.constant(SENTINEL_RECONNECT));
        }
        return new PooledConnectionProvider(nodes().iterator().next(), server, pool());
    }

    /** Connects to the nodes of a cluster. Asks one of them for the slots immediately. */
    ClusterConnectionProvider cluster() {
        return new ClusterConnectionProvider(nodes(), server, pool());
    }

    private JedisClientConfig server(RedisConnectionSettings.Secrets secrets) {
        DefaultJedisClientConfig.Builder config =
                client(settings.username, secrets.password(), settings.tls, secrets)
                        .hostAndPortMapper(guard)
                        .database(settings.database);
        if (settings.clientName != null) {
            config.clientName(settings.clientName);
        }
        return config.build();
    }

    private JedisClientConfig sentinel(RedisConnectionSettings.Secrets secrets) {
        return client(
                        settings.sentinelUsername,
                        secrets.sentinelPassword(),
                        settings.sentinelTls,
                        secrets)
                .build();
    }

    private DefaultJedisClientConfig.Builder client(
            String username,
            String password,
            boolean withTls,
            RedisConnectionSettings.Secrets secrets) {
        DefaultJedisClientConfig.Builder config =
                DefaultJedisClientConfig.builder()
                        // no HELLO, which old servers and some proxies do not support; the older
                        // protocol is enough for the replies that are read here
                        .serverDefaultProtocol()
                        // CLIENT SETINFO would require another permission of the ACL user
                        .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
                        .connectionTimeoutMillis(
                                Math.toIntExact(settings.connectTimeout().toMillis()))
                        .socketTimeoutMillis(Math.toIntExact(settings.requestTimeout().toMillis()));
        if (password != null) {
            config.credentials(new DefaultRedisCredentials(username, password));
        }
        if (withTls) {
            config.sslOptions(tlsOptions(secrets));
        }
        return config;
    }

    private SslOptions tlsOptions(RedisConnectionSettings.Secrets secrets) {
        SslOptions.Builder options =
                SslOptions.builder()
                        .sslVerifyMode(
                                settings.hostnameVerified ? SslVerifyMode.FULL : SslVerifyMode.CA);
        if (settings.trustStore != null) {
            options.truststore(new File(settings.trustStore), chars(secrets.trustStore()));
        }
        if (settings.keyStore != null) {
            options.keystore(new File(settings.keyStore), chars(secrets.keyStore()));
        }
        return options.build();
    }

    private static char[] chars(String password) {
        return password == null ? null : password.toCharArray();
    }

    private GenericObjectPoolConfig<Connection> pool() {
        ConnectionPoolConfig config = new ConnectionPoolConfig();
        config.setMaxTotal(maxConnections);
        config.setMaxIdle(maxConnections);
        config.setMaxWait(settings.connectTimeout().plus(settings.requestTimeout()));
        // no checks of idle connections: their thread would outlive the job and leak its class
        // loader, and the next batch detects a broken connection and is retried
        config.setTestWhileIdle(false);
        config.setTimeBetweenEvictionRuns(Duration.ofMillis(-1));
        config.setJmxEnabled(false);
        return config;
    }

    private Set<HostAndPort> nodes() {
        Set<HostAndPort> nodes = new LinkedHashSet<>();
        for (String node : settings.nodes()) {
            nodes.add(HostAndPort.from(node));
        }
        return nodes;
    }
}
