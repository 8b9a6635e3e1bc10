package io.dexklines.relay.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.relay.metrics.RelayMetrics;
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
                    public void deliver(List<Emission> emissions) {
                        emissions.forEach(EmissionGateTest.this::receive);
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
    void theNumberOfWithheldKlinesIsLimited() {
        for (int pair = 0; pair <= EmissionGate.MAX_KLINES / 2; pair++) {
            String other = "1:" + pair + "@kline_";
            publish(of(other, "1s", 0, 2, 0), of(other, "5s", 0, 2, 0));
            publish(of(other, "1s", 0, 3, 0), of(other, "5s", 0, 2, 0));
        }

        assertThat(metrics.withheld.sum()).isEqualTo(EmissionGate.MAX_KLINES + 2);
        assertThat(hub.recentKlines(StreamName.parse("1:0@kline_1s")))
                .as("the pair that has waited longest")
                .extracting(event -> event.version().trades())
                .containsExactly(3L);
        assertThat(hub.recentKlines(StreamName.parse("1:1@kline_1s")))
                .extracting(event -> event.version().trades())
                .containsExactly(2L);
    }

    private void publish(Publication... emission) {
        hub.publish(List.of(List.of(emission)), () -> {});
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
