package io.dexklines.job.sink.check;

import static io.dexklines.job.sink.SampleKlines.BONK;
import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.open;
import static io.dexklines.job.sink.SampleKlines.updates;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.job.config.CheckSettings;
import io.dexklines.job.sink.PairKline;
import io.dexklines.trade.Pair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.streaming.runtime.tasks.TestProcessingTimeService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KlineCheckWriterTest {

    private static final long SEED = 20260902;
    private static final long DELAY_MS = 1_000;
    private static final int PER_SECOND = 3;

    /** The time at which every sample of the first draw is due and has no patience left. */
    private static final long END_MS = 4 * DELAY_MS;

    private final TestProcessingTimeService time = new TestProcessingTimeService();
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();
    private final TestingKlineStore mysql = new TestingKlineStore();
    private final TestingKlineStore redis = new TestingKlineStore();
    private KlineCheckWriter writer;

    @BeforeEach
    void openWriter() {
        writer =
                new KlineCheckWriter(
                        new CheckSettings(
                                PER_SECOND,
                                Duration.ofMillis(DELAY_MS),
                                Duration.ofMillis(3 * DELAY_MS),
                                List.of()),
                        List.of(
                                new CheckedStore("mysql", "MySQL", mysql::open),
                                new CheckedStore("redis", "Redis", redis::open)),
                        new NotingGroup(""),
                        time,
                        new SplittableRandom(SEED));
    }

    @AfterEach
    void leavesNothing() {
        writer.close();

        assertThat(mysql.readers()).isZero();
        assertThat(redis.readers()).isZero();
        await().until(() -> threads().count() == 0);
    }

    @Test
    void closedKlinesAreComparedWithEveryStore() throws Exception {
        mysql.put(new PairKline(PEPE, closed(0, 5)));
        redis.put(new PairKline(PEPE, closed(0, 4)));
        mysql.put(new PairKline(BONK, closed(0, 7)));
        writer.write(updates(PEPE, closed(0, 5), open(1, 1)), null);
        writer.write(updates(BONK, closed(0, 7)), null);
        time.setCurrentTime(END_MS);

        awaitCounts(
                Map.of(
                        "mysql.klinesChecked", 2L,
                        "redis.klinesChecked", 2L,
                        "redis.klinesWrong", 1L,
                        "redis.klinesMissing", 1L));
    }

    @Test
    void openKlinesAreNotCompared() throws Exception {
        writer.write(updates(PEPE, open(0, 5), open(1, 1)), null);
        mysql.put(new PairKline(BONK, closed(0, 7)));
        redis.put(new PairKline(BONK, closed(0, 7)));
        writer.write(updates(BONK, closed(0, 7)), null);
        time.setCurrentTime(END_MS);

        awaitCounts(Map.of("mysql.klinesChecked", 1L, "redis.klinesChecked", 1L));
    }

    @Test
    void aCorrectionReplacesTheSampleBeforeAndAfterItIsDrawn() throws Exception {
        for (TestingKlineStore store : List.of(mysql, redis)) {
            store.put(new PairKline(PEPE, closed(0, 7)));
        }
        mysql.unreachable(true);
        redis.unreachable(true);
        writer.write(updates(PEPE, closed(0, 5)), null);
        writer.write(updates(PEPE, closed(0, 6)), null);
        time.setCurrentTime(DELAY_MS);
        writer.write(updates(PEPE, closed(0, 7)), null);
        mysql.unreachable(false);
        redis.unreachable(false);
        time.setCurrentTime(END_MS);

        // the correction may be drawn and compared again, but no older version counts
        await().untilAsserted(
                        () ->
                                assertThat(counts())
                                        .containsOnlyKeys(
                                                "mysql.klinesChecked", "redis.klinesChecked"));
    }

    @Test
    void ofManyKlinesAsManyAreComparedAsTheRateAllows() throws Exception {
        for (int pair = 0; pair < 1_000; pair++) {
            PairKline kline = new PairKline(new Pair("1", "0x" + pair), closed(0, 5));
            mysql.put(kline);
            redis.put(kline);
            writer.write(updates(kline.pair(), kline.kline()), null);
        }
        time.setCurrentTime(DELAY_MS);
        time.setCurrentTime(2 * DELAY_MS);
        time.setCurrentTime(END_MS);

        awaitCounts(
                Map.of(
                        "mysql.klinesChecked", (long) PER_SECOND,
                        "redis.klinesChecked", (long) PER_SECOND));
    }

    @Test
    void aHungStoreDelaysNeitherTheOtherNorTheEnd() throws Exception {
        mysql.hang();
        redis.put(new PairKline(PEPE, closed(0, 5)));
        writer.write(updates(PEPE, closed(0, 5)), null);
        time.setCurrentTime(END_MS);
        await().until(() -> mysql.reads() == 1);

        awaitCounts(Map.of("redis.klinesChecked", 1L));
        writer.flush(false);
        writer.write(updates(BONK, closed(0, 5)), null);
    }

    private void awaitCounts(Map<String, Long> expected) {
        await().untilAsserted(() -> assertThat(counts()).isEqualTo(expected));
    }

    /** Returns the counters that are not zero. */
    private Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        counters.forEach(
                (name, counter) -> {
                    if (counter.getCount() != 0) {
                        counts.put(name, counter.getCount());
                    }
                });
        return counts;
    }

    private static Stream<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("kline-check-"));
    }

    private final class NotingGroup extends UnregisteredMetricsGroup {

        private final String prefix;

        private NotingGroup(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public MetricGroup addGroup(String key, String value) {
            assertThat(key).isEqualTo(CheckMetric.STORE);
            return new NotingGroup(value + '.');
        }

        @Override
        public <C extends Counter> C counter(String name, C counter) {
            counters.put(prefix + name, counter);
            return counter;
        }
    }
}
