package io.dexklines.connector.redis;

import io.dexklines.connector.redis.connection.RedisFailure;
import io.dexklines.connector.redis.connection.RedisLink;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.util.clock.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes batches off the task's thread: sends them by threads of its own and reports each to its
 * handler as done, to be retried, or failed. To be retried only after a delay, because the buffer
 * it goes back to sends again at once.
 *
 * <p>Owns the link and the threads it is given, and never lets an exception pass but to a handler.
 */
final class RequestSubmitter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestSubmitter.class);

    /** Threads whose connection was cut end at once; this is for those that still connect. */
    private static final long CLOSE_PATIENCE_MS = 3_000;

    private final RedisLink link;
    private final BatchExchange exchange;
    private final String server;
    private final RetrySchedule schedule;
    private final FailedCommandPolicy policy;
    private final WriterMetrics metrics;
    private final DroppedElements dropped;
    private final ExecutorService connectionThreads;
    private final ScheduledExecutorService timer;
    private final Clock clock;
    private final DoubleSupplier chance;
    private volatile boolean closed;

    /**
     * @param server where Redis is, for messages
     * @param chance from 0 to 1, different each time
     */
    RequestSubmitter(
            RedisLink link,
            String server,
            RetrySchedule schedule,
            FailedCommandPolicy policy,
            WriterMetrics metrics,
            DroppedElements dropped,
            ExecutorService connectionThreads,
            ScheduledExecutorService timer,
            Clock clock,
            DoubleSupplier chance) {
        this.link = link;
        this.exchange = new BatchExchange(link);
        this.server = server;
        this.schedule = schedule;
        this.policy = policy;
        this.metrics = metrics;
        this.dropped = dropped;
        this.connectionThreads = connectionThreads;
        this.timer = timer;
        this.clock = clock;
        this.chance = chance;
    }

    /** Sends the batch soon; exactly one method of the handler will be called, on any thread. */
    void submit(List<RedisRequest> requests, ResultHandler<RedisRequest> handler) {
        try {
            connectionThreads.execute(() -> send(requests, handler));
        } catch (RuntimeException e) {
            report(() -> handler.completeExceptionally(failed("takes no requests", e)));
        }
    }

    private void send(List<RedisRequest> requests, ResultHandler<RedisRequest> handler) {
        try {
            settle(exchange.send(requests), handler);
        } catch (Throwable e) {
            // whatever it is, the batch must not stay in flight for ever
            report(() -> handler.completeExceptionally(failed("failed unexpectedly", e)));
        }
    }

    private void settle(BatchOutcome outcome, ResultHandler<RedisRequest> handler) {
        count(outcome);
        if (outcome.clientRefused != null) {
            fail(handler, "does not let this job write", outcome.clientRefused);
            return;
        }
        for (BatchOutcome.Refused refused : outcome.refused) {
            if (policy == FailedCommandPolicy.FAIL) {
                fail(handler, "refused " + refused.command(), refused.failure());
                return;
            }
            dropped.drop(refused.command() + ": " + refused.failure().message());
        }
        if (outcome.toRetry.isEmpty()) {
            report(handler::complete);
        } else {
            retryLater(outcome, handler);
        }
    }

    private void retryLater(BatchOutcome outcome, ResultHandler<RedisRequest> handler) {
        long now = clock.relativeTimeNanos();
        int failedAttempts = 0;
        long failingForMs = 0;
        for (RedisRequest request : outcome.toRetry) {
            request.failedAt(now);
            failedAttempts = Math.max(failedAttempts, request.failedAttempts());
            failingForMs = Math.max(failingForMs, request.failingForMs(now));
        }
        OptionalLong delayMs =
                schedule.nextDelayMs(failedAttempts, failingForMs, chance.getAsDouble());
        if (delayMs.isEmpty()) {
            fail(
                    handler,
                    "did not carry out a command in "
                            + failedAttempts
                            + " attempts over "
                            + failingForMs
                            + " ms, which is the retry budget",
                    outcome.retryReason);
            return;
        }
        LOG.debug(
                "Redis at {}: {} requests are sent again in {} ms: {}",
                server,
                outcome.toRetry.size(),
                delayMs.getAsLong(),
                outcome.retryReason.message());
        try {
            timer.schedule(
                    () -> report(() -> handler.retryForEntries(outcome.toRetry)),
                    delayMs.getAsLong(),
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("A batch for Redis is not sent again: the writer is closed");
        }
    }

    private void count(BatchOutcome outcome) {
        metrics.count(RedisSinkMetric.COMMANDS_SENT, outcome.commandsSent);
        metrics.count(RedisSinkMetric.COMMANDS_RETRIED, outcome.commandsToRetry);
        metrics.count(RedisSinkMetric.COMMANDS_FAILED, outcome.commandsFailed);
        metrics.count(RedisSinkMetric.SCRIPTS_MISSING, outcome.scriptsMissing);
        metrics.count(RedisSinkMetric.BATCHES_ANSWERED, outcome.connectionFailed ? 0 : 1);
        metrics.count(RedisSinkMetric.CONNECTION_FAILURES, outcome.connectionFailed ? 1 : 0);
        if (closed) {
            return;
        }
        if (outcome.commandsSent > 0) {
            long seconds = metrics.commandsPass();
            if (seconds >= 0) {
                LOG.info("Redis at {} takes commands again, after {} s", server, seconds);
            }
        } else if (!outcome.toRetry.isEmpty() && metrics.nothingPasses()) {
            LOG.warn(
                    "Redis at {} takes no commands, which are sent again until it does: {}",
                    server,
                    outcome.retryReason.message());
        }
    }

    private void fail(ResultHandler<RedisRequest> handler, String what, RedisFailure failure) {
        RedisSinkException exception =
                new RedisSinkException(
                        "Redis at " + server + " " + what + ": " + failure.message(),
                        failure.cause());
        report(() -> handler.completeExceptionally(exception));
    }

    private RedisSinkException failed(String what, Throwable cause) {
        return new RedisSinkException("The sink to Redis at " + server + " " + what, cause);
    }

    /** Tells a handler, unless there is no task any more that could hear it. */
    private void report(Runnable result) {
        if (closed) {
            return;
        }
        try {
            result.run();
        } catch (RuntimeException e) {
            LOG.debug("The result of a batch for Redis came too late", e);
        }
    }

    /** Cuts what is under way. Never throws: that would end the TaskManager, not only the task. */
    @Override
    public void close() {
        closed = true;
        try {
            link.close();
            timer.shutdownNow();
            connectionThreads.shutdownNow();
            if (!connectionThreads.awaitTermination(CLOSE_PATIENCE_MS, TimeUnit.MILLISECONDS)) {
                LOG.warn("A thread of the sink to Redis at {} is still connecting", server);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            LOG.warn("Closing the sink to Redis at {} failed", server, e);
        }
    }
}
