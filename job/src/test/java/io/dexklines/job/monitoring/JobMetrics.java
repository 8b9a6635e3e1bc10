package io.dexklines.job.monitoring;

import io.dexklines.job.sink.check.CheckMetric;
import io.dexklines.job.sink.redis.RedisCacheMetric;
import io.dexklines.job.sink.relay.RelayMetric;
import io.dexklines.job.sink.store.StoreMetric;
import io.dexklines.job.source.lists.ListMetric;
import io.dexklines.job.source.trades.ClockMetric;
import io.dexklines.job.source.trades.IngestMetric;
import io.dexklines.operator.kline.KlineMetric;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The metrics of this project's code, under the names that Prometheus sees. */
final class JobMetrics {

    /** Metrics that Prometheus itself produces. */
    static final Set<String> OF_PROMETHEUS = Set.of("up", "ALERTS");

    /** The prefix of the metrics of the source's enumerator, which runs on the JobManager. */
    static final String ENUMERATOR = "flink_jobmanager_job_operator_coordinator_enumerator_";

    private static final String OPERATOR = "flink_taskmanager_job_task_operator_";

    private JobMetrics() {}

    /** Returns the names that Flink's reporter writes: the groups of a metric precede its name. */
    static Set<String> prometheusNames() {
        Set<String> names = new TreeSet<>();
        for (IngestMetric metric : IngestMetric.values()) {
            names.add(
                    switch (metric) {
                        case TRADES_DECODED -> IngestMetric.TOPIC + '_' + metric.metricName();
                        case TRADES_EXCLUDED -> IngestMetric.REASON + '_' + metric.metricName();
                        case LABELS_DROPPED -> metric.metricName();
                    });
        }
        for (KlineMetric metric : KlineMetric.values()) {
            names.add(
                    switch (metric) {
                        case TRADES_EXCLUDED -> KlineMetric.REASON + '_' + metric.metricName();
                        case KLINES_OUT -> KlineMetric.KIND + '_' + metric.metricName();
                        case CLOCK_LAG_MS -> KlineMetric.CHAIN + '_' + metric.metricName();
                        case WHOLE_FROM_MS -> KlineMetric.INTERVAL + '_' + metric.metricName();
                        default -> metric.metricName();
                    });
        }
        Stream.of(ListMetric.values()).map(ListMetric::metricName).forEach(names::add);
        for (StoreMetric metric : StoreMetric.values()) {
            names.add(metric.metricName("mysql"));
            names.add(metric.metricName("redis"));
        }
        Stream.of(RedisCacheMetric.values()).map(RedisCacheMetric::metricName).forEach(names::add);
        Stream.of(RelayMetric.values()).map(RelayMetric::metricName).forEach(names::add);
        Stream.of(CheckMetric.values())
                .map(metric -> CheckMetric.STORE + '_' + metric.metricName())
                .forEach(names::add);
        Set<String> full = new TreeSet<>();
        names.forEach(name -> full.add(OPERATOR + name));
        for (ClockMetric metric : ClockMetric.values()) {
            full.add(
                    String.join(
                            "_",
                            ENUMERATOR + ClockMetric.CHAIN,
                            ClockMetric.TOPIC,
                            ClockMetric.PARTITION,
                            ClockMetric.REASON,
                            metric.metricName()));
        }
        return full;
    }
}
