package io.dexklines.connector.redis;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.apache.flink.util.clock.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The {@link RedisSinkMetric}s of one writer. Thread-safe. */
final class WriterMetrics {
    private static final Logger LOG = LoggerFactory.getLogger(WriterMetrics.class);

    /** Shortest time between two warnings about dropped elements. */
    private static final long DROP_LOG_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Map<RedisSinkMetric, Counter> counters = new EnumMap<>(RedisSinkMetric.class);
    private final Clock clock;
    private boolean down;
    private long downSinceNanos;
    private boolean dropLogged;
    private long dropLoggedAtNanos;

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

    void add(RedisSinkMetric metric, long count) {
        counters.get(metric).inc(count);
    }

    /** Returns the current value of a counter. */
    long count(RedisSinkMetric metric) {
        return counters.get(metric).getCount();
    }

    /** Counts a dropped element and logs the reason, at most once every ten seconds. */
    synchronized void elementDropped(String reason) {
        add(RedisSinkMetric.ELEMENTS_DROPPED, 1);
        long now = clock.relativeTimeNanos();
        if (!dropLogged || now - dropLoggedAtNanos >= DROP_LOG_INTERVAL_NANOS) {
            dropLogged = true;
            dropLoggedAtNanos = now;
            LOG.warn(
                    "Dropped an element for Redis ({} so far): {}",
                    count(RedisSinkMetric.ELEMENTS_DROPPED),
                    reason);
        }
    }

    /** Marks Redis as down. Returns whether it was up until now. */
    synchronized boolean markDown() {
        if (down) {
            return false;
        }
        down = true;
        downSinceNanos = clock.relativeTimeNanos();
        return true;
    }

    /** Marks Redis as up. Returns how many seconds it was down, or -1 if it was up already. */
    synchronized long markUp() {
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
