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
 * Pipelined exchanges over pooled connections, each with a timeout for all its commands and one for
 * all its replies.
 *
 * <p>A socket timeout is not enough: it restarts with each reply and does not cover writes to a
 * server that has stopped reading.
 */
final class PipelinedConnections {
    private static final Logger LOG = LoggerFactory.getLogger(PipelinedConnections.class);

    private final ScheduledExecutorService timer;
    private final long requestTimeoutMs;
    private final ReconnectGuard guard;
    private final Set<Exchange> exchanges = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    PipelinedConnections(
            ScheduledExecutorService timer, long requestTimeoutMs, ReconnectGuard guard) {
        this.timer = timer;
        this.guard = guard;
        this.requestTimeoutMs = requestTimeoutMs;
    }

    /**
     * Takes a connection from the pool for one exchange.
     *
     * @throws RuntimeException from Jedis if no connection is available
     */
    Exchange begin(Supplier<Connection> pool) {
        if (closed) {
            throw new JedisConnectionException("closed");
        }
        Connection connection = pool.get();
        Exchange exchange;
        try {
            exchange = new Exchange(connection);
        } catch (RuntimeException e) {
            // the timer was shut down, because the link is being closed
            connection.close();
            throw e;
        }
        exchanges.add(exchange);
        if (closed) {
            exchange.abort("closed");
        }
        return exchange;
    }

    void close() {
        closed = true;
        exchanges.forEach(exchange -> exchange.abort("closed"));
    }

    /** A pipelined exchange over one connection. Not thread-safe. */
    final class Exchange implements AutoCloseable {
        private final Connection connection;
        private Future<?> timeout;
        private volatile String abortReason;
        private RuntimeException broken;

        private Exchange(Connection connection) {
            this.connection = connection;
            startTimeout();
        }

        private void startTimeout() {
            timeout =
                    timer.schedule(
                            () -> abort("no answer within " + requestTimeoutMs + " ms"),
                            requestTimeoutMs,
                            TimeUnit.MILLISECONDS);
        }

        /** Sends a command without waiting for its reply. */
        void send(EncodedCommand command) {
            if (broken != null) {
                return;
            }
            guard.forbid();
            try {
                connection.sendCommand(command::name, command.args());
            } catch (RuntimeException e) {
                broken = e;
            } finally {
                guard.permit();
            }
        }

        /**
         * Flushes the commands, so that the node works while replies of other nodes are read. The
         * timeout stands still until {@link #awaitReplies}: a node that hangs must not cost the
         * replies of the others.
         */
        void flush() {
            if (broken != null) {
                return;
            }
            try {
                // flush() is not public, and reading no replies does nothing else
                connection.getMany(0);
            } catch (RuntimeException e) {
                broken = e;
            }
            timeout.cancel(false);
        }

        /** Starts the timeout for the replies. */
        void awaitReplies() {
            try {
                startTimeout();
            } catch (RuntimeException e) {
                // the timer was shut down, because the link is being closed
                abort("closed");
            }
        }

        /** Announces that the next command belongs to a slot that is moving to this node. */
        void sendAsking() {
            send(new EncodedCommand(Protocol.Command.ASKING.getRaw(), null, new byte[0][]));
        }

        /** Reads the reply to the next command. */
        RedisReply receive() {
            if (broken == null) {
                try {
                    return new RedisReply(connection.getOne(), null);
                } catch (JedisDataException e) {
                    RedisFailure failure = RedisFailure.ofReply(e.getMessage(), e);
                    if (failure.kind() == RedisFailure.Kind.RECONNECT) {
                        connection.setBroken();
                        broken = e;
                    }
                    return new RedisReply(null, failure);
                } catch (RuntimeException e) {
                    broken = e;
                }
            }
            return new RedisReply(
                    null,
                    abortReason == null
                            ? RedisFailure.ofBrokenConnection(broken)
                            : new RedisFailure(RedisFailure.Kind.RECONNECT, abortReason, broken));
        }

        boolean isBroken() {
            return broken != null;
        }

        private void abort(String reason) {
            abortReason = reason;
            try {
                connection.forceDisconnect();
            } catch (IOException | RuntimeException e) {
                LOG.debug("Disconnecting from Redis failed", e);
            }
        }

        /** Returns the connection to the pool, or discards it if it is broken. */
        @Override
        public void close() {
            timeout.cancel(false);
            exchanges.remove(this);
            try {
                connection.close();
            } catch (RuntimeException e) {
                LOG.debug("Returning a connection to Redis to the pool failed", e);
            }
        }
    }
}
