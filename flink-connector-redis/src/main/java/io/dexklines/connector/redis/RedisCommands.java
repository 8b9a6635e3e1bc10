package io.dexklines.connector.redis;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.connector.redis.connection.RedisFailure;
import io.dexklines.connector.redis.connection.RedisLink;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;

/**
 * A client that sends {@link RedisCommand}s outside of a Flink job, for example from a tool that
 * writes the same data as a {@link RedisSink}. It does not retry: the caller decides about that.
 */
public final class RedisCommands implements AutoCloseable {
    private final String server;
    private final ScheduledExecutorService timer;
    private final RedisLink link;

    private RedisCommands(String server, ScheduledExecutorService timer, RedisLink link) {
        this.server = server;
        this.timer = timer;
        this.link = link;
    }

    /**
     * Creates a client. It connects when the first commands are sent.
     *
     * @throws IOException if a secret cannot be read
     */
    public static RedisCommands to(RedisConnectionSettings settings) throws IOException {
        ScheduledExecutorService timer = RedisSink.timer("redis-commands-timer");
        return new RedisCommands(settings.toString(), timer, RedisLink.open(settings, 1, timer));
    }

    /**
     * Sends the commands in one pipeline. Redis has carried out all of them when this method
     * returns.
     *
     * @throws RedisSinkException if Redis did not carry out one of them; any of the others may have
     *     been carried out
     */
    public void send(List<RedisCommand> commands) throws RedisSinkException {
        BatchExchange.Outcome outcome =
                new BatchExchange(link)
                        .send(
                                commands.stream()
                                        .map(command -> new RedisRequest(List.of(command)))
                                        .toList());
        if (outcome.clientRefused != null) {
            throw failure("denies access to this client", outcome.clientRefused);
        }
        if (!outcome.refused.isEmpty()) {
            BatchExchange.Refusal refusal = outcome.refused.get(0);
            throw failure("refused " + refusal.command(), refusal.failure());
        }
        if (!outcome.toRetry.isEmpty()) {
            throw failure("accepts no commands", outcome.retryReason);
        }
    }

    private RedisSinkException failure(String what, RedisFailure failure) {
        return new RedisSinkException(
                this + " " + what + ": " + failure.message(), failure.cause());
    }

    /** Returns the server in a form for messages. */
    @Override
    public String toString() {
        return "Redis at " + server;
    }

    /** Closes the connection, even if it is in use. Never throws. */
    @Override
    public void close() {
        link.close();
        timer.shutdownNow();
    }
}
