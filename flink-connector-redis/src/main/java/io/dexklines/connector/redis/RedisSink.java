package io.dexklines.connector.redis;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.connector.redis.connection.RedisLink;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.AsyncSinkBase;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriter;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.DequeRequestBuffer;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.connector.base.sink.writer.SimpleBatchCreator;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.util.clock.Clock;
import org.apache.flink.util.clock.SystemClock;

/**
 * A sink that writes to Redis in pipelined batches. It supports standalone servers, Sentinel and
 * Cluster.
 *
 * <p><b>At least once.</b> When a checkpoint completes, every element before it is in Redis or in
 * the checkpoint. An element may be written more than once.
 *
 * <p><b>No order.</b> Batches in flight overtake each other, and failed commands are retried later.
 * After a restore, another subtask may send the buffered elements, even after newer elements.
 * Therefore writes have to be idempotent. If the newest value has to win, guard it by a version in
 * a {@link RedisScript}. Duplicates and old writes occur even if the job does not fail.
 *
 * <p><b>Backpressure while Redis is unreachable.</b> The sink retries commands with growing delays
 * and backpressures. It fails the job only when the retry budget is spent. Checkpoints wait in the
 * meantime.
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
 * @param <T> the type of the elements
 */
public final class RedisSink<T> extends AsyncSinkBase<T, RedisRequest> {
    private static final long serialVersionUID = 1L;

    /**
     * Time beyond the exchanges of a batch after which the base class gives the batch up. The link
     * has timeouts of its own, which end a batch earlier.
     */
    private static final long TIMEOUT_MARGIN_MS = 30_000;

    /** Most exchanges of one attempt: the texts of scripts, and the redirections of a cluster. */
    private static final int MAX_EXCHANGES = 10;

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

    /** Returns a builder. The connection and the converter have to be set. */
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
        // neither executor starts a thread before its first task, so there is nothing to stop if
        // the link cannot be opened
        ScheduledExecutorService timer = timer("redis-sink-timer");
        RequestSubmitter submitter =
                new RequestSubmitter(
                        RedisLink.open(connection, getMaxInFlightRequests(), timer),
                        connection.toString(),
                        schedule,
                        policy,
                        metrics,
                        Executors.newFixedThreadPool(
                                getMaxInFlightRequests(), threads("redis-sink-connection")),
                        timer,
                        clock,
                        () -> ThreadLocalRandom.current().nextDouble());
        try {
            return new Writer<>(
                    converter.withMetrics(metrics),
                    context,
                    writerConfiguration(),
                    restored,
                    submitter);
        } catch (RuntimeException e) {
            submitter.close();
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

    /** Creates a scheduler with one daemon thread, which forgets cancelled tasks at once. */
    static ScheduledExecutorService timer(String name) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, threads(name));
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    private static ThreadFactory threads(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** A writer that buffers requests as its base class does and sends them by a submitter. */
    private static final class Writer<T> extends AsyncSinkWriter<T, RedisRequest> {
        private final RequestSubmitter submitter;

        Writer(
                ElementConverter<T, RedisRequest> converter,
                WriterInitContext context,
                AsyncSinkWriterConfiguration configuration,
                Collection<BufferedRequestState<RedisRequest>> restored,
                RequestSubmitter submitter) {
            super(
                    converter,
                    context,
                    configuration,
                    restored,
                    new SimpleBatchCreator<>(configuration.getMaxBatchSizeInBytes()),
                    new DequeRequestBuffer<>());
            this.submitter = submitter;
        }

        @Override
        protected void submitRequestEntries(
                List<RedisRequest> requests, ResultHandler<RedisRequest> handler) {
            submitter.submit(requests, handler);
        }

        @Override
        protected long getSizeInBytes(RedisRequest request) {
            return request.sizeInBytes();
        }

        @Override
        public void close() {
            submitter.close();
        }
    }
}
