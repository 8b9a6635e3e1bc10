package io.dexklines.job.source.trades;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.clock.Hold;
import io.dexklines.clock.Partition;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

class ClockHoldsTest {

    private static final Partition FIRST = new Partition("bsc-trades", 0);
    private static final Partition SECOND = new Partition("bsc-trades", 1);

    private final Map<String, Gauge<?>> gauges = new TreeMap<>();
    private final ClockHolds holds = new ClockHolds(new Gauges(""), 30_000);

    @Test
    void aGaugeIsOneWhileItsPartitionHoldsAClockForItsReason() {
        holds.update(List.of(), 0);
        assertThat(values()).isEmpty();

        holds.update(
                List.of(
                        new Hold("56", FIRST, Hold.Reason.LAG, 3),
                        new Hold("1", FIRST, Hold.Reason.LAG, 3),
                        new Hold("10", SECOND, Hold.Reason.NO_LEADER, -1)),
                1);
        assertThat(values())
                .isEqualTo(
                        Map.of(
                                "chain=1,topic=bsc-trades,partition=0,reason=lag,heldBy", 1,
                                "chain=56,topic=bsc-trades,partition=0,reason=lag,heldBy", 1,
                                "chain=10,topic=bsc-trades,partition=1,reason=no_leader,heldBy",
                                        1));

        holds.update(List.of(new Hold("56", FIRST, Hold.Reason.OPEN_TRANSACTION, 3)), 2);
        assertThat(values())
                .isEqualTo(
                        Map.of(
                                "chain=1,topic=bsc-trades,partition=0,reason=lag,heldBy", 0,
                                "chain=56,topic=bsc-trades,partition=0,reason=lag,heldBy", 0,
                                "chain=56,topic=bsc-trades,partition=0,reason=open_transaction,heldBy",
                                        1,
                                "chain=10,topic=bsc-trades,partition=1,reason=no_leader,heldBy",
                                        0));
    }

    private Map<String, Object> values() {
        Map<String, Object> values = new TreeMap<>();
        gauges.forEach((name, gauge) -> values.put(name, gauge.getValue()));
        return values;
    }

    /** A group that notes its gauges with its labels. */
    private final class Gauges extends UnregisteredMetricsGroup {

        private final String labels;

        Gauges(String labels) {
            this.labels = labels;
        }

        @Override
        public MetricGroup addGroup(String key, String value) {
            return new Gauges(labels + key + "=" + value + ",");
        }

        @Override
        public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
            gauges.put(labels + name, gauge);
            return gauge;
        }
    }
}
