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
 * Sends batches on its own threads, and reports to each batch's handler that the batch is complete,
 * has requests to retry, or has failed. It reports retries only after a delay, because the writer's
 * buffer sends them again at once.
 *
 * <p>Owns the link and the executors that it is given. Reports exceptions to a handler only.
 */
final class RequestSubmitter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestSubmitter.class);

    /**
     * Longest time to wait for a thread that is still connecting. All other threads end at once.
     */
    private static final long CLOSE_TIMEOUT_MS = 3_000;

    private final RedisLink link;
    private final BatchExchange exchange;
    private final String server;
    private final RetrySchedule schedule;
    private final FailedCommandPolicy policy;
    private final WriterMetrics metrics;
    private final ExecutorService connectionThreads;
    private final ScheduledExecutorService timer;
    private final Clock clock;
    private final DoubleSupplier random;
    private volatile boolean closed;

    /**
     * @param server the server in a form for messages
     * @param random supplies random numbers from 0 to 1 for the delays
     */
    RequestSubmitter(
            RedisLink link,
            String server,
            RetrySchedule schedule,
            FailedCommandPolicy policy,
            WriterMetrics metrics,
            ExecutorService connectionThreads,
            ScheduledExecutorService timer,
            Clock clock,
            DoubleSupplier random) {
        this.link = link;
        this.exchange = new BatchExchange(link);
        this.server = server;
        this.schedule = schedule;
        this.policy = policy;
        this.metrics = metrics;
        this.connectionThreads = connectionThreads;
        this.timer = timer;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Sends the batch asynchronously. Calls exactly one method of the handler, on any thread,
     * unless the submitter is closed first.
     */
    void submit(List<RedisRequest> requests, ResultHandler<RedisRequest> handler) {
        try {
            connectionThreads.execute(() -> send(requests, handler));
        } catch (RuntimeException e) {
            report(() -> handler.completeExceptionally(sinkFailure("accepts no requests", e)));
        }
    }

    private void send(List<RedisRequest> requests, ResultHandler<RedisRequest> handler) {
        try {
            handle(exchange.send(requests), handler);
        } catch (Throwable e) {
            // even an Error, because the batch would stay in flight for ever
            report(() -> handler.completeExceptionally(sinkFailure("failed unexpectedly", e)));
        }
    }

    private void handle(BatchExchange.Outcome outcome, ResultHandler<RedisRequest> handler) {
        updateMetrics(outcome);
        if (outcome.clientRefused != null) {
            fail(handler, "denies access to this job", outcome.clientRefused);
            return;
        }
        for (BatchExchange.Refusal refusal : outcome.refused) {
            if (policy == FailedCommandPolicy.FAIL) {
                fail(handler, "refused " + refusal.command(), refusal.failure());
                return;
            }
            metrics.elementDropped(refusal.command() + ": " + refusal.failure().message());
        }
        if (outcome.toRetry.isEmpty()) {
            report(handler::complete);
        } else {
            retryLater(outcome, handler);
        }
    }

    private void retryLater(BatchExchange.Outcome outcome, ResultHandler<RedisRequest> handler) {
        long now = clock.relativeTimeNanos();
        int failedAttempts = 0;
        long failingForMs = 0;
        for (RedisRequest request : outcome.toRetry) {
            request.failedAt(now);
            failedAttempts = Math.max(failedAttempts, request.failedAttempts());
            failingForMs = Math.max(failingForMs, request.failingForMs(now));
        }
        OptionalLong delayMs =
                schedule.nextDelayMs(failedAttempts, failingForMs, random.getAsDouble());
        if (delayMs.isEmpty()) {
            fail(
                    handler,
                    "did not carry out a command in "
                            + failedAttempts
                            + " attempts over "
                            + failingForMs
                            + " ms; the retry budget is spent",
                    outcome.retryReason);
            return;
        }
        LOG.debug(
                "Sending {} requests to Redis at {} again in {} ms: {}",
                outcome.toRetry.size(),
                server,
                delayMs.getAsLong(),
                outcome.retryReason.message());
        try {
            timer.schedule(
                    () -> report(() -> handler.retryForEntries(outcome.toRetry)),
                    delayMs.getAsLong(),
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("A batch for Redis is not sent again, because the writer is closed");
        }
    }

    private void updateMetrics(BatchExchange.Outcome outcome) {
        metrics.add(RedisSinkMetric.COMMANDS_SENT, outcome.commandsSent);
        metrics.add(RedisSinkMetric.COMMANDS_RETRIED, outcome.commandsToRetry);
        metrics.add(RedisSinkMetric.COMMANDS_FAILED, outcome.commandsFailed);
        metrics.add(RedisSinkMetric.SCRIPTS_MISSING, outcome.scriptsMissing);
        metrics.add(RedisSinkMetric.BATCHES_ANSWERED, outcome.connectionFailed ? 0 : 1);
        metrics.add(RedisSinkMetric.CONNECTION_FAILURES, outcome.connectionFailed ? 1 : 0);
        if (closed) {
            return;
        }
        if (outcome.commandsSent > 0) {
            long seconds = metrics.markUp();
            if (seconds >= 0) {
                LOG.info("Redis at {} accepts commands again after {} s", server, seconds);
            }
        } else if (!outcome.toRetry.isEmpty() && metrics.markDown()) {
            LOG.warn(
                    "Redis at {} accepts no commands; retrying until it does: {}",
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

    private RedisSinkException sinkFailure(String what, Throwable cause) {
        return new RedisSinkException("The sink to Redis at " + server + " " + what, cause);
    }

    /** Calls a handler, unless the writer is closed and the task has ended. */
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

    /**
     * Aborts the batches in flight. Never throws, because an exception would end the TaskManager
     * and not only the task.
     */
    @Override
    public void close() {
        closed = true;
        try {
            link.close();
            timer.shutdownNow();
            connectionThreads.shutdownNow();
            if (!connectionThreads.awaitTermination(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                LOG.warn("A thread of the sink to Redis at {} is still connecting", server);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            LOG.warn("Closing the sink to Redis at {} failed", server, e);
        }
    }
}
