package io.dexklines.job.sink.relay;

import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.sink.LatestKlines;
import io.dexklines.job.sink.PairKline;
import io.dexklines.kline.Kline;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutgoingKlinesTest {

    private final OutgoingKlines outgoing = new OutgoingKlines(3, new LatestKlines(10));

    @Test
    void ofEachKlineOnlyTheNewestVersionWaits() throws Exception {
        outgoing.offer(klines(open(0, 1), open(0, 3), open(0, 2)));

        assertThat(outgoing.take(10, 0)).isEqualTo(klines(open(0, 3)));
        assertThat(outgoing.conflated()).isEqualTo(2);
    }

    @Test
    void aClosedKlineGivesWayOnlyToANewerVersionOfItself() throws Exception {
        outgoing.offer(klines(open(0, 2), closed(0, 2), open(0, 2), open(1, 9)));

        assertThat(outgoing.take(10, 0)).isEqualTo(klines(closed(0, 2), open(1, 9)));

        outgoing.offer(klines(closed(0, 2), closed(0, 3)));
        assertThat(outgoing.take(10, 0)).isEqualTo(klines(closed(0, 3)));
    }

    @Test
    void aFullQueueDropsTheOldestOpenKlineFirst() throws Exception {
        outgoing.offer(klines(closed(0, 1), open(1, 1), open(2, 1), closed(3, 1)));
        assertThat(outgoing.dropped()).isEqualTo(1);

        outgoing.offer(klines(closed(4, 1), closed(5, 1)));

        assertThat(outgoing.dropped()).isEqualTo(3);
        assertThat(outgoing.take(10, 0))
                .isEqualTo(klines(closed(3, 1), closed(4, 1), closed(5, 1)));
    }

    @Test
    void requeuedKlinesWaitAgainUnlessANewerVersionDoes() throws Exception {
        outgoing.offer(klines(closed(0, 1), open(1, 1)));
        outgoing.take(10, 0);
        outgoing.offer(klines(open(1, 2)));

        outgoing.requeue();

        assertThat(outgoing.take(10, 0)).isEqualTo(klines(closed(0, 1), open(1, 2)));
    }

    @Test
    void theQueueIsEmptyOnlyOnceTakenElementsAreAcknowledged() throws Exception {
        outgoing.offer(klines(open(0, 1)));
        assertThat(outgoing.awaitEmpty(0)).isFalse();

        outgoing.take(10, 0);
        assertThat(outgoing.awaitEmpty(0)).isFalse();

        outgoing.acknowledge();
        assertThat(outgoing.awaitEmpty(0)).isTrue();
    }

    @Test
    void aBatchHasNoMoreThanAskedFor() throws Exception {
        outgoing.offer(klines(open(0, 1), open(1, 1), closed(2, 1)));

        assertThat(outgoing.take(2, 0)).isEqualTo(klines(closed(2, 1), open(0, 1)));
        assertThat(outgoing.size()).isEqualTo(1);
    }

    private static List<PairKline> klines(Kline... klines) {
        return Arrays.stream(klines).map(kline -> new PairKline(PEPE, kline)).toList();
    }
}
