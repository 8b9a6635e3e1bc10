package io.dexklines.relay.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.relay.stream.KlineVersion;
import io.dexklines.relay.stream.StreamEvent;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BacklogTest {

    private static final String STREAM = "1:0xabc@kline_1m";

    private final Backlog backlog = new Backlog();

    @Test
    void aNewerVersionReplacesTheQueuedOneInItsPlace() {
        StreamEvent second = kline(STREAM, 60_000, 2);
        StreamEvent other = kline("1:0xdef@kline_1m", 60_000, 1);
        StreamEvent next = kline(STREAM, 120_000, 1);

        assertThat(backlog.add(kline(STREAM, 60_000, 1))).isFalse();
        assertThat(backlog.add(other)).isFalse();
        assertThat(backlog.add(next)).isFalse();
        assertThat(backlog.add(second)).isTrue();

        assertThat(backlog.size()).isEqualTo(3);
        assertThat(backlog.poll()).isSameAs(second);
        assertThat(backlog.poll()).isSameAs(other);
        assertThat(backlog.poll()).isSameAs(next);
        assertThat(backlog.poll()).isNull();
        assertThat(backlog.isEmpty()).isTrue();
    }

    @Test
    void aClosedKlineIsNotReplacedByOtherKlines() {
        backlog.add(kline(STREAM, 60_000, 5));
        backlog.add(kline(STREAM, 120_000, 1));
        backlog.add(kline(STREAM + "_closed", 60_000, 5));

        assertThat(backlog.size()).isEqualTo(3);
    }

    @Test
    void eventsDoNotReplaceEachOther() {
        backlog.add(new StreamEvent("1@smartmoney", new byte[0], null));
        backlog.add(new StreamEvent("1@smartmoney", new byte[0], null));

        assertThat(backlog.size()).isEqualTo(2);
    }

    @Test
    void unsubscribingRemovesTheEventsOfTheStream() {
        StreamEvent other = kline("1:0xdef@kline_1m", 60_000, 1);
        backlog.add(kline(STREAM, 60_000, 1));
        backlog.add(other);
        backlog.add(kline(STREAM, 120_000, 1));

        backlog.removeStreams(Set.of(STREAM));

        assertThat(backlog.poll()).isSameAs(other);
        assertThat(backlog.isEmpty()).isTrue();
    }

    private static StreamEvent kline(String stream, long openTimeMs, long trades) {
        return new StreamEvent(stream, new byte[0], new KlineVersion(openTimeMs, trades, false));
    }
}
