package io.dexklines.connector.redis;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import java.time.Duration;
import java.util.Objects;

/**
 * Builds a {@link RedisSink}. Connection and converter have to be set; the rest has the default
 * that its setter names.
 *
 * @param <T> the elements of the stream
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

    /** Where Redis is. No default. */
    public RedisSinkBuilder<T> connection(RedisConnectionSettings connection) {
        this.connection = Objects.requireNonNull(connection, "connection");
        return this;
    }

    /** What an element is in commands. No default. */
    public RedisSinkBuilder<T> converter(RedisCommandConverter<T> converter) {
        this.converter = Objects.requireNonNull(converter, "converter");
        return this;
    }

    /**
     * What happens to a command that Redis refuses for good, and to an element that is larger than
     * {@link #maxRecordSizeInBytes}. Default {@link FailedCommandPolicy#FAIL}.
     */
    public RedisSinkBuilder<T> onFailedCommand(FailedCommandPolicy policy) {
        this.policy = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /** How many elements go into one pipeline at most. Default 500. */
    public RedisSinkBuilder<T> maxBatchSize(int elements) {
        this.maxBatchSize = elements;
        return this;
    }

    /**
     * How many batches of a subtask are on their way at once, each on a connection and a thread of
     * its own. Default 2. Even 1 does not keep the order of elements after a failure.
     */
    public RedisSinkBuilder<T> maxInFlightRequests(int batches) {
        this.maxInFlightRequests = batches;
        return this;
    }

    /**
     * How many elements wait in a subtask until it backpressures; as many may lie in a checkpoint.
     * Default 5000, to be more than {@link #maxBatchSize}.
     */
    public RedisSinkBuilder<T> maxBufferedRequests(int elements) {
        this.maxBufferedRequests = elements;
        return this;
    }

    /** How many bytes go into one pipeline at most. Default 4 MiB. */
    public RedisSinkBuilder<T> maxBatchSizeInBytes(long bytes) {
        this.maxBatchSizeInBytes = bytes;
        return this;
    }

    /** How many bytes the commands of one element may take. Default 1 MiB. */
    public RedisSinkBuilder<T> maxRecordSizeInBytes(long bytes) {
        this.maxRecordSizeInBytes = bytes;
        return this;
    }

    /** How long an element waits for its batch to fill, in whole milliseconds. Default 100 ms. */
    public RedisSinkBuilder<T> maxTimeInBuffer(Duration time) {
        this.maxTimeInBuffer = Objects.requireNonNull(time, "time");
        return this;
    }

    /**
     * The delay before what failed is sent again; it doubles each time, and a random part of up to
     * half of it is left out. Default 50 ms.
     */
    public RedisSinkBuilder<T> retryInitialDelay(Duration delay) {
        this.retryInitialDelay = Objects.requireNonNull(delay, "delay");
        return this;
    }

    /** The longest delay before what failed is sent again. Default 2 s. */
    public RedisSinkBuilder<T> retryMaxDelay(Duration delay) {
        this.retryMaxDelay = Objects.requireNonNull(delay, "delay");
        return this;
    }

    /**
     * How long an element may fail until the job does. Default 10 min. Too low: the job restarts
     * during an outage it could have sat out. Too high: it backpressures for as long without
     * failing; watch {@link RedisSinkMetric#DOWN_SECONDS}. Checkpoints wait meanwhile, so their
     * timeout and the number of failed ones that is tolerated should match.
     */
    public RedisSinkBuilder<T> retryBudget(Duration budget) {
        this.retryBudget = Objects.requireNonNull(budget, "budget");
        return this;
    }

    /**
     * The sink.
     *
     * @throws IllegalArgumentException when settings contradict each other
     * @throws NullPointerException when the connection or the converter is not set
     */
    public RedisSink<T> build() {
        Objects.requireNonNull(connection, "connection is not set: where is Redis?");
        Objects.requireNonNull(converter, "converter is not set: which commands is an element?");
        check(maxBatchSize > 0, "maxBatchSize is positive, not " + maxBatchSize);
        check(
                maxInFlightRequests > 0,
                "maxInFlightRequests is positive, not " + maxInFlightRequests);
        check(
                maxBufferedRequests > maxBatchSize,
                "maxBufferedRequests is to be more than maxBatchSize, so that a batch can fill"
                        + " while another is on its way: "
                        + maxBufferedRequests
                        + " and "
                        + maxBatchSize);
        check(
                maxRecordSizeInBytes > 0,
                "maxRecordSizeInBytes is positive, not " + maxRecordSizeInBytes);
        check(
                maxBatchSizeInBytes >= maxRecordSizeInBytes,
                "maxBatchSizeInBytes is to be at least maxRecordSizeInBytes, or the largest element"
                        + " fits into no batch: "
                        + maxBatchSizeInBytes
                        + " and "
                        + maxRecordSizeInBytes);
        checkMillis(maxTimeInBuffer, "maxTimeInBuffer");
        checkMillis(retryInitialDelay, "retryInitialDelay");
        checkMillis(retryMaxDelay, "retryMaxDelay");
        checkMillis(retryBudget, "retryBudget");
        check(
                retryMaxDelay.compareTo(retryInitialDelay) >= 0,
                "retryMaxDelay is to be at least retryInitialDelay: "
                        + retryMaxDelay
                        + " and "
                        + retryInitialDelay);
        return new RedisSink<>(
                this,
                new RequestConverter<>(converter, policy, maxRecordSizeInBytes),
                new RetrySchedule(
                        retryInitialDelay.toMillis(),
                        retryMaxDelay.toMillis(),
                        retryBudget.toMillis()));
    }

    private static void checkMillis(Duration duration, String name) {
        check(duration.toMillis() > 0, name + " is at least 1 ms, not " + duration);
    }

    private static void check(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
