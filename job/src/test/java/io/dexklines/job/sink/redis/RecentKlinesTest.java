package io.dexklines.job.sink.redis;

import static io.dexklines.job.sink.SampleKlines.BONK;
import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.open;
import static io.dexklines.job.sink.SampleKlines.updates;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.kline.KlineUpdates;
import io.dexklines.trade.Pair;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecentKlinesTest {

    private static final long LOOK_MS = 1_000;

    /** Static, because the operator is serialized on its way into the harness. */
    private static Runnable loss;

    private static boolean watched;

    private OneInputStreamOperatorTestHarness<KlineUpdates, KlineUpdates> harness;

    @BeforeEach
    void openHarness() throws Exception {
        harness =
                new OneInputStreamOperatorTestHarness<>(
                        new RecentKlines(RecentKlinesTest::watch, 5_000, LOOK_MS));
        harness.setProcessingTime(0);
        harness.open();
    }

    private static AutoCloseable watch(int subtask, Runnable onLoss) {
        loss = onLoss;
        watched = true;
        return () -> watched = false;
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
        assertThat(watched).isFalse();
    }

    @Test
    void klinesPassUnchanged() throws Exception {
        harness.processElement(updates(PEPE, closed(0, 3), open(1, 1)), 0);
        harness.processElement(updates(PEPE, open(1, 2)), 0);
        harness.setProcessingTime(10 * LOOK_MS);

        assertThat(harness.extractOutputValues())
                .containsExactly(
                        updates(PEPE, closed(0, 3), open(1, 1)), updates(PEPE, open(1, 2)));
    }

    @Test
    void recentKlinesAreSentAgainOnceAfterALossWithoutNewTrades() throws Exception {
        harness.processElement(
                updates(PEPE, closed(0, 3), closed(1, 1), closed(2, 1), open(3, 1)), 0);
        harness.processElement(updates(BONK, open(0, 7)), 0);
        harness.getOutput().clear();

        loss.run();
        harness.setProcessingTime(LOOK_MS);

        assertThat(harness.extractOutputValues())
                .containsExactly(
                        updates(PEPE, closed(1, 1)),
                        updates(PEPE, closed(2, 1)),
                        updates(PEPE, open(3, 1)),
                        updates(BONK, open(0, 7)));

        harness.getOutput().clear();
        harness.setProcessingTime(10 * LOOK_MS);
        assertThat(harness.getOutput()).isEmpty();
    }

    @Test
    void manyKlinesAreSentInPortionsAndAnotherLossStartsOver() throws Exception {
        for (int pair = 0; pair < 2_500; pair++) {
            harness.processElement(updates(new Pair("1", "0x" + pair), open(0, 1)), 0);
        }
        harness.getOutput().clear();

        loss.run();
        harness.setProcessingTime(LOOK_MS);
        assertThat(harness.getOutput().size()).isEqualTo(1_000);
        loss.run();
        for (int ms = 1; ms <= 10; ms++) {
            harness.setProcessingTime(LOOK_MS + ms);
        }

        assertThat(harness.getOutput().size()).isEqualTo(1_000 + 2_500);
    }
}
