package io.dexklines.job.sink.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.job.sink.Backoff;
import io.dexklines.local.stack.Ports;
import io.dexklines.relay.RelayServer;
import io.dexklines.relay.RelaySettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events from the writer through the real relay to a browser. */
@Timeout(120)
class RelayEventsITCase {

    private static final String TOKEN = "canary";

    private RelayServer relay;
    private final int port = Ports.free();
    private RelayWriter<RelayEvent, RelayEvent> writer;

    @BeforeEach
    void startTheRelay() {
        startRelay();
        writer = writer();
    }

    @AfterEach
    void stopAll() {
        writer.close();
        relay.close();
    }

    @Test
    void subscribersSeeEveryEventOnceAndLateOnesTheNewest() throws Exception {
        Browser early = Browser.watch(port);
        for (int i = 0; i < 60; i++) {
            writer.write(event(i), null);
        }
        writer.write(event(7), null);
        writer.write(event(60), null);

        await().atMost(Duration.ofSeconds(30)).until(() -> early.seen.contains(data(60)));
        assertThat(early.seen).hasSize(61).doesNotHaveDuplicates();
        Browser late = Browser.watch(port);
        await().atMost(Duration.ofSeconds(30)).until(() -> late.seen.size() == 50);
        assertThat(late.seen).startsWith(data(11)).endsWith(data(60));
    }

    @Test
    void anEmptyRelayGetsTheNewestKlinesAgain() throws Exception {
        for (int i = 0; i < 60; i++) {
            writer.write(event(i), null);
        }
        writer.flush(true);

        relay.close();
        writer.write(event(60), null);
        startRelay();

        Browser browser = Browser.watch(port);
        await().atMost(Duration.ofSeconds(30)).until(() -> browser.seen.contains(data(60)));
        assertThat(browser.seen)
                .endsWith(data(58), data(59), data(60))
                .doesNotHaveDuplicates()
                .hasSizeGreaterThanOrEqualTo(50);
    }

    @Test
    void aRestoredWriterSendsTheEventsThatWereNotAcknowledged() throws Exception {
        relay.close();
        writer.write(event(1), null);
        writer.write(event(2), null);
        UnacknowledgedSerializer<RelayEvent> codec = new UnacknowledgedSerializer.OfEvents();
        List<RelayEvent> checkpoint = new ArrayList<>();
        for (RelayEvent each : writer.snapshotState(1)) {
            checkpoint.add(codec.deserialize(codec.getVersion(), codec.serialize(each)));
        }
        writer.close();
        startRelay();
        Browser browser = Browser.watch(port);

        writer = writer();
        writer.restore(checkpoint);

        await().atMost(Duration.ofSeconds(30)).until(() -> browser.seen.contains(data(2)));
        assertThat(browser.seen).containsExactly(data(1), data(2));
    }

    private RelayWriter<RelayEvent, RelayEvent> writer() {
        return new RelayWriter<>(
                List::of,
                List.of(
                        new RelayPublisher<>(
                                URI.create("ws://127.0.0.1:" + port + "/publish"),
                                RelayWriterContract.defaultTls(),
                                TOKEN,
                                new OutgoingEvents(10_000, 50),
                                Clock.systemUTC(),
                                new Backoff(
                                        Duration.ofMillis(10),
                                        Duration.ofMillis(100),
                                        new SplittableRandom(1)))));
    }

    private void startRelay() {
        relay = RelayServer.start(RelaySettings.builder(TOKEN).port(port).build());
    }

    private static RelayEvent event(int id) {
        return new RelayEvent("1@smartmoney", data(id));
    }

    private static String data(int id) {
        return "{\"e\":\"smartmoney\",\"id\":\"" + id + "\"}";
    }

    /** Collects what it is sent. */
    private static final class Browser implements WebSocket.Listener {

        private final List<String> seen = new CopyOnWriteArrayList<>();
        private final StringBuilder frame = new StringBuilder();

        static Browser watch(int port) throws Exception {
            Browser browser = new Browser();
            HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + port + "/ws/1@smartmoney"), browser)
                    .get();
            return browser;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            frame.append(data);
            if (last) {
                seen.add(frame.toString());
                frame.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }
}
