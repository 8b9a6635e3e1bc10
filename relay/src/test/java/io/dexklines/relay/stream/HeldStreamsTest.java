package io.dexklines.relay.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.relay.metrics.RelayMetrics;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeldStreamsTest {

    private static final long MB = 1 << 20;
    private static final int PAYLOAD_BYTES = 450;

    private final RelayMetrics metrics = new RelayMetrics();

    @Test
    void threeThousandStreamsOf256KlinesTakeTheMemoryThatIsCounted() {
        long before = usedHeap();
        StreamHub hub = new StreamHub(100 * MB, metrics);
        for (int stream = 0; stream < 3_000; stream++) {
            publish(hub, stream("1", stream), StreamKlines.VERSIONS);
        }
        long measured = usedHeap() - before;

        assertThat(hub.heldStreams()).isEqualTo(3_000);
        assertThat(hub.heldBytes() / 3_000)
                .as("bytes a stream, of which 5,400 are versions and 1,750 the newest payloads")
                .isBetween(7_000L, 9_000L);
        assertThat((double) measured / hub.heldBytes())
                .as("measured %d, counted %d", measured, hub.heldBytes())
                .isBetween(0.7, 1.3);
        assertThat(metrics.heldBytes.sum()).isEqualTo(hub.heldBytes());
    }

    @Test
    void eventsAreCountedAsTheyAre() {
        long before = usedHeap();
        StreamHub hub = new StreamHub(100 * MB, metrics);
        for (int user = 0; user < 300; user++) {
            for (int event = 0; event < StreamEvents.IDS + 10; event++) {
                publish(hub, alert(user, "%016x%d".formatted(event, user)));
            }
        }
        long measured = usedHeap() - before;

        assertThat((double) measured / hub.heldBytes())
                .as("measured %d, counted %d", measured, hub.heldBytes())
                .isBetween(0.7, 1.3);
    }

    @Test
    void noMoreIsHeldThanTheBoundInBytesHoweverManyKlinesAStreamHas() {
        StreamHub hub = new StreamHub(MB, metrics);
        for (int stream = 0; stream < 3_000; stream++) {
            publish(hub, stream("1", stream), stream % StreamKlines.VERSIONS + 1);
            assertThat(hub.heldBytes()).isLessThanOrEqualTo(MB);
        }
        for (int user = 0; user < 3_000; user++) {
            publish(hub, alert(user, "an event"));
            assertThat(hub.heldBytes()).isLessThanOrEqualTo(MB);
        }

        assertThat(hub.heldBytes()).isGreaterThan(MB * 9 / 10);
        assertThat(metrics.heldBytes.sum()).isEqualTo(hub.heldBytes());
        assertThat(metrics.streamsForgotten.sum()).isPositive();
    }

    @Test
    void aChainThatFloodsEvictsItsOwnStreamsAndThoseWithSubscribersLast() {
        StreamHub hub = new StreamHub(MB, metrics);
        for (int stream = 0; stream < 100; stream++) {
            publish(hub, stream("56", stream), 1);
        }
        StreamName watched = stream("1", 0);
        publish(hub, watched, 1);
        hub.subscribe(new Ignoring(), List.of(watched), nothing -> {});
        for (int stream = 1; stream < 10_000; stream++) {
            publish(hub, stream("1", stream), 1);
        }

        assertThat(Set.copyOf(hub.klineStreams()))
                .containsAll(
                        IntStream.range(0, 100)
                                .mapToObj(stream -> stream("56", stream).text())
                                .toList())
                .contains(watched.text(), stream("1", 9_999).text())
                .doesNotContain(stream("1", 1).text());
    }

    @Test
    void aStreamWhoseSubscribersHaveLeftIsEvictedAsAnyOther() {
        StreamHub hub = new StreamHub(MB, metrics);
        StreamName closed = StreamName.parse(stream("1", 0).text() + "_closed");
        Ignoring listener = new Ignoring();
        hub.subscribe(listener, List.of(stream("1", 0), closed), nothing -> {});
        publish(hub, stream("1", 0), 1);
        Consumer<Integer> flood =
                first -> {
                    for (int stream = first; stream < first + 5_000; stream++) {
                        publish(hub, stream("1", stream), 1);
                    }
                };

        hub.unsubscribe(listener, List.of(stream("1", 0)));
        flood.accept(1);
        assertThat(hub.klineStreams()).as("its closed klines are read").contains(text(0));
        hub.unsubscribe(listener, List.of(closed));
        flood.accept(5_001);
        assertThat(hub.klineStreams()).doesNotContain(text(0));
    }

    @Test
    void whereAllStreamsHaveSubscribersTheBoundIsKeptToo() {
        StreamHub hub = new StreamHub(MB, metrics);
        Ignoring listener = new Ignoring();
        for (int stream = 0; stream < 3_000; stream++) {
            hub.subscribe(listener, List.of(stream("1", stream)), nothing -> {});
            publish(hub, stream("1", stream), 1);
        }

        assertThat(hub.heldBytes()).isLessThanOrEqualTo(MB);
        assertThat(hub.klineStreams()).contains(text(2_999)).doesNotContain(text(0));
    }

    @Test
    void subscriptionsTakeTheMemoryThatIsCounted() {
        StreamHub hub = new StreamHub(100 * MB, metrics);
        Ignoring listener = new Ignoring();
        long before = usedHeap();
        // what an event loop and its subscribers keep besides
        List<Set<StreamName>> subscribers = new ArrayList<>();
        Map<String, Set<Object>> byStream = new HashMap<>();
        for (int subscriber = 0; subscriber < 50; subscriber++) {
            Set<StreamName> names = streams(subscriber * 1_000, 1_000);
            subscribers.add(names);
            hub.subscribe(listener, names, nothing -> {});
            names.forEach(
                    name ->
                            byStream.computeIfAbsent(name.text(), first -> new LinkedHashSet<>())
                                    .add(listener));
        }
        long measured = usedHeap() - before;

        assertThat((double) measured / hub.subscriptionBytes())
                .as("measured %d, counted %d", measured, hub.subscriptionBytes())
                .isBetween(0.7, 1.3);
        assertThat(byStream).hasSize(50_000);
        subscribers.forEach(names -> hub.unsubscribe(listener, names));
        assertThat(hub.subscriptionBytes()).isZero();
    }

    @Test
    void aCrowdThatSubscribesToWhateverThereMayBeLeavesRoomForOthers() {
        StreamHub hub = new StreamHub(MB, metrics);
        Ignoring listener = new Ignoring();
        int taken = 0;
        while (hub.hasRoomFor(streams(taken, 50), 50)) {
            hub.subscribe(listener, streams(taken, 50), nothing -> {});
            taken += 50;
        }
        long half = MB * 3 / 16;
        assertThat(hub.subscriptionBytes()).isBetween(half - 50 * 700, half);

        while (hub.hasRoomFor(streams(taken, 1), StreamHub.FEW_STREAMS)) {
            hub.subscribe(listener, streams(taken, 1), nothing -> {});
            taken++;
        }
        assertThat(hub.subscriptionBytes()).isBetween(2 * half - 700, 2 * half);

        hub.unsubscribe(listener, streams(0, taken - 50));
        assertThat(hub.hasRoomFor(streams(0, 50), 50)).as("they have left").isTrue();
    }

    private static Set<StreamName> streams(int first, int count) {
        return IntStream.range(first, first + count)
                .mapToObj(stream -> stream("1", stream))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static String text(int stream) {
        return stream("1", stream).text();
    }

    private static StreamName stream(String chain, int stream) {
        return StreamName.parse("%s:0x%040x@kline_1m".formatted(chain, stream));
    }

    private static void publish(StreamHub hub, StreamName stream, int klines) {
        List<List<Publication>> emissions = new ArrayList<>();
        for (int kline = 0; kline < klines; kline++) {
            emissions.add(
                    List.of(
                            new Publication(
                                    StreamName.parse(stream.text()),
                                    new byte[PAYLOAD_BYTES],
                                    new KlineVersion(kline * 60_000L, 1, false, 0),
                                    new EventTime(1, 2, 3),
                                    null)));
        }
        hub.publish(emissions, () -> {});
    }

    private static void publish(StreamHub hub, Publication event) {
        hub.publish(List.of(List.of(event)), () -> {});
    }

    private static Publication alert(int user, String id) {
        return new Publication(
                StreamName.parse("user:" + user + "@alerts"),
                id.getBytes(StandardCharsets.UTF_8),
                null,
                new EventTime(1, 2, 3),
                id);
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Receives nothing. */
    private static final class Ignoring implements StreamHub.Listener {
        @Override
        public void execute(Runnable task) {}

        @Override
        public void deliver(List<Emission> emissions, Runnable done) {}
    }
}
