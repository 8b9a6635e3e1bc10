package io.dexklines.job.sink.relay;

import static io.dexklines.job.sink.SampleKlines.BONK;
import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.open;
import static io.dexklines.job.sink.SampleKlines.updates;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.job.sink.Backoff;
import io.dexklines.job.sink.LatestKlines;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.secret.TlsAuthorities;
import io.dexklines.trade.Pair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the writer needs of a relay, and what a relay may do to it. It runs against the real one and
 * against the one that other tests use, so that the two agree.
 */
@Timeout(120)
abstract class RelayWriterContract {

    static final String TOKEN = "canary";
    static final long NOW_MS = 1_788_220_861_234L;

    /** A relay that comes and goes; its port stays its own. */
    interface Relay extends AutoCloseable {

        void start() throws Exception;

        /** Goes away with all its connections, and forgets everything. */
        void stop() throws Exception;

        /** Where the job publishes. */
        String url();

        /** The newest line of every stream, in any order. */
        List<String> newest() throws Exception;

        @Override
        void close();
    }

    private final List<RelayPublisher<KlineUpdates>> publishers = new ArrayList<>();
    private LatestKlines latest = new LatestKlines(1000);
    private Relay relay;
    private RelayWriter<KlineUpdates, KlineUpdates> writer;

    /** One that was not started yet and admits who knows {@link #TOKEN}. */
    abstract Relay relay();

    @BeforeEach
    void startRelay() throws Exception {
        relay = relay();
        relay.start();
    }

    @AfterEach
    void closeAll() {
        writer.close();
        relay.close();
    }

    @Test
    void theNewestKlineOfEveryStreamArrivesAsItWasSent() {
        connect(TOKEN, relay.url());

        writer.write(updates(PEPE, closed(0, 5), open(1, 1)), null);
        writer.write(updates(BONK, open(0, 2)), null);
        writer.write(updates(BONK, open(0, 3)), null);

        awaitNewest(relay, line(PEPE, open(1, 1)), line(BONK, open(0, 3)));
    }

    @Test
    void anEmptyRelayGetsAllKlinesAgainWithoutNewTrades() throws Exception {
        connect(TOKEN, relay.url());
        writer.write(updates(PEPE, closed(0, 5), open(1, 1)), null);
        writer.write(updates(BONK, closed(7, 2)), null);
        awaitNewest(relay, line(PEPE, open(1, 1)), line(BONK, closed(7, 2)));

        relay.stop();
        relay.start();

        awaitNewest(relay, line(PEPE, open(1, 1)), line(BONK, closed(7, 2)));
        assertThat(publishers.get(0).connections()).isEqualTo(2);
    }

    @Test
    void aRelayGetsTheNewestVersionAfterAnOutage() throws Exception {
        relay.stop();
        connect(TOKEN, relay.url());
        for (int trades = 1; trades <= 50; trades++) {
            writer.write(updates(PEPE, open(0, trades)), null);
        }
        writer.flush(false);
        relay.start();

        awaitNewest(relay, line(PEPE, open(0, 50)));
        assertThat(publishers.get(0).outgoing().conflated()).isEqualTo(49);
    }

    @Test
    void aRestoredWriterSendsWhatNoRelayHadAcknowledged() throws Exception {
        connect(TOKEN, relay.url());
        writer.write(updates(PEPE, open(0, 1)), null);
        awaitNewest(relay, line(PEPE, open(0, 1)));
        await().until(() -> writer.snapshotState(1).isEmpty());
        relay.stop();
        writer.write(updates(PEPE, open(0, 2)), null);
        writer.write(updates(BONK, closed(7, 2)), null);
        List<KlineUpdates> checkpoint = new ArrayList<>();
        UnacknowledgedSerializer<KlineUpdates> codec = new UnacknowledgedSerializer.OfKlines();
        for (KlineUpdates each : writer.snapshotState(2)) {
            checkpoint.add(codec.deserialize(codec.getVersion(), codec.serialize(each)));
        }
        writer.write(updates(PEPE, open(0, 3)), null);
        writer.close();
        publishers.clear();
        latest = new LatestKlines(1000);
        relay.start();

        connect(TOKEN, relay.url());
        writer.restore(checkpoint);

        awaitNewest(relay, line(PEPE, open(0, 2)), line(BONK, closed(7, 2)));
    }

    @Test
    void allRelaysGetEverythingAndAnUnreachableOneDelaysNoOther() throws Exception {
        try (Relay second = relay();
                Relay gone = relay()) {
            second.start();
            gone.start();
            gone.stop();
            connect(TOKEN, gone.url(), relay.url(), second.url());

            writer.write(updates(PEPE, open(0, 1)), null);

            awaitNewest(relay, line(PEPE, open(0, 1)));
            awaitNewest(second, line(PEPE, open(0, 1)));
            assertThat(publishers.get(0).connected()).isFalse();
        }
    }

    @Test
    void aRefusedTokenFailsNothing() throws Exception {
        connect("wrong", relay.url());

        writer.write(updates(PEPE, open(0, 1)), null);
        writer.flush(false);
        writer.close();

        assertThat(relay.newest()).isEmpty();
        assertThat(publishers.get(0).outgoing().size()).isEqualTo(1);
    }

    private void connect(String token, String... urls) {
        for (String url : urls) {
            publishers.add(publisher(url, token, latest));
        }
        writer = new RelayWriter<>(RelayWriterSink.OfKlines.remembering(latest), publishers);
    }

    /** A publisher that tries again soon, and whose clock stands still. */
    static RelayPublisher<KlineUpdates> publisher(String url, String token, LatestKlines latest) {
        return publisher(
                url, token, latest, Clock.fixed(Instant.ofEpochMilli(NOW_MS), ZoneOffset.UTC));
    }

    /** A publisher that tries again soon. */
    static RelayPublisher<KlineUpdates> publisher(
            String url, String token, LatestKlines latest, Clock clock) {
        return new RelayPublisher<>(
                URI.create(url),
                defaultTls(),
                token,
                new OutgoingKlines(10_000, latest),
                clock,
                new Backoff(
                        Duration.ofMillis(10), Duration.ofMillis(100), new SplittableRandom(1)));
    }

    /** Returns what trusts the authorities of Java. */
    static SSLContext defaultTls() {
        try {
            return TlsAuthorities.OF_JAVA.context();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String line(Pair pair, Kline kline) {
        RelayFrame frame = new RelayFrame();
        frame.add(pair, kline, NOW_MS);
        return frame.text();
    }

    private static void awaitNewest(Relay relay, String... lines) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(relay.newest()).containsExactlyInAnyOrder(lines));
    }
}
