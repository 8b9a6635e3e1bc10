package io.dexklines.job.sink.check;

import static io.dexklines.job.sink.SampleKlines.BONK;
import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.config.CheckSettings;
import io.dexklines.job.sink.KlineReader;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.StoredKline;
import io.dexklines.trade.Pair;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoreCheckTest {

    private static final long DELAY_MS = 30_000;
    private static final long PATIENCE_MS = 120_000;

    private final TestingKlineStore store = new TestingKlineStore();
    private final Map<CheckMetric, Counter> counters = new EnumMap<>(CheckMetric.class);
    private final StoreCheck check;
    private long nowMs = 1_788_220_860_000L;

    StoreCheckTest() {
        for (CheckMetric metric : CheckMetric.values()) {
            counters.put(metric, new SimpleCounter());
        }
        check =
                new StoreCheck(
                        new CheckedStore("mysql", "MySQL", store::open),
                        new CheckSettings(
                                1,
                                Duration.ofMillis(DELAY_MS),
                                Duration.ofMillis(PATIENCE_MS),
                                List.of()),
                        counters,
                        () -> nowMs);
    }

    @AfterEach
    void closesItsReader() {
        check.close();
        assertThat(store.readers()).isZero();
    }

    @Test
    void aKlineIsComparedOnceAfterTheDelay() {
        PairKline emitted = new PairKline(PEPE, closed(0, 5));
        store.put(emitted);
        check.add(new Sample(emitted, nowMs));

        pass(DELAY_MS - 1);
        assertThat(store.reads()).isZero();
        pass(1);
        pass(PATIENCE_MS);

        assertThat(store.reads()).isEqualTo(1);
        assertThat(counts()).isEqualTo(Map.of("klinesChecked", 1L));
        assertThat(check.waiting()).isZero();
    }

    @Test
    void aKlineThatComesLateIsRight() {
        PairKline emitted = new PairKline(PEPE, closed(0, 5));
        check.add(new Sample(emitted, nowMs));
        pass(DELAY_MS);
        store.put(new PairKline(PEPE, open(0, 4)));
        pass(PATIENCE_MS / 2);
        store.put(emitted);
        pass(PATIENCE_MS - DELAY_MS - PATIENCE_MS / 2);

        assertThat(store.reads()).isEqualTo(3);
        assertThat(counts()).isEqualTo(Map.of("klinesChecked", 1L));
    }

    @Test
    void aKlineThatDoesNotComeIsMissing() {
        check.add(new Sample(new PairKline(PEPE, closed(0, 5)), nowMs));
        pass(DELAY_MS);
        pass(PATIENCE_MS - DELAY_MS - 1);
        assertThat(counts()).isEmpty();
        pass(1 + PATIENCE_MS);

        assertThat(counts()).isEqualTo(Map.of("klinesChecked", 1L, "klinesMissing", 1L));
    }

    @Test
    void otherValuesAreWrongAndMoreTradesAreAhead() {
        check.add(new Sample(new PairKline(PEPE, closed(0, 5)), nowMs));
        check.add(new Sample(new PairKline(PEPE, closed(1, 5)), nowMs));
        check.add(new Sample(new PairKline(PEPE, closed(2, 5)), nowMs));
        store.put(new PairKline(PEPE, closed(0, 4)));
        store.put(new PairKline(PEPE, closed(1, 6)));
        store.put(
                new PairKline(PEPE, closed(2, 5)).key(), new StoredKline.Unreadable("two members"));
        pass(PATIENCE_MS);

        assertThat(counts())
                .isEqualTo(Map.of("klinesChecked", 3L, "klinesWrong", 2L, "klinesAhead", 1L));
    }

    @Test
    void aCorrectionReplacesTheSampleAndItsTimes() {
        PairKline emitted = new PairKline(PEPE, closed(0, 5));
        PairKline corrected = new PairKline(PEPE, closed(0, 6));
        check.add(new Sample(emitted, nowMs));
        store.put(corrected);
        pass(DELAY_MS);
        check.replace(corrected.key(), new Sample(corrected, nowMs));
        check.replace(
                new PairKline(BONK, closed(0, 6)).key(),
                new Sample(new PairKline(BONK, closed(0, 6)), nowMs));

        pass(DELAY_MS - 1);
        assertThat(counts()).isEmpty();
        pass(1);

        assertThat(counts()).isEqualTo(Map.of("klinesChecked", 1L));
        assertThat(check.waiting()).isZero();
    }

    @Test
    void anOlderSampleDoesNotReplaceANewerOne() {
        store.put(new PairKline(PEPE, closed(0, 6)));
        check.add(new Sample(new PairKline(PEPE, closed(0, 6)), nowMs));
        check.add(new Sample(new PairKline(PEPE, closed(0, 5)), nowMs));
        pass(DELAY_MS);

        assertThat(counts()).isEqualTo(Map.of("klinesChecked", 1L));
    }

    @Test
    void aKlineThatTheStoreNoLongerKeepsIsUnchecked() {
        PairKline emitted = new PairKline(PEPE, closed(0, 5));
        store.put(emitted.key(), new StoredKline.NotKept());
        check.add(new Sample(emitted, nowMs));
        pass(DELAY_MS);

        assertThat(counts()).isEqualTo(Map.of("klinesUnchecked", 1L));
    }

    @Test
    void anUnreachableStoreIsAskedOnceARoundAndItsKlinesAreUnchecked() {
        store.unreachable(true);
        for (int minute = 0; minute < 5; minute++) {
            check.add(new Sample(new PairKline(PEPE, closed(minute, 5)), nowMs));
        }
        pass(DELAY_MS);
        assertThat(store.reads()).isEqualTo(1);
        pass(PATIENCE_MS - DELAY_MS);

        assertThat(counts()).isEqualTo(Map.of("klinesUnchecked", 5L));
        assertThat(check.waiting()).isZero();
    }

    @Test
    void aStoreThatIsReachableAgainWithinThePatienceIsChecked() {
        PairKline emitted = new PairKline(PEPE, closed(0, 5));
        store.put(emitted);
        store.unreachable(true);
        check.add(new Sample(emitted, nowMs));
        pass(DELAY_MS);
        store.unreachable(false);
        pass(DELAY_MS);

        assertThat(counts()).isEqualTo(Map.of("klinesChecked", 1L));
    }

    @Test
    void klinesThatAnotherServerHoldsAreNotCompared() {
        StoreCheck ofPepe =
                new StoreCheck(
                        new CheckedStore(
                                "mysql",
                                "MySQL",
                                new KlineReader.Opener() {
                                    private static final long serialVersionUID = 1L;

                                    @Override
                                    public boolean holds(Pair pair) {
                                        return pair.equals(PEPE);
                                    }

                                    @Override
                                    public KlineReader open() {
                                        return store.open();
                                    }
                                }),
                        new CheckSettings(1, Duration.ofMillis(1), Duration.ofMillis(1), List.of()),
                        counters,
                        () -> nowMs);
        ofPepe.add(new Sample(new PairKline(PEPE, closed(0, 5)), nowMs));
        ofPepe.add(new Sample(new PairKline(BONK, closed(0, 5)), nowMs));

        assertThat(ofPepe.waiting()).isEqualTo(1);
    }

    @Test
    void theSamplesThatWaitAreBounded() {
        for (int pair = 0; pair < StoreCheck.MAX_WAITING + 3; pair++) {
            check.add(new Sample(new PairKline(new Pair("1", "0x" + pair), closed(0, 5)), nowMs));
        }

        assertThat(check.waiting()).isEqualTo(StoreCheck.MAX_WAITING);
        assertThat(counts()).isEqualTo(Map.of("klinesUnchecked", 3L));
    }

    private void pass(long ms) {
        nowMs += ms;
        check.compare();
    }

    /** Returns the counters that are not zero. */
    private Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        counters.forEach(
                (metric, counter) -> {
                    if (counter.getCount() != 0) {
                        counts.put(metric.metricName(), counter.getCount());
                    }
                });
        return counts;
    }
}
