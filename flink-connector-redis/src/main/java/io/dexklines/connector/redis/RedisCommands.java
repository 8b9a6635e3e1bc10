package io.dexklines.connector.redis;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.connector.redis.connection.RedisFailure;
import io.dexklines.connector.redis.connection.RedisLink;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * Sends commands from outside of a job, in the caller's thread: for tools that write what a {@link
 * RedisSink} writes. What cannot be sent now is an error, for there is somebody to repeat it.
 */
public final class RedisCommands implements AutoCloseable {
    private final String server;
    private final ScheduledThreadPoolExecutor timer;
    private final RedisLink link;

    private RedisCommands(String server, ScheduledThreadPoolExecutor timer, RedisLink link) {
        this.server = server;
        this.timer = timer;
        this.link = link;
    }

    /**
     * Connects at the first commands, not here.
     *
     * @throws IOException when a secret is not where it should be
     */
    public static RedisCommands to(RedisConnectionSettings settings) throws IOException {
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(1, RedisSink.threads("redis-commands-timer"));
        timer.setRemoveOnCancelPolicy(true);
        try {
            return new RedisCommands(
                    settings.toString(), timer, RedisLink.open(settings, 1, timer));
        } catch (IOException | RuntimeException e) {
            timer.shutdownNow();
            throw e;
        }
    }

    /**
     * Sends the commands pipelined; Redis has carried out all of them when this returns.
     *
     * @throws RedisSinkException when it did not carry out one of them; what became of the others
     *     is not known
     */
    public void send(List<RedisCommand> commands) throws RedisSinkException {
        BatchOutcome outcome =
                new BatchExchange(link)
                        .send(
                                commands.stream()
                                        .map(command -> new RedisRequest(List.of(command)))
                                        .toList());
        if (outcome.clientRefused != null) {
            throw failure("does not let this client write", outcome.clientRefused);
        }
        if (!outcome.refused.isEmpty()) {
            BatchOutcome.Refused refused = outcome.refused.get(0);
            throw failure("refused " + refused.command(), refused.failure());
        }
        if (!outcome.toRetry.isEmpty()) {
            throw failure("takes no commands", outcome.retryReason);
        }
    }

    private RedisSinkException failure(String what, RedisFailure failure) {
        return new RedisSinkException(
                "Redis at " + server + " " + what + ": " + failure.message(), failure.cause());
    }

    /** Cuts the connection. Never throws. */
    @Override
    public void close() {
        link.close();
        timer.shutdownNow();
    }
}
