package io.dexklines.job.compatibility;

import static io.dexklines.job.sink.SampleKlines.BONK;
import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.kline.Kline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PendingUpdatesTest {

    private static final long INTERVAL_MS = 500;

    private final PendingUpdates pending = new PendingUpdates(INTERVAL_MS, 3, 2);

    @Test
    void aKlineIsPublishedOnceInAnIntervalInItsNewestVersion() {
        offer(open(0, 1));
        assertThat(due(0)).containsExactly(open(0, 1));

        offer(open(0, 2));
        offer(open(0, 3));
        offer(open(0, 2));
        assertThat(due(INTERVAL_MS - 1)).isEmpty();
        assertThat(due(INTERVAL_MS)).containsExactly(open(0, 3));
        assertThat(due(2 * INTERVAL_MS)).isEmpty();
    }

    @Test
    void anotherKlineDoesNotWait() {
        offer(open(0, 1));
        assertThat(due(0)).containsExactly(open(0, 1));

        offer(open(0, 2));
        offer(open(1, 1));
        assertThat(pending.offer(BONK, open(0, 2))).isZero();
        assertThat(due(1)).containsExactly(open(1, 1), open(0, 2));
        assertThat(due(INTERVAL_MS)).containsExactly(open(0, 2));
    }

    @Test
    void theEndOfAKlineIsNoChangeUnlessItHasNewTrades() {
        offer(open(0, 2));
        assertThat(due(0)).containsExactly(open(0, 2));

        offer(closed(0, 2));
        assertThat(due(INTERVAL_MS)).isEmpty();

        offer(closed(0, 3));
        assertThat(due(INTERVAL_MS)).containsExactly(closed(0, 3));
    }

    @Test
    void theOneThatWaitedLongestIsLetGo() {
        assertThat(pending.offer(PEPE, open(0, 1))).isZero();
        assertThat(pending.offer(PEPE, open(1, 1))).isZero();
        assertThat(pending.offer(PEPE, open(2, 1))).isZero();
        assertThat(pending.offer(PEPE, open(2, 2))).as("a newer version").isZero();
        assertThat(pending.offer(PEPE, open(3, 1))).isEqualTo(1);

        assertThat(due(0)).containsExactly(open(1, 1), open(2, 2), open(3, 1));
    }

    @Test
    void noMoreThanABatchIsTaken() {
        offer(open(0, 1));
        offer(open(1, 1));

        assertThat(klines(pending.takeDue(0, 1))).containsExactly(open(0, 1));
        assertThat(klines(pending.takeDue(0, 1))).containsExactly(open(1, 1));
    }

    @Test
    void anyOrderOfVersionsKeepsTheIntervalAndNeverGoesBack() {
        PendingUpdates many = new PendingUpdates(INTERVAL_MS, 1_000, 1);
        Random random = new Random(7);
        Map<Long, Long> publishedMs = new HashMap<>();
        Map<Long, Long> trades = new HashMap<>();
        for (long nowMs = 0; nowMs < 60_000; nowMs += 1 + random.nextInt(100)) {
            many.offer(PEPE, open(random.nextInt(20), 1 + random.nextInt(50)));
            for (PendingUpdates.Update update : many.takeDue(nowMs, 5)) {
                long openTimeMs = update.kline().openTimeMs();
                Long before = publishedMs.put(openTimeMs, nowMs);
                assertThat(before == null ? INTERVAL_MS : nowMs - before)
                        .isGreaterThanOrEqualTo(INTERVAL_MS);
                trades.put(openTimeMs, update.kline().trades());
            }
        }
        assertThat(trades).hasSize(20);
    }

    private void offer(Kline kline) {
        assertThat(pending.offer(PEPE, kline)).isZero();
    }

    private List<Kline> due(long nowMs) {
        return klines(pending.takeDue(nowMs, 100));
    }

    private static List<Kline> klines(List<PendingUpdates.Update> updates) {
        return new ArrayList<>(updates.stream().map(PendingUpdates.Update::kline).toList());
    }
}
