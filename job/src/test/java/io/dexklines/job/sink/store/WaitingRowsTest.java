package io.dexklines.job.sink.store;

import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.UsedHeap;
import io.dexklines.kline.Kline;
import io.dexklines.trade.Pair;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingRowsTest {

    private static final long NOW = 1_000_000;
    private static final int ALL = 1_000;

    /** The default intervals. */
    private static final int ROWS_OF_A_PAIR = 9;

    private final WaitingRows<PairKline> rows = new WaitingRows<>(new KlineRows(), 5_000, 2);
    private long update;

    @Test
    void onlyTheNewestVersionOfARowWaits() {
        offer(open(0, 1));
        offer(open(0, 3));
        offer(open(0, 2));

        assertThat(write(NOW)).containsExactly(open(0, 3));
        assertThat(rows.conflated()).isEqualTo(2);
        assertThat(rows.rows()).isZero();
    }

    @Test
    void beyondALimitTheOldestWritesAreForgottenAndTheirRowsAreDueAgain() {
        offer(open(0, 1));
        offer(open(1, 1));
        write(NOW);
        offer(open(0, 2));
        offer(open(1, 2));
        assertThat(rows.dueRows()).as("written a moment ago").isZero();

        offer(open(2, 1));
        assertThat(write(NOW)).containsExactly(open(2, 1));

        assertThat(rows.dueRows()).isEqualTo(1);
        assertThat(write(NOW)).containsExactly(open(0, 2));
    }

    @Test
    void aFloodOfNewPairsTakesNoMoreHeapThanTheRowsAreSaidTo() {
        int bytes = 8 << 20;
        int all = StoreSettings.rowsIn(bytes);
        long before = UsedHeap.bytes();

        for (int i = 0; i < all / ROWS_OF_A_PAIR; i++) {
            Pair pair = new Pair("56", String.format("0x%040x", i));
            for (int minute = 0; minute < ROWS_OF_A_PAIR; minute++) {
                rows.offer(new Waiting<>(new PairKline(pair, open(minute, 1)), i, NOW));
            }
        }

        assertThat(UsedHeap.bytes() - before).isBetween(bytes / 2L, (long) bytes);
        assertThat(rows.rows()).isEqualTo(all / ROWS_OF_A_PAIR * ROWS_OF_A_PAIR);
    }

    @Test
    void aRowWaitsSinceItsFirstVersion() {
        offer(open(0, 1));
        offer(open(1, 1));
        offer(open(0, 2));

        assertThat(waiting())
                .containsExactly(
                        new Waiting<>(new PairKline(PEPE, open(0, 2)), 1, 1_001),
                        new Waiting<>(new PairKline(PEPE, open(1, 1)), 2, 1_002));
    }

    @Test
    void anOpenVersionNeverTakesThePlaceOfTheSameOneClosed() {
        offer(closed(0, 3));
        offer(open(0, 3));

        assertThat(write(NOW)).containsExactly(closed(0, 3));
    }

    @Test
    void theFirstVersionOfALiveRowIsDueAtOnceAndTheNextAfterTheLiveInterval() {
        offer(open(0, 1));
        assertThat(write(NOW)).containsExactly(open(0, 1));

        offer(open(0, 2));
        assertThat(rows.dueRows()).isZero();
        assertThat(write(NOW + 4_999)).isEmpty();
        offer(open(0, 3));
        assertThat(write(NOW + 5_000)).containsExactly(open(0, 3));

        offer(open(0, 4));
        assertThat(write(NOW + 9_999)).isEmpty();
        assertThat(write(NOW + 10_000)).containsExactly(open(0, 4));
    }

    @Test
    void aRowThatIsNotLiveIsDueAtOnceAndTakesTheDeferredOneAway() {
        offer(open(0, 1));
        write(NOW);
        offer(open(0, 2));

        offer(closed(0, 2));

        assertThat(write(NOW + 1)).containsExactly(closed(0, 2));
        assertThat(rows.rows()).isZero();
    }

    @Test
    void allRowsCanBeMadeDue() {
        offer(open(0, 1));
        write(NOW);
        offer(open(0, 2));
        offer(open(1, 1));

        rows.releaseAll();

        assertThat(write(NOW + 1)).containsExactlyInAnyOrder(open(0, 2), open(1, 1));
        assertThat(rows.rows()).isZero();
    }

    @Test
    void aBatchHasTheRowsThatBecameDueFirst() {
        offer(closed(2, 1));
        offer(closed(0, 1));
        offer(closed(1, 1));
        offer(closed(2, 2));

        assertThat(klines(rows.take(2, NOW))).containsExactly(closed(2, 2), closed(0, 1));
        assertThat(rows.rows()).isEqualTo(3);
        rows.finish(List.of());

        assertThat(write(NOW)).containsExactly(closed(1, 1));
    }

    @Test
    void aBatchInFlightWaitsUntilItEndsAndNewerVersionsComeLater() {
        offer(closed(0, 1));
        rows.take(ALL, NOW);
        offer(closed(0, 2));

        assertThat(rows.rows()).isEqualTo(2);
        assertThat(waiting())
                .extracting(each -> each.row().kline())
                .containsExactly(closed(0, 1), closed(0, 2));
        assertThatIllegalStateException().isThrownBy(() -> rows.take(ALL, NOW));

        rows.finish(List.of());
        assertThat(write(NOW)).containsExactly(closed(0, 2));
    }

    @Test
    void rowsThatWereNotAcceptedWaitAgainSinceTheirFirstVersion() {
        offer(open(0, 1));
        offer(closed(1, 1));
        offer(closed(2, 1));
        List<PairKline> batch = rows.take(ALL, NOW);
        offer(open(0, 2));
        offer(closed(1, 2));

        rows.finish(batch.subList(0, 2));

        assertThat(waiting())
                .containsExactlyInAnyOrder(
                        new Waiting<>(new PairKline(PEPE, open(0, 2)), 1, 1_001),
                        new Waiting<>(new PairKline(PEPE, closed(1, 2)), 2, 1_002));
        assertThat(write(NOW)).containsExactlyInAnyOrder(open(0, 2), closed(1, 2));
    }

    @Test
    void theRowThatWaitsTheLongestLeavesFirst() {
        offer(open(0, 1));
        write(NOW);
        offer(open(0, 2));
        offer(closed(1, 1));

        assertThat(rows.removeOldest().row().kline()).isEqualTo(closed(1, 1));
        assertThat(rows.removeOldest().row().kline()).isEqualTo(open(0, 2));
        assertThat(rows.removeOldest()).isNull();
    }

    private void offer(Kline kline) {
        update++;
        rows.offer(new Waiting<>(new PairKline(PEPE, kline), update, 1_000 + update));
    }

    private List<Kline> write(long nowMs) {
        rows.release(nowMs);
        List<PairKline> batch = rows.take(ALL, nowMs);
        rows.finish(List.of());
        return klines(batch);
    }

    private List<Waiting<PairKline>> waiting() {
        List<Waiting<PairKline>> all = new ArrayList<>();
        rows.forEach(all::add);
        return all;
    }

    private static List<Kline> klines(List<PairKline> rows) {
        return rows.stream().map(PairKline::kline).toList();
    }
}
