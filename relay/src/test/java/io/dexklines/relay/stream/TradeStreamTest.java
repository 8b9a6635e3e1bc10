package io.dexklines.relay.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.relay.metrics.RelayMetrics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Streams of trades in the hub. */
class TradeStreamTest {

    private static final StreamName TRADES = StreamName.parse("1:0xabc@trade");
    private static final StreamName MINUTES = StreamName.parse("1:0xabc@kline_1m");

    private final RelayMetrics metrics = new RelayMetrics();
    private final StreamHub hub = new StreamHub(1 << 20, metrics);
    private final List<String> received = new ArrayList<>();

    @Test
    void aListenerGetsTheHeldTradesAndThenThoseThatFollow() {
        publish(hub, trade("a", TRADES), trade("b", TRADES));

        subscribe(hub);
        publish(hub, trade("c", TRADES), trade("d", StreamName.parse("1:0xdef@trade")));

        assertThat(received).containsExactly("a", "b", "c");
    }

    @Test
    void theNewestTradesAreHeld() {
        for (int i = 0; i < StreamTrades.TRADES + 5; i++) {
            publish(hub, trade("t" + i, TRADES));
        }

        subscribe(hub);

        assertThat(received).hasSize(StreamTrades.TRADES).startsWith("t5").endsWith("t24");
    }

    @Test
    void aTradeThatIsHeldIsRefusedWhenItIsRedelivered() {
        subscribe(hub);

        publish(hub, trade("a", TRADES), trade("b", TRADES), trade("a", TRADES));

        assertThat(received).containsExactly("a", "b");
        assertThat(metrics.refusedKnown.sum()).isEqualTo(1);
        assertThat(metrics.published.sum()).isEqualTo(2);
    }

    @Test
    void aRelayThatFollowsGetsTheHeldTrades() {
        publish(hub, trade("a", TRADES));

        hub.follow(new Listener(), this::note);

        assertThat(received).containsExactly("a");
    }

    @Test
    void tradesOfManyPairsEvictNoKlines() {
        StreamHub small = new StreamHub(64 << 10, metrics);
        byte[] kline = "{\"k\":1}".getBytes(StandardCharsets.UTF_8);
        small.publish(
                List.of(
                        List.of(
                                new Publication(
                                        MINUTES,
                                        kline,
                                        new KlineVersion(0, 1, false, 0),
                                        null,
                                        null))),
                () -> {});

        for (int i = 0; i < 1_000; i++) {
            publish(small, trade("a", StreamName.parse("1:0x" + i + "@trade")));
        }

        assertThat(small.currentKlines()).hasSize(1);
        assertThat(small.heldBytes()).isLessThan(64 << 10);
        // the last pairs that traded are held, as many as an eighth of the memory has room for
        small.subscribe(new Listener(), List.of(StreamName.parse("1:0x999@trade")), this::note);
        small.subscribe(new Listener(), List.of(StreamName.parse("1:0x1@trade")), this::note);
        assertThat(received).containsExactly("a");
    }

    @Test
    void theNumberOfOmittedTradesIsReadAndReplaced() {
        StreamEvent trade =
                event("{\"maker\":\"\\\"omitted\\\":9\",\"omitted\":12,\"more\":\"x\"}");

        assertThat(trade.isTrade()).isTrue();
        assertThat(trade.omitted()).isEqualTo(12);
        StreamEvent changed = trade.withOmitted(1_000);
        assertThat(text(changed))
                .isEqualTo("{\"maker\":\"\\\"omitted\\\":9\",\"omitted\":1000,\"more\":\"x\"}");
        assertThat(changed.omitted()).isEqualTo(1_000);
    }

    @Test
    void aTradeOfAnotherPublisherMayHaveNoSuchNumber() {
        StreamEvent trade = event("{\"t\":\"a\",\"omitted\":null}");

        assertThat(trade.omitted()).isZero();
        assertThat(text(trade.withOmitted(3))).isEqualTo(text(trade));
    }

    private void subscribe(StreamHub to) {
        to.subscribe(new Listener(), List.of(TRADES), this::note);
    }

    private static void publish(StreamHub to, Publication... trades) {
        for (Publication trade : trades) {
            to.publish(List.of(List.of(trade)), () -> {});
        }
    }

    private static Publication trade(String id, StreamName stream) {
        return new Publication(
                stream,
                "{\"t\":\"%s\"}".formatted(id).getBytes(StandardCharsets.UTF_8),
                null,
                null,
                id);
    }

    private static StreamEvent event(String data) {
        return new StreamEvent(TRADES.text(), data.getBytes(StandardCharsets.UTF_8), null, null);
    }

    private static String text(StreamEvent event) {
        return new String(event.data(), StandardCharsets.UTF_8);
    }

    private void note(List<Emission> emissions) {
        for (Emission emission : emissions) {
            for (StreamEvent event : emission.events()) {
                received.add(text(event).replaceAll(".*:\"|\"}", ""));
            }
        }
    }

    private final class Listener implements StreamHub.Listener {

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void deliver(List<Emission> emissions, Runnable done) {
            note(emissions);
            done.run();
        }
    }
}
