package io.dexklines.job.sink.relay;

import static io.dexklines.job.sink.SampleKlines.BONK;
import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.open;
import static io.dexklines.job.sink.SampleKlines.updates;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.sink.LatestKlines;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutgoingKlinesTest {

    private final LatestKlines latest = new LatestKlines(10);
    private final OutgoingKlines outgoing = new OutgoingKlines(3, latest);

    @Test
    void ofEachKlineOnlyTheNewestVersionWaits() throws Exception {
        outgoing.offer(List.of(updates(PEPE, open(0, 1))));
        outgoing.offer(List.of(updates(PEPE, open(0, 3))));
        outgoing.offer(List.of(updates(PEPE, open(0, 2))));

        assertThat(outgoing.take(10, 0)).containsExactly(updates(PEPE, open(0, 3)));
        assertThat(outgoing.conflated()).isEqualTo(2);
    }

    @Test
    void aClosedKlineGivesWayOnlyToANewerVersionOfItself() throws Exception {
        outgoing.offer(List.of(updates(PEPE, open(0, 2))));
        outgoing.offer(List.of(updates(PEPE, closed(0, 2))));
        outgoing.offer(List.of(updates(PEPE, open(0, 2), open(1, 9))));

        assertThat(outgoing.take(10, 0)).containsExactly(updates(PEPE, closed(0, 2), open(1, 9)));

        outgoing.offer(List.of(updates(PEPE, closed(0, 2))));
        outgoing.offer(List.of(updates(PEPE, closed(0, 3))));
        assertThat(outgoing.take(10, 0)).containsExactly(updates(PEPE, closed(0, 3)));
    }

    @Test
    void theUpdatesOfAPairBecomeOneInThePlaceOfTheFirst() throws Exception {
        outgoing.offer(List.of(updates(PEPE, open(0, 1))));
        outgoing.offer(List.of(updates(BONK, open(0, 1))));
        outgoing.offer(List.of(updates(PEPE, closed(0, 2), open(1, 1))));

        assertThat(outgoing.take(10, 0))
                .containsExactly(
                        updates(PEPE, closed(0, 2), open(1, 1)), updates(BONK, open(0, 1)));
    }

    @Test
    void aFullQueueDropsAllOfThePairThatHasWaitedLongest() throws Exception {
        outgoing.offer(List.of(updates(PEPE, closed(0, 1), open(1, 1))));
        outgoing.offer(List.of(updates(BONK, open(0, 1))));
        assertThat(outgoing.dropped()).isZero();

        outgoing.offer(List.of(updates(BONK, closed(0, 2), open(1, 1), open(2, 1))));

        assertThat(outgoing.dropped()).isEqualTo(2);
        assertThat(outgoing.size()).isEqualTo(3);
        assertThat(outgoing.take(10, 0))
                .containsExactly(updates(BONK, closed(0, 2), open(1, 1), open(2, 1)));
    }

    @Test
    void ofASinglePairThatFillsTheQueueTheKlinesThatEndedFirstAreDropped() throws Exception {
        outgoing.offer(List.of(updates(PEPE, closed(0, 1), closed(1, 1), open(2, 1))));

        outgoing.offer(List.of(updates(PEPE, closed(2, 2), open(3, 1))));

        assertThat(outgoing.dropped()).isEqualTo(1);
        assertThat(outgoing.take(10, 0))
                .containsExactly(updates(PEPE, closed(1, 1), closed(2, 2), open(3, 1)));
    }

    @Test
    void whatIsSentIsUnacknowledgedUntilTheRelayHasIt() throws Exception {
        outgoing.offer(List.of(updates(PEPE, open(0, 1)), updates(BONK, open(0, 1))));
        outgoing.take(1, 0);
        outgoing.offer(List.of(updates(PEPE, open(0, 2))));

        assertThat(outgoing.unacknowledged())
                .containsExactly(
                        updates(PEPE, open(0, 1)),
                        updates(BONK, open(0, 1)),
                        updates(PEPE, open(0, 2)));
        outgoing.acknowledge(outgoing.taken());
        assertThat(outgoing.unacknowledged())
                .containsExactly(updates(BONK, open(0, 1)), updates(PEPE, open(0, 2)));
    }

    @Test
    void requeuedKlinesWaitAgainUnlessANewerVersionDoes() throws Exception {
        outgoing.offer(List.of(updates(PEPE, closed(0, 1), open(1, 1))));
        outgoing.take(10, 0);
        outgoing.offer(List.of(updates(PEPE, open(1, 2))));

        outgoing.requeue();

        assertThat(outgoing.take(10, 0)).containsExactly(updates(PEPE, closed(0, 1), open(1, 2)));
    }

    @Test
    void aNewConnectionStartsWithEverythingThatWasNotAcknowledged() throws Exception {
        latest.offerAll(updates(PEPE, open(3, 1)));
        outgoing.offer(List.of(updates(PEPE, closed(0, 1))));
        outgoing.take(10, 0);
        long acknowledged = outgoing.taken();
        outgoing.offer(List.of(updates(PEPE, closed(1, 1))));
        outgoing.take(10, 0);
        outgoing.offer(List.of(updates(PEPE, closed(2, 1))));

        outgoing.acknowledge(acknowledged);
        outgoing.requeue();

        assertThat(outgoing.takeFirst())
                .containsExactly(updates(PEPE, closed(1, 1), closed(2, 1), open(3, 1)));
    }

    @Test
    void theQueueIsEmptyOnlyOnceTakenElementsAreAcknowledged() throws Exception {
        outgoing.offer(List.of(updates(PEPE, open(0, 1))));
        assertThat(outgoing.awaitEmpty(0)).isFalse();

        outgoing.take(10, 0);
        assertThat(outgoing.awaitEmpty(0)).isFalse();

        outgoing.acknowledge(outgoing.taken());
        assertThat(outgoing.awaitEmpty(0)).isTrue();
    }

    @Test
    void aBatchEndsBetweenPairs() throws Exception {
        outgoing.offer(List.of(updates(PEPE, open(0, 1), open(1, 1))));
        outgoing.offer(List.of(updates(BONK, open(0, 1))));

        assertThat(outgoing.take(1, 0)).containsExactly(updates(PEPE, open(0, 1), open(1, 1)));
        assertThat(outgoing.size()).isEqualTo(1);
    }

    @Test
    void theNumberOfBatchesInFlightIsLimited() throws Exception {
        for (int batch = 0; batch < Outgoing.MAX_IN_FLIGHT; batch++) {
            outgoing.offer(List.of(updates(PEPE, open(0, batch))));
            assertThat(outgoing.take(10, 0)).hasSize(1);
        }
        outgoing.offer(List.of(updates(PEPE, open(0, 99))));
        assertThat(outgoing.take(10, 0)).isEmpty();

        outgoing.acknowledge(1);

        assertThat(outgoing.take(10, 0)).containsExactly(updates(PEPE, open(0, 99)));
    }
}
