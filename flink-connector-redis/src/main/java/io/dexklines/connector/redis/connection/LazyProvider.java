package io.dexklines.connector.redis.connection;

import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.providers.ConnectionProvider;
import redis.clients.jedis.util.Pool;

/**
 * The client library's source of connections, made when it is first needed and made again if that
 * failed: with sentinels and clusters making it means asking servers that may be away.
 */
final class LazyProvider<P extends ConnectionProvider> {
    private static final Logger LOG = LoggerFactory.getLogger(LazyProvider.class);

    private final Supplier<P> maker;
    private final ReentrantLock making = new ReentrantLock();
    private volatile P provider;
    private volatile boolean closed;

    LazyProvider(Supplier<P> maker) {
        this.maker = maker;
    }

    /**
     * The source of connections.
     *
     * @throws RuntimeException the client library's, when it cannot be made now
     */
    P get() {
        P made = provider;
        if (made == null) {
            making.lock();
            try {
                made = provider;
                if (made == null && !closed) {
                    made = maker.get();
                    provider = made;
                }
            } finally {
                making.unlock();
            }
        }
        if (closed) {
            // close() does not wait for one in the making: whoever comes last clears up
            close();
            throw new JedisConnectionException("closed");
        }
        return made;
    }

    /** Forgets connections that nobody uses: what broke one broke the others, as a rule. */
    void dropIdleConnections() {
        P made = provider;
        if (made == null || closed) {
            return;
        }
        try {
            for (Map.Entry<?, ?> each : made.getPrimaryNodesConnectionMap().entrySet()) {
                ((Pool<?>) each.getValue()).clear();
            }
        } catch (RuntimeException e) {
            LOG.debug("Dropping idle connections to Redis failed", e);
        }
    }

    /** Never throws, and does not wait. */
    void close() {
        closed = true;
        P made = provider;
        if (made != null) {
            try {
                made.close();
            } catch (Exception e) {
                LOG.debug("Closing the connections to Redis failed", e);
            }
        }
    }
}
