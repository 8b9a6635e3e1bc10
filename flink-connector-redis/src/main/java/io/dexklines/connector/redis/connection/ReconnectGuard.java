package io.dexklines.connector.redis.connection;

import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.HostAndPortMapper;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Prevents Jedis from reconnecting during an exchange. Jedis reconnects by itself when it writes to
 * a connection that has been closed, and then neither logs in nor selects the database. Further
 * commands would be refused or would write to the wrong database.
 *
 * <p>Jedis asks its address mapper for the address whenever it opens a socket, on the thread that
 * uses the connection.
 */
final class ReconnectGuard implements HostAndPortMapper {
    private final ThreadLocal<Boolean> forbidden = new ThreadLocal<>();

    @Override
    public HostAndPort getHostAndPort(HostAndPort address) {
        if (forbidden.get() != null) {
            throw new JedisConnectionException("the connection was closed during an exchange");
        }
        return address;
    }

    /** Makes every attempt to connect on this thread fail. */
    void forbid() {
        forbidden.set(true);
    }

    /** Permits connecting on this thread again. */
    void permit() {
        forbidden.remove();
    }
}
