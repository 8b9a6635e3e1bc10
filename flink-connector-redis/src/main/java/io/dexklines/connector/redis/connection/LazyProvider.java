package io.dexklines.connector.redis.connection;

import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.providers.ConnectionProvider;
import redis.clients.jedis.util.Pool;

/**
 * A Jedis connection provider that is created when it is first used. If that fails, the next use
 * tries again. Creating a provider for sentinels or a cluster queries servers, which may be
 * unreachable.
 */
final class LazyProvider<P extends ConnectionProvider> {
    private static final Logger LOG = LoggerFactory.getLogger(LazyProvider.class);

    private final Supplier<P> factory;
    private volatile P provider;
    private volatile boolean closed;

    LazyProvider(Supplier<P> factory) {
        this.factory = factory;
    }

    /**
     * Returns the provider, and creates it if necessary.
     *
     * @throws RuntimeException from Jedis if the provider cannot be created
     */
    P get() {
        if (provider == null) {
            synchronized (this) {
                if (provider == null && !closed) {
                    provider = factory.get();
                }
            }
        }
        if (closed) {
            // close() does not wait for a provider that is being created: the last thread closes it
            close();
            throw new JedisConnectionException("closed");
        }
        return provider;
    }

    /** Closes all idle connections, because the cause of one failure usually affects them all. */
    void dropIdleConnections() {
        P current = provider;
        if (current == null || closed) {
            return;
        }
        try {
            for (Map.Entry<?, ?> each : current.getPrimaryNodesConnectionMap().entrySet()) {
                ((Pool<?>) each.getValue()).clear();
            }
        } catch (RuntimeException e) {
            LOG.debug("Dropping idle connections to Redis failed", e);
        }
    }

    /** Closes all connections. Never throws and does not block. */
    void close() {
        closed = true;
        P current = provider;
        if (current != null) {
            try {
                current.close();
            } catch (Exception e) {
                LOG.debug("Closing the connections to Redis failed", e);
            }
        }
    }
}
