package io.dexklines.connector.redis;

import java.util.concurrent.TimeUnit;
import org.apache.flink.util.clock.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts elements that are given up and logs the first of every ten seconds. */
final class DroppedElements {
    private static final Logger LOG = LoggerFactory.getLogger(DroppedElements.class);

    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final WriterMetrics metrics;
    private final Clock clock;
    private boolean logged;
    private long loggedAtNanos;

    DroppedElements(WriterMetrics metrics, Clock clock) {
        this.metrics = metrics;
        this.clock = clock;
    }

    synchronized void drop(String reason) {
        metrics.count(RedisSinkMetric.ELEMENTS_DROPPED, 1);
        long now = clock.relativeTimeNanos();
        if (!logged || now - loggedAtNanos >= QUIET_NANOS) {
            logged = true;
            loggedAtNanos = now;
            LOG.warn(
                    "An element for Redis is given up, {} by now: {}",
                    metrics.counted(RedisSinkMetric.ELEMENTS_DROPPED),
                    reason);
        }
    }
}
