package io.dexklines.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dexklines.relay.stream.StreamHub;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the relay through real connections. */
class RelayITCase {

    private static final String TOKEN = "the publishers' token";
    private static final String STREAM = "1:0xabc@kline_1m";
    private static final String OTHER = "1:0xdef@kline_1m";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final List<TestClient> clients = new ArrayList<>();
    private RelayServer server;

    @AfterEach
    void stop() {
        clients.forEach(TestClient::close);
        if (server != null) {
            server.close();
        }
    }

    // ---- publishers

    @Test
    void aPublisherNeedsTheTokenAndMustNotBeABrowser() {
        start(settings());

        assertThat(TestClient.to(server, "/publish").refusal()).isEqualTo(401);
        assertThat(
                        TestClient.to(server, "/publish")
                                .header("Authorization", "Bearer wrong")
                                .refusal())
                .isEqualTo(401);
        assertThat(
                        TestClient.to(server, "/publish")
                                .header("Authorization", "Bearer " + TOKEN)
                                .header("Origin", "http://127.0.0.1:" + server.port())
                                .refusal())
                .isEqualTo(403);
    }

    @Test
    void publicationsArriveUnchangedAndAMalformedLineAffectsNoOther() {
        start(settings());
        TestClient subscriber = connect("/ws/" + STREAM + "/1@smartmoney");
        String spaced =
                "{ \"e\" : \"kline\", \"s\":\"é\", \"k\":{\"t\":60000,\"n\":1,\"x\":false} }";

        publisher()
                .send(
                        line(STREAM, spaced)
                                + "\nnonsense\n"
                                + line("1@smartmoney", "{\"id\":\"hit\"}")
                                + "\n");

        assertThat(subscriber.next()).isEqualTo(spaced);
        assertThat(subscriber.next()).isEqualTo("{\"id\":\"hit\"}");
        assertThat(metric("malformed_total")).isEqualTo(1);
    }

    @Test
    void aPublishersMessageMayBeLargerThanAnyFrame() {
        start(settings());
        TestClient subscriber = connect("/ws/" + STREAM);
        String lines =
                IntStream.rangeClosed(1, 3000)
                        .mapToObj(n -> line(STREAM, kline(0, n, false)))
                        .collect(Collectors.joining("\n"));
        assertThat(lines.length()).isGreaterThan(128 * 1024);

        publisher().send(lines);

        assertThat(subscriber.upTo(kline(0, 3000, false))).isNotEmpty();
        assertThat(metric("published_total")).isEqualTo(3000);
    }

    @Test
    void aPublisherThatDoesNotWaitLosesNothing() {
        start(settings());
        TestClient subscriber = connect("/ws/1@smartmoney");
        TestClient publisher = publisher();

        List<String> sent = IntStream.range(0, 500).mapToObj(n -> "{\"id\":" + n + "}").toList();
        sent.forEach(data -> publisher.send(line("1@smartmoney", data)));

        assertThat(subscriber.next(500)).isEqualTo(sent);
    }

    @Test
    void anOlderVersionIsRefused() {
        start(settings());
        TestClient subscriber = connect("/ws/" + STREAM);

        publisher()
                .send(line(STREAM, kline(0, 3, false)))
                .send(line(STREAM, kline(0, 2, false)))
                .send(line(STREAM, kline(0, 3, true)))
                .send(line(STREAM, kline(0, 3, false)))
                .send(line(STREAM, kline(0, 4, true)));

        assertThat(subscriber.next(3))
                .containsExactly(kline(0, 3, false), kline(0, 3, true), kline(0, 4, true));
        assertThat(metric("refused_older_total")).isEqualTo(2);
    }

    // ---- subscribers

    @Test
    void aSubscriptionIsConfirmedAndBeginsWithTheCurrentKline() {
        start(settings());
        TestClient publisher = publisher().send(line(STREAM, kline(0, 1, true)));
        publisher.send(line(STREAM, kline(1, 1, false)));
        await().until(() -> metric("published_total") == 2);

        TestClient subscriber = connect("/ws");
        subscriber.send(request("SUBSCRIBE", 1, STREAM, OTHER));

        assertThat(subscriber.next()).isEqualTo("{\"result\":null,\"id\":1}");
        assertThat(subscriber.next()).isEqualTo(kline(1, 1, false));

        publisher.send(line(STREAM, kline(1, 2, false)));
        assertThat(subscriber.next()).isEqualTo(kline(1, 2, false));
    }

    @Test
    void subscriptionsCanBeListedAndEnded() {
        start(settings());
        TestClient publisher = publisher();
        TestClient subscriber = connect("/ws/" + STREAM);

        subscriber.send(request("SUBSCRIBE", 1, "1:0xDEF@kline_1m"));
        subscriber.send("{\"method\":\"LIST_SUBSCRIPTIONS\",\"id\":2}");
        subscriber.send(request("UNSUBSCRIBE", 3, STREAM, "1:0x123@kline_1m"));
        subscriber.send("{\"method\":\"LIST_SUBSCRIPTIONS\",\"id\":4}");

        assertThat(subscriber.next(4))
                .containsExactly(
                        "{\"result\":null,\"id\":1}",
                        "{\"result\":[\"" + STREAM + "\",\"" + OTHER + "\"],\"id\":2}",
                        "{\"result\":null,\"id\":3}",
                        "{\"result\":[\"" + OTHER + "\"],\"id\":4}");

        publisher.send(line(STREAM, kline(0, 1, false)) + "\n" + line(OTHER, kline(0, 9, false)));
        assertThat(subscriber.next()).isEqualTo(kline(0, 9, false));
        assertThat(subscriber.hasNone()).isTrue();
    }

    @Test
    void combinedStreamsNameTheStreamAndRawOnesDoNot() {
        start(settings());
        TestClient raw = connect("/ws/" + STREAM);
        TestClient combined = connect("/stream?streams=" + STREAM + "/" + OTHER);

        publisher().send(line(STREAM, kline(0, 1, false)) + "\n" + line(OTHER, kline(0, 2, false)));

        assertThat(raw.next()).isEqualTo(kline(0, 1, false));
        assertThat(combined.next(2))
                .containsExactly(line(STREAM, kline(0, 1, false)), line(OTHER, kline(0, 2, false)));
    }

    @Test
    void theKlinesOfAnEmissionArriveOneAfterAnother() {
        start(settings());
        String seconds = "1:0xabc@kline_1s";
        TestClient minutesFirst =
                connect("/stream?streams=" + STREAM + "/" + OTHER + "/" + seconds + "_closed");
        TestClient all = connect("/stream?streams=" + seconds + "/" + OTHER + "/" + STREAM);

        publisher()
                .send(
                        String.join(
                                "\n",
                                line(seconds, at(7, kline(0, 2, true))),
                                line(STREAM, at(7, kline(0, 2, false))),
                                line(OTHER, at(7, kline(0, 9, false)))));

        assertThat(all.next(3))
                .containsExactly(
                        line(seconds, at(7, kline(0, 2, true))),
                        line(STREAM, at(7, kline(0, 2, false))),
                        line(OTHER, at(7, kline(0, 9, false))));
        assertThat(minutesFirst.next(3))
                .containsExactly(
                        line(seconds + "_closed", at(7, kline(0, 2, true))),
                        line(STREAM, at(7, kline(0, 2, false))),
                        line(OTHER, at(7, kline(0, 9, false))));
    }

    @Test
    void everySubscriberGetsExactlyItsMessagesInOrderHoweverTheyAreCoalesced() {
        long seed = Long.getLong("messages.seed", new Random().nextLong());
        System.out.println("messages.seed=" + seed);
        Random random = new Random(seed);
        start(settings());
        List<String> streams =
                IntStream.range(0, 8).mapToObj("1:0xabc%d@kline_1m"::formatted).toList();
        Map<TestClient, Set<String>> subscribers = new LinkedHashMap<>();
        for (int number = 0; number < 6; number++) {
            Set<String> wanted = new LinkedHashSet<>(streams.subList(number, 8));
            wanted.removeIf(stream -> random.nextInt(4) == 0);
            wanted.add(streams.get(0));
            subscribers.put(
                    connect("/stream?streams=" + String.join("/", wanted)), Set.copyOf(wanted));
        }
        TestClient publisher = publisher();

        List<String> sentStreams = new ArrayList<>();
        int count = 0;
        while (count < 1_000) {
            List<String> lines = new ArrayList<>();
            for (int line = random.nextInt(20); line >= 0; line--) {
                String stream = streams.get(random.nextInt(8));
                sentStreams.add(stream);
                lines.add(line(stream, kline(0, ++count, false)));
            }
            publisher.send(String.join("\n", lines));
        }

        for (Map.Entry<TestClient, Set<String>> subscriber : subscribers.entrySet()) {
            List<String> expected = new ArrayList<>();
            for (int n = 1; n <= count; n++) {
                String stream = sentStreams.get(n - 1);
                if (subscriber.getValue().contains(stream)) {
                    expected.add(line(stream, kline(0, n, false)));
                }
            }
            assertThat(subscriber.getKey().next(expected.size()))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
        }
    }

    @Test
    void theMessagesOfADeliveryAreFlushedTogether() {
        start(settings());
        TestClient both = connect("/ws/" + STREAM + "/" + OTHER);
        TestClient one = connect("/ws/" + OTHER);

        publisher()
                .send(
                        String.join(
                                "\n",
                                line(STREAM, kline(0, 1, false)),
                                line(OTHER, kline(0, 2, false)),
                                line(STREAM, kline(1, 1, false))));

        assertThat(both.next(3))
                .containsExactly(kline(0, 1, false), kline(0, 2, false), kline(1, 1, false));
        assertThat(one.next()).isEqualTo(kline(0, 2, false));
        assertThat(metric("delivered_total")).isEqualTo(4);
        assertThat(metric("flushes_total")).isEqualTo(2);
    }

    @Test
    void theCurrentKlinesOfAPairHaveTheTimeOfTheLatest() {
        start(settings());
        String seconds = "1:0xabc@kline_1s";
        publisher()
                .send(line(seconds, at(8, kline(0, 2, true))))
                .send(line(STREAM, at(7, kline(0, 2, false))));
        await().until(() -> metric("published_total") == 2);

        TestClient subscriber = connect("/ws/" + STREAM + "/" + seconds);

        assertThat(subscriber.next(2))
                .containsExactly(at(8, kline(0, 2, false)), at(8, kline(0, 2, true)));
    }

    @Test
    void aConnectionSwitchesBetweenRawAndCombined() {
        start(settings());
        TestClient publisher = publisher();
        TestClient subscriber = connect("/ws/" + STREAM);

        subscriber.send("{\"method\":\"SET_PROPERTY\",\"params\":[\"combined\",true],\"id\":1}");
        subscriber.send("{\"method\":\"GET_PROPERTY\",\"params\":[\"combined\"],\"id\":2}");
        assertThat(subscriber.next(2))
                .containsExactly("{\"result\":null,\"id\":1}", "{\"result\":true,\"id\":2}");

        publisher.send(line(STREAM, kline(0, 1, false)));
        assertThat(subscriber.next()).isEqualTo(line(STREAM, kline(0, 1, false)));
    }

    @Test
    void theStreamOfClosedKlinesBeginsWithTheNewestClosedOneAndHasNoOpenOnes() {
        start(settings());
        TestClient publisher = publisher();
        publisher.send(line(STREAM, kline(0, 5, true)) + "\n" + line(STREAM, kline(1, 1, false)));
        await().until(() -> metric("published_total") == 2);

        TestClient subscriber = connect("/stream?streams=" + STREAM + "_closed");
        assertThat(subscriber.next()).isEqualTo(line(STREAM + "_closed", kline(0, 5, true)));

        publisher.send(line(STREAM, kline(1, 2, false)) + "\n" + line(STREAM, kline(1, 2, true)));
        assertThat(subscriber.next()).isEqualTo(line(STREAM + "_closed", kline(1, 2, true)));
        assertThat(subscriber.hasNone()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "hello|{\"error\":{\"code\":3,\"msg\":\"Invalid JSON: expected value at line 1 column 1\"},\"id\":null}",
                "{\"id\":7}|{\"error\":{\"code\":2,\"msg\":\"Invalid request: missing field `method`\"},\"id\":7}",
                "{\"method\":\"SUBSCRIBE\",\"id\":\"x\"}|{\"error\":{\"code\":2,\"msg\":\"Invalid request: missing field `params`\"},\"id\":\"x\"}",
                "{\"method\":\"SUBSCRIBE\",\"params\":[\"user:42@alerts\"],\"id\":8}|{\"error\":{\"code\":-2015,\"msg\":\"user:42@alerts: this relay accepts no user tokens, since it has no keys\"},\"id\":8}",
                "{\"method\":\"GET_PROPERTY\",\"params\":[\"x\"],\"id\":9}|{\"error\":{\"code\":0,\"msg\":\"Unknown property\"},\"id\":9}"
            })
    void anInvalidRequestIsAnsweredWithAnError(String request, String answer) {
        start(settings());

        assertThat(connect("/ws").send(request).next()).isEqualTo(answer);
    }

    @Test
    void pagesFromOtherOriginsMayNotSubscribeUnlessAllowed() {
        start(settings().allowedOrigins(Set.of("https://charts.example")));

        assertThat(TestClient.to(server, "/ws").header("Origin", "https://evil.example").refusal())
                .isEqualTo(403);
        opened(TestClient.to(server, "/ws").header("Origin", "https://charts.example"));
        opened(TestClient.to(server, "/ws").header("Origin", "http://127.0.0.1:" + server.port()));
        assertThat(metric("refused_handshakes_total")).isEqualTo(1);
    }

    // ---- limits

    @Test
    void theMemoryOfAllSubscriptionsIsLimitedAndTheLastHalfIsForThoseWithFewStreams() {
        start(settings().maxHeldBytes(20_000));
        String many =
                IntStream.range(0, StreamHub.FEW_STREAMS + 1)
                        .mapToObj(chain -> chain + "@smartmoney")
                        .collect(Collectors.joining("\",\""));

        assertThat(TestClient.to(server, "/ws/" + many.replace("\",\"", "/")).refusal())
                .isEqualTo(503);
        TestClient subscriber = connect("/ws/" + STREAM);
        assertThat(subscriber.send(request("SUBSCRIBE", 1, many)).next())
                .isEqualTo(
                        "{\"error\":{\"code\":2,\"msg\":\"Invalid request: too many streams of all"
                                + " connections, try again later, or with 16 at most\"},\"id\":1}");
        assertThat(subscriber.send(request("SUBSCRIBE", 2, OTHER)).next())
                .isEqualTo("{\"result\":null,\"id\":2}");
    }

    @Test
    void theNumberOfStreamsPerConnectionIsLimited() {
        start(settings().maxStreamsPerConnection(2));
        TestClient subscriber = connect("/ws/" + STREAM + "/" + OTHER);

        assertThat(subscriber.send(request("SUBSCRIBE", 1, "1@smartmoney")).next())
                .isEqualTo(
                        "{\"error\":{\"code\":2,\"msg\":\"Invalid request: too many streams, at most 2"
                                + " per connection\"},\"id\":1}");
        assertThat(subscriber.send(request("SUBSCRIBE", 2, STREAM)).next())
                .isEqualTo("{\"result\":null,\"id\":2}");
        assertThat(TestClient.to(server, "/ws/1@smartmoney/2@smartmoney/3@smartmoney").refusal())
                .isEqualTo(400);
    }

    @Test
    void theNumberOfConnectionsPerAddressIsLimited() {
        start(settings().maxConnectionsPerAddress(2));
        TestClient first = connect("/ws");
        connect("/ws");

        // closed before the handshake is read
        assertThatThrownBy(() -> TestClient.to(server, "/ws").connect())
                .hasCauseInstanceOf(IOException.class);
        assertThat(metric("refused_connections_total")).isPositive();

        first.close();
        await().until(() -> metric("subscribers") == 1);
        connect("/ws");
    }

    @Test
    void aSubscriberThatSendsTooOftenIsDisconnected() {
        start(settings().maxFramesPerSecond(2));
        TestClient subscriber = connect("/ws");

        for (int id = 0; id < 20 && !subscriber.isClosed(); id++) {
            sendUnlessClosed(subscriber, request("UNSUBSCRIBE", id, STREAM));
        }

        assertThat(subscriber.closeCode()).isEqualTo(1008);
        assertThat(metric("disconnected_limit_total")).isEqualTo(1);
    }

    @Test
    void aSubscriberThatSendsAnOversizedMessageIsDisconnected() {
        start(settings());
        TestClient subscriber = connect("/ws");

        sendUnlessClosed(subscriber, " ".repeat(70 * 1024));

        assertThat(subscriber.closeCode()).isEqualTo(1009);
    }

    @Test
    void aSilentSubscriberIsDisconnectedUnlessItAnswersPings() {
        start(settings().pingIntervalMs(50).idleTimeoutMs(2_000));
        TestClient silent = opened(TestClient.to(server, "/ws").stuck());
        TestClient alive = connect("/ws");

        await().until(() -> metric("disconnected_limit_total") == 1);
        silent.resume();

        assertThat(silent.closeCode()).isEqualTo(1008);
        // the relay finishes closing after the client has received the close frame
        await().until(() -> metric("subscribers") == 1);
        assertThat(alive.isClosed()).isFalse();
    }

    // ---- slow subscribers

    @Test
    void aStuckSubscriberIsDisconnectedWhileAnotherGetsEverything() {
        start(settings().maxBacklog(50));
        TestClient stuck = opened(TestClient.to(server, "/ws/1@smartmoney").stuck());
        TestClient alive = connect("/ws/1@smartmoney");
        TestClient publisher = publisher();

        List<String> sent = new ArrayList<>();
        String padding = "x".repeat(30_000);
        for (int n = 0; metric("disconnected_slow_total") == 0; n++) {
            String data = "{\"n\":" + n + ",\"padding\":\"" + padding + "\"}";
            sent.add(data);
            publisher.send(line("1@smartmoney", data));
            assertThat(alive.next()).isEqualTo(data);
        }

        await().until(() -> metric("subscribers") == 1);
        assertThat(alive.isClosed()).isFalse();
        assertThat(sent).hasSizeLessThan(2000);
    }

    @Test
    void aBlockedSubscriberIsDisconnectedEvenIfItsBacklogIsSmall() {
        start(settings().maxBlockedMs(200));
        TestClient stuck = opened(TestClient.to(server, "/ws/" + STREAM).stuck());
        TestClient alive = connect("/ws/" + STREAM);
        TestClient publisher = publisher();

        // the backlog never holds more than one version of the same kline
        for (int n = 0; metric("disconnected_slow_total") == 0; n++) {
            String data = padded(0, n);
            publisher.send(line(STREAM, data));
            assertThat(alive.next()).isEqualTo(data);
        }

        await().until(() -> metric("subscribers") == 1);
        assertThat(stuck.isClosed()).isFalse();
    }

    @Test
    void aSlowSubscriberSkipsVersionsButMissesNoKlineAndEndsWithTheNewest() {
        start(settings());
        TestClient slow = opened(TestClient.to(server, "/ws/" + STREAM).stuck());
        TestClient alive = connect("/ws/" + STREAM);
        TestClient publisher = publisher();

        int last = 0;
        for (int n = 1; metric("conflated_total") < 20; n++) {
            // every tenth version belongs to a new kline
            publisher.send(line(STREAM, padded(n / 10, n)));
            alive.next();
            last = n;
        }
        slow.resume();
        List<String> received = slow.upTo(padded(last / 10, last));

        assertThat(received).hasSizeLessThan(last);
        Set<Long> klines =
                received.stream().map(RelayITCase::openTimeMs).collect(Collectors.toSet());
        assertThat(klines).hasSize(last / 10 + 1);
        assertThat(slow.isClosed()).isFalse();
        assertThat(metric("disconnected_slow_total")).isZero();
    }

    @Test
    void framesThatSocketsTakeInPartsArriveWholeAtAllThatShareThem() {
        start(settings());
        List<TestClient> slow =
                Stream.generate(() -> opened(TestClient.to(server, "/ws/1@smartmoney").stuck()))
                        .limit(4)
                        .toList();
        TestClient alive = connect("/ws/1@smartmoney");
        TestClient publisher = publisher();

        // more than the buffers of a connection hold
        List<String> sent = new ArrayList<>();
        for (int n = 0; n < 200; n++) {
            String data = "{\"n\":" + n + ",\"x\":\"" + "x".repeat(100 + n * 977 % 30_000) + "\"}";
            sent.add(data);
            publisher.send(line("1@smartmoney", data));
        }
        assertThat(alive.next(200)).isEqualTo(sent);
        assertThat(metric("outbound_bytes")).isPositive();
        slow.forEach(TestClient::resume);

        for (TestClient subscriber : slow) {
            assertThat(subscriber.next(200)).isEqualTo(sent);
        }
        await().until(() -> metric("outbound_bytes") == 0);
    }

    // ---- HTTP

    @Test
    void healthMetricsAndThePageAreServedAndNothingElse() {
        start(settings());
        publisher();
        connect("/ws/" + STREAM);

        assertThat(get("/healthz").body()).isEqualTo("{\"status\":\"up\"}\n");
        assertThat(getFromAdmin("/healthz").body())
                .isEqualTo(
                        "{\"status\":\"up\",\"publishers\":1,\"subscribers\":1,\"streams\":0}\n");
        assertThat(getFromAdmin("/metrics").body())
                .contains("# TYPE klines_relay_published_total counter")
                .contains("\nklines_relay_subscribers 1\n");
        assertThat(get("/").body()).contains("<title>klines</title>");
        for (String path : List.of("/nowhere", "/metrics", "/api/state")) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(404);
        }
        for (String path : List.of("/nowhere", "/", "/api/pairs", "/ws")) {
            assertThat(getFromAdmin(path).statusCode()).as(path).isEqualTo(404);
        }
        String nothing = "/api/klines?chain_id=1&pair_addr=0x1&interval=1m&from=0&to=60";
        assertThat(getFromAdmin(nothing).body()).isEqualTo(get(nothing).body());
        assertThat(getFromAdmin("/api/klines").statusCode()).isEqualTo(400);
        assertThat(get("/ws").statusCode()).isEqualTo(426);
        assertThat(TestClient.to(server, "/nowhere").refusal()).isEqualTo(404);
        assertThat(TestClient.to(server, "/ws/nonsense").refusal()).isEqualTo(400);
    }

    @Test
    void theStateIsTheCurrentKlineOfEveryStreamInTheFormatOfPublishers() {
        start(settings());
        String filler = "2:%s@kline_1m";
        StringBuilder lines = new StringBuilder();
        for (int pair = 0; pair < 2000; pair++) {
            lines.append(line(filler.formatted(pair), kline(0, 1, true))).append('\n');
        }
        lines.append(line(STREAM, kline(0, 3, true))).append('\n');
        lines.append(line(STREAM, kline(1, 1, false))).append('\n');
        publisher().send(lines.toString());
        await().until(() -> metric("published_total") == 2002);

        List<String> state = getFromAdmin("/api/state").body().lines().toList();

        assertThat(state)
                .hasSize(2001)
                .doesNotHaveDuplicates()
                .contains(line(STREAM, kline(1, 1, false)))
                .contains(line("2:1999@kline_1m", kline(0, 1, true)));
    }

    // ---- shutdown

    @Test
    void aShutdownClosesEveryConnectionWithStatus1001() {
        start(settings());
        TestClient publisher = publisher();
        List<TestClient> subscribers =
                List.of(connect("/ws"), connect("/ws/" + STREAM), connect("/stream"));

        server.close();

        assertThat(publisher.closeCode()).isEqualTo(1001);
        assertThat(subscribers).extracting(TestClient::closeCode).containsOnly(1001);
    }

    @Test
    @Timeout(60)
    void aSubscriberThatReadsNothingDoesNotDelayTheShutdown() {
        start(settings());
        TestClient stuck = opened(TestClient.to(server, "/ws/" + STREAM).stuck());
        TestClient alive = connect("/ws/" + STREAM);
        TestClient publisher = publisher();
        for (int n = 0; metric("conflated_total") == 0; n++) {
            publisher.send(line(STREAM, padded(0, n)));
            alive.next();
        }

        server.close();

        assertThat(alive.closeCode()).isEqualTo(1001);
        assertThat(stuck.isClosed()).isFalse();
    }

    // ---- helpers

    private static RelaySettings.Builder settings() {
        return RelaySettings.builder(TOKEN).port(0).eventLoops(2).maxFramesPerSecond(1000);
    }

    private void start(RelaySettings.Builder settings) {
        server = RelayServer.start(settings.build());
    }

    private TestClient connect(String path) {
        return opened(TestClient.to(server, path));
    }

    /**
     * Connects a client and waits until the relay has started the subscriptions in the path, which
     * happens after the handshake.
     */
    private TestClient opened(TestClient.Builder builder) {
        double before = metric("subscriptions");
        TestClient client = builder.connect();
        clients.add(client);
        await().until(() -> metric("subscriptions") == before + builder.streams());
        return client;
    }

    private TestClient publisher() {
        return opened(TestClient.to(server, "/publish").header("Authorization", "Bearer " + TOKEN));
    }

    /**
     * Sends a message, and ignores the failure if the relay has closed the connection meanwhile.
     */
    private static void sendUnlessClosed(TestClient client, String text) {
        try {
            client.send(text);
        } catch (CompletionException e) {
            assertThat(e).hasCauseInstanceOf(IOException.class);
        }
    }

    private static String request(String method, int id, String... streams) {
        String params =
                List.of(streams).stream()
                        .map(stream -> "\"" + stream + "\"")
                        .collect(Collectors.joining(","));
        return "{\"method\":\"%s\",\"params\":[%s],\"id\":%d}".formatted(method, params, id);
    }

    private static String line(String stream, String data) {
        return "{\"stream\":\"%s\",\"data\":%s}".formatted(stream, data);
    }

    private static String kline(long minute, long trades, boolean closed) {
        return "{\"e\":\"kline\",\"k\":{\"t\":%d,\"n\":%d,\"x\":%b}}"
                .formatted(minute * 60_000, trades, closed);
    }

    private static String at(long timeMs, String kline) {
        return kline.replace("\"k\"", "\"E\":%d,\"k\"".formatted(timeMs));
    }

    private static String padded(long minute, long trades) {
        return "{\"k\":{\"t\":%d,\"n\":%d,\"x\":false},\"padding\":\"%s\"}"
                .formatted(minute * 60_000, trades, "x".repeat(30_000));
    }

    private static long openTimeMs(String padded) {
        return Long.parseLong(padded.substring("{\"k\":{\"t\":".length(), padded.indexOf(',')));
    }

    private double metric(String name) {
        return Scraped.metric(server, name);
    }

    private HttpResponse<String> get(String path) {
        return get(server.port(), path);
    }

    private HttpResponse<String> getFromAdmin(String path) {
        return get(server.adminPort(), path);
    }

    private static HttpResponse<String> get(int port, String path) {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
