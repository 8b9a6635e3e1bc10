package io.dexklines.job.sink.redis;

import io.dexklines.connector.redis.RedisCommands;
import io.dexklines.job.compatibility.RedisCompatibility;
import io.dexklines.job.config.RedisSettings;
import io.dexklines.job.sink.JobSink;
import io.dexklines.job.sink.Results;
import io.dexklines.kline.KlineUpdates;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.metrics.Gauge;

/**
 * Publishes each change of a kline on a Pub/Sub channel of Redis, as the Go consumers do: a kline
 * at most once in the live interval, and each update at most once.
 *
 * <p>The sink has no state. Neither klines nor checkpoints wait for Redis, and what Redis does not
 * take is lost.
 */
public final class RedisUpdatesSink implements JobSink {

    /** The uid of an operator without state. */
    private static final String UID = "redis-updates";

    private final RedisSettings settings;
    private final Duration liveInterval;
    private final Clock clock;

    /**
     * @param settings with a channel
     * @param liveInterval the shortest time between two updates of a kline
     * @param clock the wall clock that dates updates; serializable
     */
    public RedisUpdatesSink(RedisSettings settings, Duration liveInterval, Clock clock) {
        this.settings = settings;
        this.liveInterval = liveInterval;
        this.clock = clock;
    }

    @Override
    public void attach(Results results) {
        results.klines()
                .sinkTo(new OfKlines(settings, liveInterval, clock))
                .uid(UID)
                .name("Redis: updates")
                // the updates of a pair stay on one subtask, and in their order
                .setParallelism(results.klines().getParallelism());
    }

    /** Opens the writers on the TaskManagers. */
    private record OfKlines(RedisSettings settings, Duration liveInterval, Clock clock)
            implements Sink<KlineUpdates> {

        private static final long serialVersionUID = 1L;

        @Override
        public SinkWriter<KlineUpdates> createWriter(WriterInitContext context) throws IOException {
            RedisCompatibility compatibility = settings.compatibility();
            RedisUpdatesWriter writer =
                    new RedisUpdatesWriter(
                            RedisCommands.to(settings.connection()),
                            compatibility,
                            liveInterval,
                            clock,
                            "redis-updates-" + context.getTaskInfo().getIndexOfThisSubtask());
            context.metricGroup()
                    .<Long, Gauge<Long>>gauge(
                            RedisUpdatesMetric.PUBLISHED.metricName(), writer::published);
            context.metricGroup()
                    .<Long, Gauge<Long>>gauge(
                            RedisUpdatesMetric.DROPPED.metricName(), writer::dropped);
            return writer;
        }
    }
}
