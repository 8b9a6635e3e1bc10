package io.dexklines.connector.redis;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.connector.redis.connection.RedisLink;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.AsyncSinkBase;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.util.clock.Clock;
import org.apache.flink.util.clock.SystemClock;

/**
 * A sink to Redis: standalone, Sentinel or Cluster, in pipelined batches.
 *
 * <p><b>At least once.</b> Every element that was taken in before a checkpoint is in Redis, or in
 * the checkpoint, when it completes. It may get there more than once.
 *
 * <p><b>In no order.</b> Batches in flight overtake each other, what fails is sent again later, and
 * after a restore another subtask may send what was left over, even after newer elements. So writes
 * have to be idempotent, and where the newest has to win, guarded by a version in a {@link
 * RedisScript}. Duplicates and old writes arrive even without a failure of the job.
 *
 * <p><b>Redis away</b> means backpressure, not failure: commands are sent again with growing delays
 * until the retry budget is spent; only then the job fails. Meanwhile checkpoints wait.
 *
 * <pre>{@code
 * RedisSink.<Price>builder()
 *         .connection(RedisConnectionSettings.standalone("localhost", 6379).build())
 *         .converter((price, context) -> List.of(
 *                 RedisCommand.call(NEWEST_WINS)
 *                         .key("price:{" + price.symbol() + "}")
 *                         .arg(price.version())
 *                         .arg(price.value())
 *                         .build()))
 *         .build();
 * }</pre>
 *
 * @param <T> the elements of the stream
 */
public final class RedisSink<T> extends AsyncSinkBase<T, RedisRequest> {
    private static final long serialVersionUID = 1L;

    /**
     * What a batch may take beyond its exchanges before the base class gives it up; it should never
     * come to that, for the link has limits of its own.
     */
    private static final long TIMEOUT_MARGIN_MS = 30_000;

    /**
     * Exchanges over which one attempt may go: the scripts' text, and redirections of a cluster.
     */
    private static final int MAX_EXCHANGES = 8;

    private final RequestConverter<T> converter;
    private final RedisConnectionSettings connection;
    private final RetrySchedule schedule;
    private final FailedCommandPolicy policy;

    RedisSink(RedisSinkBuilder<T> builder, RequestConverter<T> converter, RetrySchedule schedule) {
        super(
                converter,
                builder.maxBatchSize,
                builder.maxInFlightRequests,
                builder.maxBufferedRequests,
                builder.maxBatchSizeInBytes,
                builder.maxTimeInBuffer.toMillis(),
                builder.maxRecordSizeInBytes,
                batchTimeoutMs(builder.connection, schedule),
                false);
        this.converter = converter;
        this.connection = builder.connection;
        this.schedule = schedule;
        this.policy = builder.policy;
    }

    /** A builder of a sink; a connection and a converter have to be set. */
    public static <T> RedisSinkBuilder<T> builder() {
        return new RedisSinkBuilder<>();
    }

    private static long batchTimeoutMs(RedisConnectionSettings connection, RetrySchedule schedule) {
        long exchangeMs =
                connection.connectTimeout().toMillis() + connection.requestTimeout().toMillis();
        return MAX_EXCHANGES * exchangeMs + schedule.maxDelayMs() + TIMEOUT_MARGIN_MS;
    }

    @Internal
    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
        return restoreWriter(context, List.of());
    }

    @Internal
    @Override
    public StatefulSinkWriter<T, BufferedRequestState<RedisRequest>> restoreWriter(
            WriterInitContext context, Collection<BufferedRequestState<RedisRequest>> restored)
            throws IOException {
        Clock clock = SystemClock.getInstance();
        WriterMetrics metrics = new WriterMetrics(context.metricGroup(), clock);
        DroppedElements dropped = new DroppedElements(metrics, clock);
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(1, threads("redis-sink-timer"));
        timer.setRemoveOnCancelPolicy(true);
        ExecutorService connectionThreads =
                Executors.newFixedThreadPool(
                        getMaxInFlightRequests(), threads("redis-sink-connection"));
        RequestSubmitter submitter = null;
        try {
            submitter =
                    new RequestSubmitter(
                            RedisLink.open(connection, getMaxInFlightRequests(), timer),
                            connection.toString(),
                            schedule,
                            policy,
                            metrics,
                            dropped,
                            connectionThreads,
                            timer,
                            clock,
                            () -> ThreadLocalRandom.current().nextDouble());
            return new RedisSinkWriter<>(
                    converter.reportingTo(dropped),
                    context,
                    writerConfiguration(),
                    restored,
                    submitter);
        } catch (IOException | RuntimeException e) {
            // no writer, no close(): what was begun ends here
            timer.shutdownNow();
            connectionThreads.shutdownNow();
            if (submitter != null) {
                submitter.close();
            }
            throw e;
        }
    }

    private AsyncSinkWriterConfiguration writerConfiguration() {
        return AsyncSinkWriterConfiguration.builder()
                .setMaxBatchSize(getMaxBatchSize())
                .setMaxBatchSizeInBytes(getMaxBatchSizeInBytes())
                .setMaxInFlightRequests(getMaxInFlightRequests())
                .setMaxBufferedRequests(getMaxBufferedRequests())
                .setMaxTimeInBufferMS(getMaxTimeInBufferMS())
                .setMaxRecordSizeInBytes(getMaxRecordSizeInBytes())
                .setRequestTimeoutMS(getRequestTimeoutMS())
                .setFailOnTimeout(getFailOnTimeout())
                .build();
    }

    @Internal
    @Override
    public SimpleVersionedSerializer<BufferedRequestState<RedisRequest>>
            getWriterStateSerializer() {
        return new RedisRequestSerializer();
    }

    static ThreadFactory threads(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
