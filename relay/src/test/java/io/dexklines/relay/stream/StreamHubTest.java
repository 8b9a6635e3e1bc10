package io.dexklines.relay.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.relay.metrics.RelayMetrics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StreamHubTest {

    private static final StreamName STREAM = StreamName.parse("1:0xabc@kline_1m");
    private static final StreamName CLOSED = StreamName.parse("1:0xabc@kline_1m_closed");
    private static final StreamName OTHER = StreamName.parse("1:0xdef@kline_1m");
    private static final StreamName SMART_MONEY = StreamName.parse("1@smartmoney");

    /** The memory of two streams with one kline each, and less than that of three. */
    private static final int MAX_HELD_BYTES = 1_300;

    private final RelayMetrics metrics = new RelayMetrics();
    private final StreamHub hub = new StreamHub(MAX_HELD_BYTES, metrics);
    private final RecordingListener listener = new RecordingListener();

    @Test
    void aListenerReceivesTheCurrentKlineAndThenEverythingNewer() {
        publish(kline(STREAM, 1, false), kline(OTHER, 1, false));
        hub.subscribe(listener, List.of(STREAM), listener::currents);
        publish(kline(STREAM, 2, false), kline(OTHER, 2, false));

        listener.run();

        assertThat(listener.log)
                .containsExactly("current 1:0xabc@kline_1m n=1", "event 1:0xabc@kline_1m n=2");
    }

    @Test
    void whatWasPublishedBeforeTheSubscriptionIsNotDeliveredAgain() {
        hub.subscribe(listener, List.of(OTHER), listener::currents);
        publish(kline(STREAM, 1, false));
        hub.subscribe(listener, List.of(STREAM), listener::currents);

        listener.run();

        assertThat(listener.log).containsExactly("current 1:0xabc@kline_1m n=1");
    }

    @Test
    void theStreamOfClosedKlinesGetsClosedOnesOnly() {
        publish(kline(STREAM, 1, true));
        hub.subscribe(listener, List.of(CLOSED), listener::currents);
        publish(kline(STREAM, 2, false), kline(STREAM, 3, true));

        listener.run();

        assertThat(listener.log)
                .containsExactly(
                        "current 1:0xabc@kline_1m_closed n=1", "event 1:0xabc@kline_1m_closed n=3");
    }

    @Test
    void olderVersionsAreCountedAndNotDelivered() {
        hub.subscribe(listener, List.of(STREAM), listener::currents);
        publish(kline(STREAM, 2, false), kline(STREAM, 1, false));

        listener.run();

        assertThat(listener.log).containsExactly("event 1:0xabc@kline_1m n=2");
        assertThat(metrics.published.sum()).isEqualTo(1);
        assertThat(metrics.refusedOlder.sum()).isEqualTo(1);
    }

    @Test
    void newSubscribersReceiveHeldEventsInOrderAndRedeliveredOnesAreRefused() {
        publish(event("a"), event("b"), event("a"));
        hub.subscribe(listener, List.of(SMART_MONEY), listener::currents);
        publish(event("b"), event("c"));

        listener.run();

        assertThat(listener.log)
                .containsExactly(
                        "current 1@smartmoney a", "current 1@smartmoney b", "event 1@smartmoney c");
        assertThat(metrics.refusedKnown.sum()).isEqualTo(2);
        assertThat(metrics.published.sum()).isEqualTo(3);
    }

    @Test
    void theNewestEventsAreHeldAndMoreIds() {
        for (int i = 0; i < StreamEvents.IDS; i++) {
            publish(event("e" + i));
        }
        publish(event("e0"));
        hub.subscribe(listener, List.of(SMART_MONEY), listener::currents);
        listener.run();
        assertThat(listener.log)
                .hasSize(StreamEvents.EVENTS)
                .startsWith("current 1@smartmoney e462")
                .endsWith("current 1@smartmoney e511");
        listener.log.clear();

        publish(event("new"), event("e0"));

        listener.run();
        assertThat(listener.log)
                .as("the oldest id is forgotten")
                .containsExactly("event 1@smartmoney new", "event 1@smartmoney e0");
    }

    @Test
    void anEventWithoutAnIdIsPassedOnAndNotHeld() {
        publish(message());
        hub.subscribe(listener, List.of(SMART_MONEY), listener::currents);
        publish(message(), message());

        listener.run();

        assertThat(listener.log).containsExactly("event 1@smartmoney", "event 1@smartmoney");
        assertThat(hub.heldStreams()).isZero();
    }

    @Test
    void aSubscriptionEndsWithItsLastSubscriber() {
        hub.subscribe(listener, List.of(STREAM), listener::currents);
        hub.subscribe(listener, List.of(STREAM), listener::currents);
        hub.unsubscribe(listener, List.of(STREAM));
        publish(kline(STREAM, 1, false));
        hub.unsubscribe(listener, List.of(STREAM));
        publish(kline(STREAM, 2, false));

        listener.run();

        assertThat(listener.log).containsExactly("event 1:0xabc@kline_1m n=1");
        assertThat(metrics.subscriptions.sum()).isZero();
    }

    @Test
    void aPublisherIsNotifiedWhenAllListenersAreDone() {
        RecordingListener second = new RecordingListener();
        AtomicInteger delivered = new AtomicInteger();
        hub.subscribe(listener, List.of(STREAM), listener::currents);
        hub.subscribe(second, List.of(STREAM), second::currents);

        hub.publish(List.of(List.of(kline(STREAM, 1, false))), delivered::incrementAndGet);
        listener.run();
        assertThat(delivered).hasValue(0);
        second.run();
        assertThat(delivered).hasValue(1);

        hub.publish(List.of(List.of(kline(OTHER, 1, false))), delivered::incrementAndGet);
        assertThat(delivered).hasValue(2);
    }

    @Test
    void theLeastRecentlyUsedStreamIsEvicted() {
        StreamName third = StreamName.parse("1:0x123@kline_1m");
        publish(kline(STREAM, 1, false), kline(OTHER, 1, false), kline(STREAM, 2, false));
        publish(kline(third, 1, false));

        assertThat(hub.currentKlines())
                .extracting(StreamEvent::stream)
                .containsExactlyInAnyOrder(STREAM.text(), third.text());
        assertThat(metrics.streamsForgotten.sum()).isEqualTo(1);
    }

    @Test
    void anEventIsEncodedWithOrWithoutTheNameOfItsStream() {
        publish(kline(STREAM, 7, true));
        StreamEvent event = hub.currentKlines().get(0);

        assertThat(new String(event.rawFrame(), StandardCharsets.ISO_8859_1))
                .isEqualTo("\u0081\u0007{\"n\":7}");
        assertThat(new String(event.combined(), StandardCharsets.UTF_8))
                .isEqualTo("{\"stream\":\"1:0xabc@kline_1m\",\"data\":{\"n\":7}}");
    }

    private void publish(Publication... publications) {
        hub.publish(Stream.of(publications).map(List::of).toList(), () -> {});
    }

    private static Publication kline(StreamName stream, long trades, boolean closed) {
        byte[] data = ("{\"n\":" + trades + "}").getBytes(StandardCharsets.UTF_8);
        return new Publication(
                stream, data, new KlineVersion(60_000, trades, closed, 0), null, null);
    }

    private static Publication message() {
        return new Publication(SMART_MONEY, new byte[0], null, null, null);
    }

    private static Publication event(String id) {
        return new Publication(SMART_MONEY, id.getBytes(StandardCharsets.UTF_8), null, null, id);
    }

    /** Runs tasks on demand and records the events that it receives. */
    private static final class RecordingListener implements StreamHub.Listener {
        private final Queue<Runnable> tasks = new ArrayDeque<>();
        private final List<String> log = new ArrayList<>();

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public void deliver(List<Emission> emissions, Runnable done) {
            log("event ", emissions);
            done.run();
        }

        void currents(List<Emission> emissions) {
            log("current ", emissions);
        }

        private void log(String kind, List<Emission> emissions) {
            for (Emission emission : emissions) {
                emission.events().forEach(event -> log.add(kind + text(event)));
            }
        }

        private static String text(StreamEvent event) {
            return event.version() == null
                    ? (event.stream() + " " + payload(event)).trim()
                    : event.stream() + " n=" + event.version().trades();
        }

        private static String payload(StreamEvent event) {
            String combined = new String(event.combined(), StandardCharsets.UTF_8);
            return combined.substring(combined.indexOf(",\"data\":") + 8, combined.length() - 1);
        }

        void run() {
            while (!tasks.isEmpty()) {
                tasks.remove().run();
            }
        }
    }
}
