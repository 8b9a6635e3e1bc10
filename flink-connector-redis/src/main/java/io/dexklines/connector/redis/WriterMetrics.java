package io.dexklines.connector.redis;

import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.apache.flink.util.clock.Clock;

/** The {@link RedisSinkMetric}s of one writer; counted by its connection threads. */
final class WriterMetrics {
    private final Map<RedisSinkMetric, Counter> counters = new EnumMap<>(RedisSinkMetric.class);
    private final Clock clock;
    private boolean down;
    private long downSinceNanos;

    WriterMetrics(MetricGroup group, Clock clock) {
        this.clock = clock;
        MetricGroup redis = group.addGroup(RedisSinkMetric.GROUP);
        for (RedisSinkMetric metric : RedisSinkMetric.values()) {
            if (metric == RedisSinkMetric.DOWN_SECONDS) {
                redis.gauge(metric.metricName(), this::downSeconds);
            } else {
                counters.put(
                        metric, redis.counter(metric.metricName(), new ThreadSafeSimpleCounter()));
            }
        }
    }

    void count(RedisSinkMetric metric, long by) {
        counters.get(metric).inc(by);
    }

    long counted(RedisSinkMetric metric) {
        return counters.get(metric).getCount();
    }

    /** Notes that nothing passes; true when something did until now. */
    synchronized boolean nothingPasses() {
        if (down) {
            return false;
        }
        down = true;
        downSinceNanos = clock.relativeTimeNanos();
        return true;
    }

    /** Notes that commands pass; the seconds they did not, or -1 when they did all the time. */
    synchronized long commandsPass() {
        if (!down) {
            return -1;
        }
        long seconds = downSeconds();
        down = false;
        return seconds;
    }

    synchronized long downSeconds() {
        return down ? (clock.relativeTimeNanos() - downSinceNanos) / 1_000_000_000 : 0;
    }
}
