package io.dexklines.connector.redis;

import static org.apache.flink.util.Preconditions.checkArgument;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import java.time.Duration;
import java.util.Objects;

/**
 * A builder of a {@link RedisSink}. The connection and the converter have to be set. All other
 * options have the default that their setter names.
 *
 * @param <T> the type of the elements
 */
public final class RedisSinkBuilder<T> {
    RedisConnectionSettings connection;
    RedisCommandConverter<T> converter;
    FailedCommandPolicy policy = FailedCommandPolicy.FAIL;
    int maxBatchSize = 500;
    int maxInFlightRequests = 2;
    int maxBufferedRequests = 5_000;
    long maxBatchSizeInBytes = 4L * 1024 * 1024;
    long maxRecordSizeInBytes = 1024L * 1024;
    Duration maxTimeInBuffer = Duration.ofMillis(100);
    private Duration retryInitialDelay = Duration.ofMillis(50);
    private Duration retryMaxDelay = Duration.ofSeconds(2);
    private Duration retryBudget = Duration.ofMinutes(10);

    RedisSinkBuilder() {}

    /** Sets the Redis to write to. Required. */
    public RedisSinkBuilder<T> connection(RedisConnectionSettings connection) {
        this.connection = Objects.requireNonNull(connection, "connection");
        return this;
    }

    /** Sets the conversion of elements to commands. Required. */
    public RedisSinkBuilder<T> converter(RedisCommandConverter<T> converter) {
        this.converter = Objects.requireNonNull(converter, "converter");
        return this;
    }

    /**
     * Sets what to do with an element if Redis will never carry out one of its commands, or if the
     * element is larger than {@link #maxRecordSizeInBytes}. Default {@link
     * FailedCommandPolicy#FAIL}.
     */
    public RedisSinkBuilder<T> onFailedCommand(FailedCommandPolicy policy) {
        this.policy = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /** Sets the largest number of elements in one pipeline. Default 500. */
    public RedisSinkBuilder<T> maxBatchSize(int elements) {
        this.maxBatchSize = elements;
        return this;
    }

    /**
     * Sets the largest number of batches in flight for each subtask. Each batch uses a connection
     * and a thread of its own. Default 2. Even 1 does not keep the order of elements after a
     * failure.
     */
    public RedisSinkBuilder<T> maxInFlightRequests(int batches) {
        this.maxInFlightRequests = batches;
        return this;
    }

    /**
     * Sets how many elements a subtask buffers before it backpressures. A checkpoint may contain
     * that many elements. Default 5000; must be more than {@link #maxBatchSize}.
     */
    public RedisSinkBuilder<T> maxBufferedRequests(int elements) {
        this.maxBufferedRequests = elements;
        return this;
    }

    /** Sets the largest size of one pipeline in bytes. Default 4 MiB. */
    public RedisSinkBuilder<T> maxBatchSizeInBytes(long bytes) {
        this.maxBatchSizeInBytes = bytes;
        return this;
    }

    /** Sets the largest size of the commands of one element in bytes. Default 1 MiB. */
    public RedisSinkBuilder<T> maxRecordSizeInBytes(long bytes) {
        this.maxRecordSizeInBytes = bytes;
        return this;
    }

    /** Sets the longest time an element waits for a full batch, at least 1 ms. Default 100 ms. */
    public RedisSinkBuilder<T> maxTimeInBuffer(Duration time) {
        this.maxTimeInBuffer = Objects.requireNonNull(time, "time");
        return this;
    }

    /**
     * Sets the delay before the first retry. The delay doubles with each attempt, and a random part
     * of up to one half is left out. Default 50 ms.
     */
    public RedisSinkBuilder<T> retryInitialDelay(Duration delay) {
        this.retryInitialDelay = Objects.requireNonNull(delay, "delay");
        return this;
    }

    /** Sets the longest delay before a retry. Default 2 s. */
    public RedisSinkBuilder<T> retryMaxDelay(Duration delay) {
        this.retryMaxDelay = Objects.requireNonNull(delay, "delay");
        return this;
    }

    /**
     * Sets how long an element may fail before the job fails. Default 10 min. If it is too low, the
     * job restarts during an outage that it could have outlasted. If it is too high, the job
     * backpressures for that long without failing; monitor {@link RedisSinkMetric#DOWN_SECONDS}.
     * Checkpoints wait during an outage, so set the checkpoint timeout and the number of tolerable
     * failed checkpoints accordingly.
     */
    public RedisSinkBuilder<T> retryBudget(Duration budget) {
        this.retryBudget = Objects.requireNonNull(budget, "budget");
        return this;
    }

    /**
     * Builds the sink.
     *
     * @throws IllegalArgumentException if an option is out of range or contradicts another
     * @throws NullPointerException if the connection or the converter is not set
     */
    public RedisSink<T> build() {
        Objects.requireNonNull(connection, "connection is not set");
        Objects.requireNonNull(converter, "converter is not set");
        checkPositive(maxBatchSize, "maxBatchSize");
        checkPositive(maxInFlightRequests, "maxInFlightRequests");
        checkArgument(
                maxBufferedRequests > maxBatchSize,
                "maxBufferedRequests must be more than maxBatchSize, so that a batch can fill while"
                        + " another is in flight: %s and %s",
                maxBufferedRequests,
                maxBatchSize);
        checkPositive(maxRecordSizeInBytes, "maxRecordSizeInBytes");
        checkArgument(
                maxBatchSizeInBytes >= maxRecordSizeInBytes,
                "maxBatchSizeInBytes must be at least maxRecordSizeInBytes, because the largest"
                        + " element has to fit into a batch: %s and %s",
                maxBatchSizeInBytes,
                maxRecordSizeInBytes);
        checkMillis(maxTimeInBuffer, "maxTimeInBuffer");
        checkMillis(retryInitialDelay, "retryInitialDelay");
        checkMillis(retryMaxDelay, "retryMaxDelay");
        checkMillis(retryBudget, "retryBudget");
        checkArgument(
                retryMaxDelay.compareTo(retryInitialDelay) >= 0,
                "retryMaxDelay must be at least retryInitialDelay: %s and %s",
                retryMaxDelay,
                retryInitialDelay);
        return new RedisSink<>(
                this,
                new RequestConverter<>(converter, policy, maxRecordSizeInBytes),
                new RetrySchedule(
                        retryInitialDelay.toMillis(),
                        retryMaxDelay.toMillis(),
                        retryBudget.toMillis()));
    }

    private static void checkPositive(long value, String name) {
        checkArgument(value > 0, "%s must be positive, is %s", name, value);
    }

    private static void checkMillis(Duration duration, String name) {
        checkArgument(duration.toMillis() > 0, "%s must be at least 1 ms, is %s", name, duration);
    }
}
