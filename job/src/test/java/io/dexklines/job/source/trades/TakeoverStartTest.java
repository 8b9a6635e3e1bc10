package io.dexklines.job.source.trades;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.config.StartOffset;
import io.dexklines.kline.Interval;
import io.dexklines.local.takeover.TakeoverPlan;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The job begins its klines where {@code klines takeover} says. */
class TakeoverStartTest {

    private static final long MAX_FUTURE_MS = 60_000;
    private static final long NOW_MS = 1_768_000_000_000L;

    @Test
    void theJobReadsThePrintedStartAndBeginsThere() {
        Random random = new Random(20);
        for (int i = 0; i < 2_000; i++) {
            Map<TopicPartition, Long> removed = new HashMap<>();
            for (int p = random.nextInt(3); p > 0; p--) {
                removed.put(
                        new TopicPartition("trades", p),
                        random.nextInt(5) == 0
                                ? FirstRecords.NO_RECORD
                                : NOW_MS - random.nextLong(40L * 86_400_000));
            }
            TakeoverPlan plan =
                    TakeoverPlan.of(
                            NOW_MS - random.nextLong(3_600_000),
                            Arrays.asList(Interval.values()),
                            TakeoverPlan.heldFromMs(removed.values(), NOW_MS, MAX_FUTURE_MS));

            StartOffset start = StartOffset.of(plan.startOffset());

            assertThat(start)
                    .isEqualTo(new StartOffset(StartOffset.Kind.TIMESTAMP, plan.startMs()));
            assertThat(
                            new StartCheck(
                                            new Properties(),
                                            "group",
                                            Set.of("trades"),
                                            start,
                                            MAX_FUTURE_MS)
                                    .klinesBeginMs(removed, NOW_MS))
                    .isEqualTo(plan.startMs());
        }
    }
}
