package io.dexklines.connector.redis.connection;

import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.HostAndPortMapper;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Forbids the client library to connect anew in the middle of an exchange. It does so by itself
 * when it is to write to a connection that was closed meanwhile, and then neither logs in nor
 * selects the database: what follows would be refused, or land in the wrong database.
 *
 * <p>The library asks this for an address whenever it opens a socket, on the thread that wants it.
 */
final class ReconnectGuard implements HostAndPortMapper {
    private final ThreadLocal<Boolean> exchanging = new ThreadLocal<>();

    @Override
    public HostAndPort getHostAndPort(HostAndPort address) {
        if (exchanging.get() != null) {
            throw new JedisConnectionException("the connection was closed during an exchange");
        }
        return address;
    }

    /** From here on this thread writes to and reads from connections that it has. */
    void exchangeBegins() {
        exchanging.set(true);
    }

    void exchangeEnds() {
        exchanging.remove();
    }
}
