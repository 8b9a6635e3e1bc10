package io.dexklines.job.source.trades;

import io.dexklines.clock.Hold;
import io.dexklines.clock.Partition;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that hold a clock, as {@link ClockMetric#HELD_BY} and in the log: a hold that
 * lasts longer than usual is logged once, and once more when it ends.
 */
final class ClockHolds {

    private static final Logger LOG = LoggerFactory.getLogger(ClockHolds.class);

    private final MetricGroup metrics;
    private final long longMs;
    private final Map<Holder, Held> holders = new HashMap<>();

    private record Holder(String chainId, Partition partition, Hold.Reason reason) {}

    /**
     * @param metrics the group of the gauges
     * @param longMs after how long a hold is logged, milliseconds
     */
    ClockHolds(MetricGroup metrics, long longMs) {
        this.metrics = metrics;
        this.longMs = longMs;
    }

    /** Takes the holds as of {@code nowMs}, which replace those before. */
    void update(List<Hold> holds, long nowMs) {
        Set<Holder> current = new HashSet<>();
        for (Hold hold : holds) {
            Holder holder = new Holder(hold.chainId(), hold.partition(), hold.reason());
            current.add(holder);
            holders.computeIfAbsent(holder, this::register).holds(hold, nowMs);
        }
        holders.forEach(
                (holder, held) -> {
                    if (!current.contains(holder)) {
                        held.letsGo(holder, nowMs);
                    }
                });
    }

    private Held register(Holder holder) {
        Held held = new Held();
        metrics.addGroup(ClockMetric.CHAIN, holder.chainId)
                .addGroup(ClockMetric.TOPIC, holder.partition.topic())
                .addGroup(ClockMetric.PARTITION, Integer.toString(holder.partition.number()))
                .addGroup(ClockMetric.REASON, holder.reason.text())
                .gauge(ClockMetric.HELD_BY.metricName(), held);
        return held;
    }

    /** Whether a partition holds a clock for one reason. */
    private final class Held implements Gauge<Integer> {

        /** Read by reporters, on threads of their own. */
        private volatile boolean holding;

        private long sinceMs;
        private boolean logged;

        void holds(Hold hold, long nowMs) {
            if (!holding) {
                holding = true;
                sinceMs = nowMs;
            }
            if (!logged && nowMs - sinceMs > longMs) {
                logged = true;
                LOG.info(
                        "The clock of chain {} has been held by {} for {} ms: {}, {} offsets before"
                                + " its end",
                        hold.chainId(),
                        hold.partition(),
                        nowMs - sinceMs,
                        hold.reason().text(),
                        hold.lag());
            }
        }

        void letsGo(Holder holder, long nowMs) {
            if (logged) {
                LOG.info(
                        "{} no longer holds the clock of chain {}: {}, after {} ms",
                        holder.partition,
                        holder.chainId,
                        holder.reason.text(),
                        nowMs - sinceMs);
            }
            holding = false;
            logged = false;
        }

        @Override
        public Integer getValue() {
            return holding ? 1 : 0;
        }
    }
}
