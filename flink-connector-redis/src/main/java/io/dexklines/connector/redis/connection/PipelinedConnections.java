package io.dexklines.connector.redis.connection;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Borrows connections and pipelines over them, with a time limit on the whole exchange.
 *
 * <p>A socket's own timeout is not enough: it starts anew with each answer and does not cover
 * writing to a server that no longer reads.
 */
final class PipelinedConnections {
    private static final Logger LOG = LoggerFactory.getLogger(PipelinedConnections.class);

    private final ScheduledExecutorService timer;
    private final long requestTimeoutMs;
    private final ReconnectGuard guard;
    private final Set<Exchange> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    PipelinedConnections(
            ScheduledExecutorService timer, long requestTimeoutMs, ReconnectGuard guard) {
        this.timer = timer;
        this.guard = guard;
        this.requestTimeoutMs = requestTimeoutMs;
    }

    /**
     * Borrows a connection for one exchange.
     *
     * @throws RuntimeException the client library's, when there is no connection to be had
     */
    Exchange begin(Supplier<Connection> source) {
        if (closed) {
            throw new JedisConnectionException("closed");
        }
        Connection connection = source.get();
        Exchange exchange;
        try {
            exchange = new Exchange(connection);
        } catch (RuntimeException e) {
            // the timer takes nothing any more: this is being closed
            connection.close();
            throw e;
        }
        open.add(exchange);
        if (closed) {
            exchange.cut("closed");
        }
        return exchange;
    }

    void close() {
        closed = true;
        open.forEach(exchange -> exchange.cut("closed"));
    }

    /** One pipelined exchange over one connection; belongs to one thread. */
    final class Exchange implements AutoCloseable {
        private final Connection connection;
        private final Future<?> limit;
        private volatile String cutBecause;
        private RuntimeException broken;

        private Exchange(Connection connection) {
            this.connection = connection;
            this.limit =
                    timer.schedule(
                            () -> cut("no answer within " + requestTimeoutMs + " ms"),
                            requestTimeoutMs,
                            TimeUnit.MILLISECONDS);
        }

        /** Sends without waiting for an answer. */
        void send(RedisFrame frame) {
            if (broken != null) {
                return;
            }
            guard.exchangeBegins();
            try {
                connection.sendCommand(frame::name, frame.args());
            } catch (RuntimeException e) {
                broken = e;
            } finally {
                guard.exchangeEnds();
            }
        }

        /** Hands what was sent to the network, so that the node can work while others are read. */
        void flush() {
            if (broken != null) {
                return;
            }
            try {
                // reading no answers leaves nothing but the flush, which is not public itself
                connection.getMany(0);
            } catch (RuntimeException e) {
                broken = e;
            }
        }

        /** Tells the node of a slot on its way that the next command is meant for it. */
        void sendAsking() {
            send(new RedisFrame(Protocol.Command.ASKING.getRaw(), null, new byte[0][]));
        }

        /** What became of the next command in the order they were sent; null when all is well. */
        RedisFailure receive() {
            if (broken == null) {
                try {
                    connection.getOne();
                    return null;
                } catch (JedisDataException e) {
                    RedisFailure failure = RedisFailure.ofReply(e.getMessage(), e);
                    if (failure.kind() == RedisFailure.Kind.RECONNECT) {
                        connection.setBroken();
                        broken = e;
                    }
                    return failure;
                } catch (RuntimeException e) {
                    broken = e;
                }
            }
            return cutBecause == null
                    ? RedisFailure.ofBrokenConnection(broken)
                    : new RedisFailure(RedisFailure.Kind.RECONNECT, cutBecause, broken);
        }

        boolean isBroken() {
            return broken != null;
        }

        private void cut(String reason) {
            cutBecause = reason;
            try {
                connection.forceDisconnect();
            } catch (IOException | RuntimeException e) {
                LOG.debug("Cutting a connection to Redis failed", e);
            }
        }

        /** Gives the connection back, or away if it is broken. */
        @Override
        public void close() {
            limit.cancel(false);
            open.remove(this);
            try {
                connection.close();
            } catch (RuntimeException e) {
                LOG.debug("Giving back a connection to Redis failed", e);
            }
        }
    }
}
