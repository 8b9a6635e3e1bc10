package io.dexklines.job.sink.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class OutgoingEventsTest {

    private final OutgoingEvents outgoing = new OutgoingEvents(3, 2);

    @Test
    void eventsAreTakenInTheirOrderAndNoneReplacesAnother() throws Exception {
        outgoing.offer(events("a", "b", "a"));

        assertThat(outgoing.take(2, 0)).isEqualTo(events("a", "b"));
        outgoing.acknowledge(outgoing.taken());
        assertThat(outgoing.take(2, 0)).isEqualTo(events("a"));
        assertThat(outgoing.conflated()).isZero();
    }

    @Test
    void aFullQueueDropsTheOldestEvent() throws Exception {
        outgoing.offer(events("a", "b", "c", "d"));

        assertThat(outgoing.dropped()).isEqualTo(1);
        assertThat(outgoing.take(10, 0)).isEqualTo(events("b", "c", "d"));
    }

    @Test
    void requeuedEventsComeFirst() throws Exception {
        outgoing.offer(events("a", "b"));
        outgoing.take(10, 0);
        outgoing.offer(events("c"));

        outgoing.requeue();

        assertThat(outgoing.take(10, 0)).isEqualTo(events("a", "b", "c"));
    }

    @Test
    void aNewConnectionStartsWithTheLastEventsSent() throws Exception {
        outgoing.offer(events("a", "b", "c"));
        outgoing.take(10, 0);
        outgoing.acknowledge(outgoing.taken());
        outgoing.offer(events("d"));

        assertThat(outgoing.takeFirst()).isEqualTo(events("b", "c", "d"));
        outgoing.acknowledge(outgoing.taken());
        assertThat(outgoing.takeFirst()).isEqualTo(events("c", "d"));
    }

    private static List<RelayEvent> events(String... ids) {
        return Arrays.stream(ids)
                .map(id -> new RelayEvent("1@smartmoney", "{\"id\":\"" + id + "\"}"))
                .collect(Collectors.toList());
    }
}
