package io.dexklines.relay.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.relay.stream.Emission;
import io.dexklines.relay.stream.EventTime;
import io.dexklines.relay.stream.KlineVersion;
import io.dexklines.relay.stream.StreamEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BacklogTest {

    private static final String PAIR = "1:0xabc";
    private static final String SECONDS = PAIR + "@kline_1s";
    private static final String MINUTES = PAIR + "@kline_1m";
    private static final String OTHER = "1:0xdef";

    private final Backlog backlog = new Backlog();

    @Test
    void itsSizeInBytesFollowsWhatWaits() {
        StreamEvent seconds = kline(SECONDS, 10_000, 1, 7);
        StreamEvent minutes = kline(MINUTES, 60_000, 1, 7);
        backlog.add(emission(seconds, minutes));
        long both = backlog.bytes();
        assertThat(both).isGreaterThan(seconds.data().length + minutes.data().length);

        // the replaced versions count no more
        backlog.add(emission(kline(SECONDS, 10_000, 2, 8), kline(MINUTES, 60_000, 2, 8)));
        assertThat(backlog.bytes()).isEqualTo(both);

        Emission polled = backlog.poll();
        assertThat(backlog.bytes()).isZero();
        backlog.putBack(polled);
        assertThat(backlog.bytes()).isEqualTo(both);
        backlog.removeStreams(Set.of(SECONDS));
        assertThat(backlog.bytes()).isEqualTo(both / 2);
        backlog.clear();
        assertThat(backlog.bytes()).isZero();
    }

    @Test
    void aNewerVersionReplacesTheQueuedOneInItsPlace() {
        StreamEvent second = kline(MINUTES, 60_000, 2, 8);
        StreamEvent other = kline(OTHER + "@kline_1m", 60_000, 1, 7);

        assertThat(backlog.add(emission(kline(MINUTES, 60_000, 1, 7)))).isZero();
        assertThat(backlog.add(new Emission(OTHER, List.of(other)))).isZero();
        assertThat(backlog.add(emission(second))).isEqualTo(1);

        assertThat(backlog.size()).isEqualTo(2);
        assertThat(backlog.poll().events()).containsExactly(second);
        assertThat(backlog.poll().events()).containsExactly(other);
        assertThat(backlog.poll()).isNull();
        assertThat(backlog.isEmpty()).isTrue();
    }

    @Test
    void theEmissionsOfAPairBecomeOneWithTheTimeOfTheLast() {
        backlog.add(emission(kline(SECONDS, 60_000, 1, 7), kline(MINUTES, 60_000, 1, 7)));
        backlog.add(emission(kline(SECONDS, 61_000, 1, 1008), kline(MINUTES, 60_000, 2, 1008)));

        assertThat(backlog.size()).isEqualTo(3);
        assertThat(backlog.poll().events())
                .extracting(BacklogTest::payload)
                .containsExactly(
                        "{\"E\":1008,\"t\":60000,\"n\":1}",
                        "{\"E\":1008,\"t\":60000,\"n\":2}",
                        "{\"E\":1008,\"t\":61000,\"n\":1}");
        assertThat(backlog.isEmpty()).isTrue();
    }

    @Test
    void theRestOfABegunEmissionComesFirstAndIsNotConflated() {
        StreamEvent rest = kline(MINUTES, 60_000, 1, 7);
        StreamEvent next = kline(MINUTES, 60_000, 2, 8);

        backlog.putBack(emission(rest));
        backlog.add(emission(next));

        assertThat(backlog.size()).isEqualTo(2);
        assertThat(backlog.poll().events()).containsExactly(rest);
        assertThat(backlog.poll().events()).containsExactly(next);
    }

    @Test
    void aClosedKlineIsNotReplacedByOtherKlines() {
        backlog.add(emission(kline(MINUTES, 60_000, 5, 7)));
        backlog.add(emission(kline(MINUTES, 120_000, 1, 7)));
        backlog.add(emission(kline(MINUTES + "_closed", 60_000, 5, 7)));

        assertThat(backlog.size()).isEqualTo(3);
    }

    @Test
    void eventsDoNotReplaceEachOther() {
        backlog.add(message());
        backlog.add(message());

        assertThat(backlog.size()).isEqualTo(2);
        assertThat(backlog.poll().events()).hasSize(1);
    }

    @Test
    void theNewestTradesOfAPairWaitAndTheFirstSaysHowManyWereLeftOut() {
        StreamEvent other = trade("1:0xdef@trade", 1, 0);
        for (int number = 1; number <= Backlog.MOST_TRADES; number++) {
            assertThat(backlog.add(message(trade(PAIR + "@trade", number, 0)))).isZero();
        }
        backlog.add(message(other));

        assertThat(backlog.add(message(trade(PAIR + "@trade", 51, 7)))).isEqualTo(1);
        assertThat(backlog.add(message(trade(PAIR + "@trade", 52, 0)))).isEqualTo(1);

        assertThat(backlog.size()).isEqualTo(Backlog.MOST_TRADES + 1);
        List<StreamEvent> waited = backlog.poll().events();
        assertThat(waited).hasSize(Backlog.MOST_TRADES);
        assertThat(waited)
                .extracting(BacklogTest::payload)
                .startsWith("{\"t\":\"3\",\"omitted\":2}", "{\"t\":\"4\",\"omitted\":0}");
        assertThat(waited)
                .extracting(BacklogTest::payload)
                .endsWith("{\"t\":\"51\",\"omitted\":7}", "{\"t\":\"52\",\"omitted\":0}");
        assertThat(backlog.poll().events()).containsExactly(other);
        assertThat(backlog.bytes()).isZero();
    }

    @Test
    void tradesThatWereLeftOutBeforeOnesThatAreLeftOutCountToo() {
        backlog.add(message(trade(PAIR + "@trade", 1, 10)));
        for (int number = 2; number <= Backlog.MOST_TRADES; number++) {
            backlog.add(message(trade(PAIR + "@trade", number, number == 2 ? 5 : 0)));
        }
        backlog.add(message(trade(PAIR + "@trade", 51, 0)));

        // ten before the first, the first itself, and five before the second
        assertThat(backlog.poll().events().get(0).omitted()).isEqualTo(16);
    }

    @Test
    void unsubscribingRemovesTheEventsOfTheStream() {
        StreamEvent begun = kline(SECONDS, 59_000, 1, 6);
        StreamEvent other = kline(SECONDS, 60_000, 1, 7);
        backlog.putBack(emission(kline(MINUTES, 0, 1, 6), begun));
        backlog.add(emission(kline(MINUTES, 60_000, 1, 7), other));

        backlog.removeStreams(Set.of(MINUTES));

        assertThat(backlog.size()).isEqualTo(2);
        assertThat(backlog.poll().events()).containsExactly(begun);
        assertThat(backlog.poll().events()).containsExactly(other);
        assertThat(backlog.isEmpty()).isTrue();
    }

    private static Emission message() {
        return new Emission(
                null, List.of(new StreamEvent("1@smartmoney", new byte[0], null, null)));
    }

    private static Emission message(StreamEvent trade) {
        return new Emission(null, List.of(trade));
    }

    private static StreamEvent trade(String stream, int number, long omitted) {
        String data = "{\"t\":\"%d\",\"omitted\":%d}".formatted(number, omitted);
        return new StreamEvent(stream, data.getBytes(StandardCharsets.UTF_8), null, null);
    }

    private static Emission emission(StreamEvent... klines) {
        return new Emission(PAIR, List.of(klines));
    }

    private static StreamEvent kline(String stream, long openTimeMs, long trades, long timeMs) {
        String data = "{\"E\":%d,\"t\":%d,\"n\":%d}".formatted(timeMs, openTimeMs, trades);
        int end = data.indexOf(',');
        return new StreamEvent(
                stream,
                data.getBytes(StandardCharsets.UTF_8),
                new KlineVersion(openTimeMs, trades, false, 0),
                new EventTime(timeMs, "{\"E\":".length(), end));
    }

    private static String payload(StreamEvent event) {
        return new String(event.data(), StandardCharsets.UTF_8);
    }
}
