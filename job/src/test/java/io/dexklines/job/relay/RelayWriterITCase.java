package io.dexklines.job.relay;

import static io.dexklines.job.SampleKlines.PEPE;
import static io.dexklines.job.SampleKlines.closed;
import static io.dexklines.job.SampleKlines.open;
import static io.dexklines.job.SampleKlines.updates;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.job.retry.Backoff;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The writer against a WebSocket server that comes and goes. */
@Timeout(60)
class RelayWriterITCase {

    private static final long NOW_MS = 1_788_220_861_234L;

    private final TestingRelay relay = new TestingRelay();
    private final List<RelayPublisher<PairKline>> publishers = new ArrayList<>();
    private final KlineBoard board = new KlineBoard(1000);
    private RelayWriter<KlineUpdates, PairKline> writer;

    @BeforeEach
    void startRelay() throws Exception {
        relay.start();
    }

    @AfterEach
    void closeAll() {
        writer.close();
        relay.close();
    }

    @Test
    void klinesArriveInTheFormOfTheContract() throws Exception {
        connect(TestingRelay.TOKEN, relay.url());

        writer.write(updates(PEPE, closed(0, 5), open(1, 1)), null);

        awaitPatiently(() -> relay.lines().size() == 2);
        assertThat(relay.lines()).containsExactly(lines(closed(0, 5), open(1, 1)));
    }

    @Test
    void aLargeBacklogArrivesWholeInSeveralFrames() throws Exception {
        relay.stop();
        connect(TestingRelay.TOKEN, relay.url());
        Kline[] backlog = new Kline[1000];
        for (int minute = 0; minute < backlog.length; minute++) {
            backlog[minute] = closed(minute, 1);
        }

        writer.write(updates(PEPE, backlog), null);
        relay.start();
        writer.flush(true);

        awaitPatiently(() -> relay.lines().size() == 1000);
        assertThat(relay.lines()).containsExactlyInAnyOrder(lines(backlog));
    }

    @Test
    void aRelayThatStartsEmptyIsToldTheOpenAndTheLastClosedKlinesAgain() throws Exception {
        connect(TestingRelay.TOKEN, relay.url());
        writer.write(updates(PEPE, closed(0, 1), closed(1, 2), closed(2, 3), open(3, 4)), null);
        awaitPatiently(() -> relay.lines().size() == 4);

        relay.stop();
        relay.start();

        awaitPatiently(() -> relay.lines().size() == 3);
        assertThat(relay.lines())
                .containsExactlyInAnyOrder(lines(closed(1, 2), closed(2, 3), open(3, 4)));
        assertThat(publishers.get(0).connections()).isEqualTo(2);
    }

    @Test
    void whileARelayIsAwayOnlyTheNewestVersionsWaitForIt() throws Exception {
        relay.stop();
        connect(TestingRelay.TOKEN, relay.url());
        for (int trades = 1; trades <= 50; trades++) {
            writer.write(updates(PEPE, open(0, trades)), null);
        }
        writer.flush(false);
        relay.start();

        awaitPatiently(() -> !relay.lines().isEmpty());
        assertThat(relay.lines()).containsExactly(lines(open(0, 50)));
        assertThat(publishers.get(0).outgoing().conflated()).isEqualTo(49);
    }

    @Test
    void oneRelayThatIsAwayDoesNotKeepTheOtherWaiting() throws Exception {
        TestingRelay gone = new TestingRelay();
        gone.start();
        gone.stop();
        try (gone) {
            connect(TestingRelay.TOKEN, gone.url(), relay.url());

            writer.write(updates(PEPE, open(0, 1)), null);

            awaitPatiently(() -> relay.lines().size() == 1);
            assertThat(relay.lines()).containsExactly(lines(open(0, 1)));
            assertThat(publishers.get(0).connected()).isFalse();
        }
    }

    @Test
    void aRefusedTokenFailsNothing() throws Exception {
        connect("wrong", relay.url());

        writer.write(updates(PEPE, open(0, 1)), null);
        writer.flush(false);
        writer.close();

        assertThat(relay.lines()).isEmpty();
        assertThat(publishers.get(0).outgoing().size()).isEqualTo(1);
    }

    private void connect(String token, String... urls) {
        for (String url : urls) {
            publishers.add(
                    new RelayPublisher<>(
                            URI.create(url),
                            token,
                            new OutgoingKlines(10_000, board),
                            Clock.fixed(Instant.ofEpochMilli(NOW_MS), ZoneOffset.UTC),
                            new Backoff(
                                    Duration.ofMillis(10),
                                    Duration.ofMillis(100),
                                    new SplittableRandom(1))));
        }
        writer = new RelayWriter<>(board::offerAll, publishers);
    }

    private static void awaitPatiently(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(30)).until(condition);
    }

    private static String[] lines(Kline... klines) {
        return Arrays.stream(klines)
                .map(
                        kline -> {
                            RelayFrame frame = new RelayFrame();
                            frame.add(PEPE, kline, NOW_MS);
                            return frame.text();
                        })
                .toArray(String[]::new);
    }
}
