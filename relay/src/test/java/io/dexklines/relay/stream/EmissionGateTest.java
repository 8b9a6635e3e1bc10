package io.dexklines.relay.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.relay.metrics.RelayMetrics;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a restarted job counts again, as a subscriber of two streams sees it. */
class EmissionGateTest {

    private static final String PAIR = "1:0xabc";
    private static final int OTHER_TRADES = 99;
    private static final long MB = 1 << 20;

    private long nanos = 12_345;
    private final RelayMetrics metrics = new RelayMetrics();
    private final StreamHub hub = new StreamHub(100_000_000, metrics, () -> nanos);
    private final List<String> received = new ArrayList<>();

    @BeforeEach
    void subscribe() {
        StreamHub.Listener listener =
                new StreamHub.Listener() {
                    @Override
                    public void execute(Runnable task) {
                        task.run();
                    }

                    @Override
                    public void deliver(List<Emission> emissions, Runnable done) {
                        emissions.forEach(EmissionGateTest.this::receive);
                        done.run();
                    }
                };
        hub.subscribe(
                listener,
                List.of(StreamName.parse(PAIR + "@kline_1s"), StreamName.parse(PAIR + "@kline_5s")),
                nothing -> {});
        publish(kline("1s", 0, 2), kline("1s", 1_000, 1), kline("5s", 0, 3));
        received.clear();
    }

    @Test
    void klinesThatAreOlderInAllAreRefused() {
        publish(kline("1s", 0, 1), kline("5s", 0, 1));

        assertThat(received).isEmpty();
        assertThat(metrics.refusedOlder.sum()).isEqualTo(2);
        assertThat(metrics.withheld.sum()).isZero();
    }

    @Test
    void aNewerKlineWaitsUntilTheLargerOneCoversAllThatIsHeld() {
        publish(kline("1s", 1_000, 2), kline("5s", 0, 2));
        assertThat(received).isEmpty();
        assertThat(metrics.withheld.sum()).isEqualTo(2);

        publish(kline("1s", 0, 1), kline("5s", 0, 3));
        assertThat(received).isEmpty();

        publish(kline("1s", 0, 2), kline("5s", 0, 4));
        assertThat(received).containsExactly("1s 1000 n=2, 5s 0 n=4, 1s 0 n=2");
    }

    @Test
    void aLargerKlineWaitsUntilTheHeldSmallerOnesAreCountedAgain() {
        publish(kline("1s", 2_000, 4), kline("5s", 0, 4));
        assertThat(received).isEmpty();

        publish(kline("1s", 0, 2), kline("1s", 1_000, 1), kline("5s", 0, 7));
        assertThat(received).containsExactly("1s 2000 n=4, 5s 0 n=7, 1s 0 n=2, 1s 1000 n=1");
    }

    @Test
    void aKlineThatCountsOtherTradesWaitsForTheRest() {
        publish(kline("1s", 0, 2, OTHER_TRADES), kline("5s", 0, 3, OTHER_TRADES));
        assertThat(received).isEmpty();

        publish(kline("1s", 0, 3), kline("5s", 0, 4));
        assertThat(received).containsExactly("1s 0 n=3, 5s 0 n=4");
    }

    @Test
    void whatNeverFitsPassesAfterAWhile() {
        publish(kline("1s", 1_000, 2), kline("5s", 0, 2));
        nanos += TimeUnit.SECONDS.toNanos(EmissionGate.LONGEST_WAIT_SECONDS) - 1;
        hub.publishOverdue();
        assertThat(received).isEmpty();

        nanos++;
        hub.publishOverdue();
        assertThat(received).containsExactly("1s 1000 n=2");

        publish(kline("1s", 1_000, 3), kline("5s", 0, 3));
        assertThat(received).as("the next does not wait").hasSize(2);

        publish(kline("1s", 2_000, 1));
        publish(kline("1s", 1_000, 4), kline("5s", 0, 4));
        assertThat(received).as("not even after a kline that fits by itself").hasSize(4);

        publish(kline("1s", 1_000, 4), kline("5s", 0, 7));
        publish(kline("1s", 1_000, 5), kline("5s", 0, 5));
        assertThat(received).as("once all fit, the next waits again").hasSize(5);
    }

    @Test
    void withheldKlinesTakeTheMemoryThatIsCounted() {
        long before = usedHeap();
        StreamHub large = new StreamHub(1_000 * MB, metrics);
        for (int pair = 0; pair < 20_000; pair++) {
            publishUnfitting(large, "1:0x%040x".formatted(pair), 3, 3);
        }
        long measured = usedHeap() - before;

        assertThat(large.heldStreams()).as("all are withheld").isZero();
        assertThat((double) measured / large.heldBytes())
                .as("measured %d, counted %d", measured, large.heldBytes())
                .isBetween(0.7, 1.3);
        assertThat(metrics.heldBytes.sum() - hub.heldBytes()).isEqualTo(large.heldBytes());
    }

    @Test
    void noMoreIsWithheldThanTheBoundInBytesHoweverLargeTheKlinesAre() {
        RelayMetrics ofSmall = new RelayMetrics();
        StreamHub small = new StreamHub(MB, ofSmall);
        for (int pair = 0; pair < 2_000; pair++) {
            publishUnfitting(small, "1:" + pair, pair % 40 + 2, 3);

            assertThat(small.withheldBytes())
                    .isLessThanOrEqualTo(
                            MB / StreamHub.WITHHELD_SHARE + MB / StreamHub.CONTRADICTING_SHARE);
            assertThat(small.heldBytes()).isLessThanOrEqualTo(MB);
        }

        assertThat(small.klineStreams())
                .as("of the last pairs, those that waited longer than others have passed")
                .doesNotContain("1:1999@kline_1s")
                .contains("1:1980@kline_1s");
        assertThat(small.heldBytes()).isGreaterThan(MB * 9 / 10);
        assertThat(ofSmall.heldBytes.sum()).isEqualTo(small.heldBytes());
    }

    @Test
    void aChainThatFloodsCutsItsOwnWaitingShortNotThatOfOthers() {
        StreamHub small = new StreamHub(MB, metrics);
        publishUnfitting(small, "56:waiting", 2, 3);
        for (int pair = 0; pair < 1_000; pair++) {
            publishUnfitting(small, "1:" + pair, 2, 3);
        }

        assertThat(small.klineStreams())
                .contains("1:900@kline_1s")
                .doesNotContain("56:waiting@kline_1s");

        publish(small, fitting("56:waiting", 3));
        assertThat(small.klineStreams()).contains("56:waiting@kline_1s");
    }

    @Test
    void aChainThatFloodsDoesNotMakePairsOfOthersWaitAgain() {
        StreamHub small = new StreamHub(MB, metrics, () -> nanos);
        publishUnfitting(small, "56:inVain", 2, 3);
        nanos += TimeUnit.SECONDS.toNanos(EmissionGate.LONGEST_WAIT_SECONDS);
        small.publishOverdue();
        for (int pair = 0; pair < 1_000; pair++) {
            publishUnfitting(small, "1:" + pair, 2, 3);
        }

        publishUnfitting(small, "56:inVain", 2, 4);
        publishUnfitting(small, "1:0", 2, 4);

        assertThat(trades(small, "56:inVain@kline_1s")).as("passes at once").containsExactly(4L);
        assertThat(trades(small, "1:0@kline_1s")).as("is forgotten, and waits").isEmpty();
    }

    @Test
    void aPairWhoseHeldKlinesWereEvictedMeanwhilePassesAndTheNextWaitsForNothing() {
        StreamHub small = new StreamHub(MB, metrics, () -> nanos);
        publish(small, fitting("56:0xa", 9));
        publish(small, of("56:0xa@kline_", "1s", 0, 9, 0), of("56:0xa@kline_", "5s", 0, 9, 0));
        assertThat(small.withheldBytes()).isPositive();
        for (int pair = 0; pair < 2_000; pair++) {
            publish(small, fitting("56:" + pair, 1));
        }
        assertThat(small.klineStreams()).doesNotContain("56:0xa@kline_1s");

        nanos += TimeUnit.SECONDS.toNanos(EmissionGate.LONGEST_WAIT_SECONDS);
        small.publishOverdue();

        assertThat(small.klineStreams()).contains("56:0xa@kline_1s");
        assertThat(small.withheldBytes()).isZero();
    }

    /**
     * Publishes klines of which the larger ones have fewer trades than the smaller ones in them.
     */
    private static void publishUnfitting(StreamHub hub, String pair, int klines, long trades) {
        List<Publication> emission = new ArrayList<>();
        for (int kline = 0; kline < klines - 1; kline++) {
            emission.add(large(pair, "1s", kline * 5_000L, trades));
        }
        emission.add(large(pair, "5s", 0, trades - 1));
        publish(hub, emission.toArray(Publication[]::new));
    }

    private static Publication[] fitting(String pair, long trades) {
        return new Publication[] {large(pair, "1s", 0, trades), large(pair, "5s", 0, trades)};
    }

    /** Returns a kline with the payload of a real one. */
    private static Publication large(String pair, String interval, long openTimeMs, long trades) {
        return new Publication(
                StreamName.parse(pair + "@kline_" + interval),
                new byte[450],
                new KlineVersion(openTimeMs, trades, false, (int) trades),
                new EventTime(1, 2, 3),
                null);
    }

    private static List<Long> trades(StreamHub hub, String stream) {
        return hub.recentKlines(StreamName.parse(stream)).stream()
                .map(event -> event.version().trades())
                .toList();
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void publish(StreamHub hub, Publication... emission) {
        hub.publish(List.of(List.of(emission)), () -> {});
    }

    private void publish(Publication... emission) {
        publish(hub, emission);
    }

    private void receive(Emission emission) {
        List<String> klines = new ArrayList<>();
        for (StreamEvent event : emission.events()) {
            klines.add(
                    "%s %d n=%d"
                            .formatted(
                                    event.stream().substring(event.stream().indexOf('_') + 1),
                                    event.version().openTimeMs(),
                                    event.version().trades()));
        }
        received.add(String.join(", ", klines));
    }

    private static Publication kline(String interval, long openTimeMs, long trades) {
        return kline(interval, openTimeMs, trades, (int) trades);
    }

    private static Publication kline(String interval, long openTimeMs, long trades, int content) {
        return of(PAIR + "@kline_", interval, openTimeMs, trades, content);
    }

    private static Publication of(
            String streams, String interval, long openTimeMs, long trades, int content) {
        return new Publication(
                StreamName.parse(streams + interval),
                "{}".getBytes(StandardCharsets.UTF_8),
                new KlineVersion(openTimeMs, trades, false, content),
                null,
                null);
    }
}
