package io.dexklines.local.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Subscriptions that go on from a point in the past, with a real MySQL and a real Redis. */
@Timeout(60)
class SinceITCase {

    /** An event id of an hour ago. */
    private static final long BASE = Instant.now().minusSeconds(3600).getEpochSecond() * 1_000_000;

    @TempDir static Path folder;
    private static HistoryStores stores;

    @BeforeAll
    static void start() throws IOException {
        stores = new HistoryStores(folder, 1);
    }

    @AfterAll
    static void stop() {
        if (stores != null) {
            stores.close();
        }
    }

    @Test
    void eventsGoOnOverReconnectsAndARestartOfTheRelay() throws Exception {
        store("7@smartmoney", 1, 2, 3);
        publish("7@smartmoney", 3);
        publish("7@smartmoney", 4);

        try (Client client = new Client("/ws/7@smartmoney?since=" + (BASE + 1))) {
            assertThat(client.next(3)).containsExactly("event 2", "event 3", "event 4");
            publish("7@smartmoney", 5);
            assertThat(client.next()).isEqualTo("event 5");
        }
        store("7@smartmoney", 4, 5, 6);
        stores.restartRelay();
        try (Client client = new Client("/ws")) {
            client.send(
                    "{\"method\":\"SUBSCRIBE\",\"params\":[\"7@smartmoney\"],\"since\":%d,\"id\":1}"
                            .formatted(BASE + 5));
            assertThat(client.next(2)).containsExactly("{\"result\":null,\"id\":1}", "event 6");
            // what the job repeats to a relay that has restarted
            publish("7@smartmoney", 5);
            publish("7@smartmoney", 6);
            publish("7@smartmoney", 7);
            assertThat(client.next()).isEqualTo("event 7");
        }
    }

    @Test
    void klinesOfTheStoresComeBeforeThoseOfTheRelay() {
        long minute = Instant.now().getEpochSecond() / 60 * 60;
        for (int back = 5; back >= 0; back--) {
            stores.inRedis("0xs", "1m", minute - 60 * back, 100 + back, 3);
        }
        stores.publish("0xs", "1m", minute, "7", 4);
        await().until(
                        () ->
                                stores.get(
                                                "/api/klines?chain_id=1&pair_addr=0xs&interval=1m&from="
                                                        + minute)
                                        .at("/klines/0/trades")
                                        .longValue(),
                        trades -> trades == 4);

        try (Client client = new Client("/ws")) {
            client.send(
                    "{\"method\":\"SUBSCRIBE\",\"params\":[\"1:0xs@kline_1m\"],\"since\":{\"1:0xs@kline_1m\":%d},\"id\":2}"
                            .formatted((minute - 120) * 1000));

            assertThat(client.next(4))
                    .containsExactly(
                            "{\"result\":null,\"id\":2}",
                            "kline " + (minute - 120) + " n=3",
                            "kline " + (minute - 60) + " n=3",
                            "kline " + minute + " n=4");
            stores.publish("0xs", "1m", minute, "8", 5);
            assertThat(client.next()).isEqualTo("kline " + minute + " n=5");
        }
    }

    @Test
    void whatLiesFurtherBackIsAnsweredWithTheEarliestSince() throws Exception {
        try (Client client = new Client("/ws")) {
            client.send(
                    "{\"method\":\"SUBSCRIBE\",\"params\":[\"8@smartmoney\"],\"since\":1,\"id\":3}");
            String answer = client.next();

            assertThat(answer)
                    .startsWith("{\"error\":{\"code\":-1130,\"msg\":\"8@smartmoney: ")
                    .endsWith(",\"id\":3}");
            Matcher from = Pattern.compile("\"from\":(\\d+)").matcher(answer);
            assertThat(from.find()).isTrue();
            client.send("{\"method\":\"LIST_SUBSCRIPTIONS\",\"id\":4}");
            assertThat(client.next()).isEqualTo("{\"result\":[],\"id\":4}");
            // a little later than the earliest, since that advances
            client.send(
                    "{\"method\":\"SUBSCRIBE\",\"params\":[\"8@smartmoney\"],\"since\":%d,\"id\":5}"
                            .formatted(Long.parseLong(from.group(1)) + 60_000_000L));
            assertThat(client.next()).isEqualTo("{\"result\":null,\"id\":5}");
        }
        try (Client client = new Client("/ws/8@smartmoney?since=1")) {
            assertThat(client.next())
                    .startsWith("{\"error\":{\"code\":-1130,")
                    .endsWith("\"id\":null}");
        }
    }

    @Test
    void anInvalidSinceIsRefused() {
        try (Client client = new Client("/ws")) {
            client.send(
                    "{\"method\":\"SUBSCRIBE\",\"params\":[\"8@smartmoney\"],\"since\":\"noon\",\"id\":6}");
            assertThat(client.next())
                    .isEqualTo(
                            "{\"error\":{\"code\":2,\"msg\":\"Invalid request: `since` must be an open time in milliseconds or an event id\"},\"id\":6}");
            client.send(
                    "{\"method\":\"SUBSCRIBE\",\"params\":[\"8@smartmoney\"],\"since\":{\"9@smartmoney\":1},\"id\":7}");
            assertThat(client.next())
                    .isEqualTo(
                            "{\"error\":{\"code\":2,\"msg\":\"Invalid request: `9@smartmoney` of `since` is not among `params`\"},\"id\":7}");
        }
    }

    private static void store(String stream, int... events) throws SQLException {
        for (int event : events) {
            stores.sql(
                    "INSERT INTO smart_money_notification VALUES ('%s', 'id%d', %d, %d, '%s')"
                            .formatted(
                                    stream, event, BASE / 1_000_000, BASE + event, payload(event)));
        }
    }

    private static void publish(String stream, int event) {
        stores.publish("{\"stream\":\"%s\",\"data\":%s}".formatted(stream, payload(event)));
    }

    private static String payload(int event) {
        return "{\"e\":\"smartmoney\",\"event_id\":%d,\"id\":\"id%d\"}"
                .formatted(BASE + event, event);
    }

    /** A subscriber that shortens the messages that it gets. */
    private static final class Client implements WebSocket.Listener, AutoCloseable {

        private static final Pattern EVENT =
                Pattern.compile("\\{\"e\":\"smartmoney\".*\"id(\\d+)\"}");
        private static final Pattern KLINE =
                Pattern.compile("\\{\"e\":\"kline\".*\"t\":(\\d+)000,.*\"n\":(\\d+),.*");

        private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        private final StringBuilder partial = new StringBuilder();
        private final WebSocket socket;

        Client(String target) {
            socket =
                    HttpClient.newHttpClient()
                            .newWebSocketBuilder()
                            .buildAsync(stores.webSocket(target), this)
                            .join();
        }

        void send(String text) {
            socket.sendText(text, true).join();
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                messages.add(partial.toString());
                partial.setLength(0);
            }
            from.request(1);
            return null;
        }

        String next() {
            try {
                String message = messages.poll(20, TimeUnit.SECONDS);
                assertThat(message).as("a message in time").isNotNull();
                return KLINE.matcher(EVENT.matcher(message).replaceFirst("event $1"))
                        .replaceFirst("kline $1 n=$2");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }

        List<String> next(int count) {
            List<String> all = new ArrayList<>();
            while (all.size() < count) {
                all.add(next());
            }
            return all;
        }

        @Override
        public void close() {
            socket.abort();
        }
    }
}
