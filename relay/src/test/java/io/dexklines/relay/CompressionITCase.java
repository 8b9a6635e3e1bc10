package io.dexklines.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscribers that negotiate {@code permessage-deflate}, those that do not, and attackers. */
@Timeout(60)
class CompressionITCase {

    private static final String TOKEN = "the publishers' token";
    private static final String CLIENT = "127.0.0.2";
    private static final String OFFER = "permessage-deflate; client_max_window_bits";
    private static final String ACCEPTED =
            "client_no_context_takeover;permessage-deflate;server_no_context_takeover";
    private static final int TEXT = 0x81;
    private static final int COMPRESSED_TEXT = 0xC1;
    private static final int COMPRESSED_START = 0x41;
    private static final int CONTINUATION = 0x00;
    private static final int END = 0x80;
    private static final int CLOSE = 0x88;
    private static final int MAX_MESSAGE_BYTES = 64 * 1024;
    private static final String PADDING = "0123456789abcdef".repeat(30);

    private static RelayServer relay;
    private static TestClient publisher;

    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void start() {
        relay =
                RelayServer.start(
                        RelaySettings.builder(TOKEN)
                                .port(0)
                                .eventLoops(2)
                                .compressFrames(true)
                                .maxConnectionsPerAddress(200)
                                // none of the frames that are read below is a ping
                                .pingIntervalMs(55_000)
                                .build());
        publisher =
                TestClient.toAdmin(relay, "/publish")
                        .header("Authorization", "Bearer " + TOKEN)
                        .connect();
    }

    @AfterAll
    static void stop() {
        publisher.close();
        relay.close();
    }

    @AfterEach
    void disconnect() throws Exception {
        for (AutoCloseable connection : open) {
            connection.close();
        }
        await().until(() -> metric("subscribers") == 0);
    }

    // ---- what subscribers get

    @ParameterizedTest
    @ValueSource(strings = {"/stream?streams=", "/ws/"})
    void aFrameIsCompressedOnceForAHundredSubscribersWhoReadWhatTheOthersRead(String path)
            throws Exception {
        String stream = "1:0x%s@kline_1m".formatted(path.startsWith("/ws") ? "a1" : "a2");
        List<BlockingQueue<String>> received = compressingClients(100, path + stream);
        TestClient plain = connected(TestClient.to(relay, path + stream).connect());
        await().untilAsserted(() -> assertThat(metric("subscriptions")).isEqualTo(101));
        double before = metric("compressed_total");

        publisher.send(line(stream, 1, PADDING));

        String expected = plain.next();
        assertThat(expected).contains(PADDING);
        for (BlockingQueue<String> texts : received) {
            assertThat(texts.poll(10, TimeUnit.SECONDS)).isEqualTo(expected);
        }
        assertThat(metric("compressed_total") - before).isEqualTo(1);
    }

    @Test
    void onlyLongKlinesAreCompressedAndOnlyWhenTheyAreDeliveredToAll() throws Exception {
        String stream = "1:0xb1@kline_1m";
        publisher.send(line(stream, 1, PADDING));
        await().until(() -> metric("published_total") >= 1);
        RawConnection compressing = subscriber("/ws/" + stream + "/1@smartmoney", OFFER);
        RawConnection plain = subscriber("/ws/" + stream, null);
        // the first one is of this subscriber alone
        assertThat(firstByte(compressing.frame())).isEqualTo(TEXT);
        plain.frame();
        double before = metric("compressed_total");

        publisher.send(line(stream, 2, ""));
        publisher.send(line(stream, 3, PADDING));
        publisher.send(
                "{\"stream\":\"1@smartmoney\",\"data\":{\"e\":\"smartmoney\",\"p\":\"%s\"}}"
                        .formatted(PADDING));

        assertThat(compressing.frame()).isEqualTo(plain.frame());
        byte[] compressed = compressing.frame();
        byte[] uncompressed = plain.frame();
        assertThat(firstByte(compressed)).isEqualTo(COMPRESSED_TEXT);
        assertThat(firstByte(uncompressed)).isEqualTo(TEXT);
        assertThat(inflate(payload(compressed))).isEqualTo(payload(uncompressed));
        assertThat(compressed.length).isLessThan(uncompressed.length / 2);
        assertThat(firstByte(compressing.frame())).isEqualTo(TEXT);
        assertThat(metric("compressed_total") - before).isEqualTo(1);
    }

    @Test
    void aSlowSubscriberGetsTheNewestVersionsInOrder() throws Exception {
        String stream = "1:0xc1@kline_1m";
        RawConnection slow = subscriber("/ws/" + stream, OFFER);
        await().until(() -> metric("subscriptions") == 1);
        double before = metric("conflated_total");
        Random random = new Random(1);
        int published = 0;
        while (metric("conflated_total") == before) {
            for (int i = 0; i < 50; i++) {
                byte[] padding = new byte[4_000];
                random.nextBytes(padding);
                publisher.send(line(stream, ++published, HexFormat.of().formatHex(padding)));
            }
        }
        publisher.send(line(stream, ++published, ""));
        String last = "\"n\":" + published + ",";

        int former = 0;
        boolean anyCompressed = false;
        boolean ended = false;
        while (!ended) {
            byte[] frame = slow.frame();
            boolean compressed = firstByte(frame) == COMPRESSED_TEXT;
            anyCompressed |= compressed;
            String text =
                    compressed
                            ? new String(inflate(payload(frame)), StandardCharsets.US_ASCII)
                            : text(frame);
            int version = Integer.parseInt(text.replaceAll(".*\"n\":(\\d+),.*", "$1"));
            assertThat(version).isGreaterThan(former);
            former = version;
            ended = text.contains(last);
        }
        assertThat(anyCompressed).isTrue();
    }

    // ---- negotiation

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "permessage-deflate",
                "permessage-deflate; client_max_window_bits",
                "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
                "x-webkit-deflate-frame, permessage-deflate",
                "permessage-deflate; server_max_window_bits=10, permessage-deflate",
                "permessage-deflate; unknown=1, permessage-deflate",
                "permessage-deflate, permessage-deflate"
            })
    void noOfferIsAcceptedWithContextTakeover(String offer) throws IOException {
        assertThat(extensions(handshake("/ws", offer))).isEqualTo(ACCEPTED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x-webkit-deflate-frame",
                "permessage-deflate; server_max_window_bits=10",
                "permessage-deflate; client_max_window_bits=x",
                "permessage-deflate; client_max_window_bits=99",
                "permessage-deflate; unknown"
            })
    void anOfferThatCannotBeMetIsDeclined(String offer) throws IOException {
        String head = handshake("/ws", offer);

        assertThat(head).startsWith("HTTP/1.1 101 ");
        assertThat(extensions(head)).isEmpty();
    }

    @Test
    void publishersDoNotNegotiate() throws IOException {
        assertThat(extensions(handshake("/publish", OFFER, "Authorization: Bearer " + TOKEN)))
                .isEmpty();
        assertThat(extensions(handshake("/follow", OFFER, "Authorization: Bearer " + TOKEN)))
                .isEmpty();
    }

    @Test
    void aRelayWithoutTheOptionDeclines() throws Exception {
        try (RelayServer other =
                        RelayServer.start(
                                RelaySettings.builder(TOKEN).port(0).eventLoops(1).build());
                RawConnection connection = RawConnection.to(other.port(), CLIENT)) {
            assertThat(extensions(handshake(connection, "/ws", OFFER))).isEmpty();
        }
    }

    // ---- requests

    @Test
    void compressedRequestsAreReadInOneFrameAndInSeveral() throws Exception {
        RawConnection client = subscriber("/ws", OFFER);
        byte[] request = deflate("{\"method\":\"LIST_SUBSCRIPTIONS\",\"id\":1}");

        client.sendFrame(COMPRESSED_TEXT, request);
        assertThat(text(client.frame())).isEqualTo("{\"result\":[],\"id\":1}");

        client.sendFrame(COMPRESSED_START, Arrays.copyOf(request, 5));
        client.sendFrame(END, Arrays.copyOfRange(request, 5, request.length));
        assertThat(text(client.frame())).isEqualTo("{\"result\":[],\"id\":1}");

        client.sendFrame(TEXT, "{\"method\":\"LIST_SUBSCRIPTIONS\",\"id\":2}".getBytes());
        assertThat(text(client.frame())).isEqualTo("{\"result\":[],\"id\":2}");
    }

    @Test
    void aRequestMayInflateToTheSameLimitAsOthersAndNoFurther() throws Exception {
        RawConnection atLimit = subscriber("/ws", OFFER);
        atLimit.sendFrame(COMPRESSED_TEXT, deflate(" ".repeat(MAX_MESSAGE_BYTES)));
        assertThat(text(atLimit.frame())).contains("error");

        RawConnection beyond = subscriber("/ws", OFFER);
        beyond.sendFrame(COMPRESSED_TEXT, deflate(" ".repeat(MAX_MESSAGE_BYTES + 1)));
        assertThat(closeCode(beyond)).isEqualTo(1009);
    }

    @Test
    void aBombEndsItsConnection() throws Exception {
        byte[] bomb = deflate(" ".repeat(50_000_000));
        assertThat(bomb.length).isLessThan(MAX_MESSAGE_BYTES);
        RawConnection attacker = subscriber("/ws", OFFER);

        attacker.sendFrame(COMPRESSED_TEXT, bomb);

        assertThat(closeCode(attacker)).isEqualTo(1009);
    }

    @Test
    void aBombOfManyFramesEndsItsConnection() throws Exception {
        byte[] message = deflate(" ".repeat(2 * MAX_MESSAGE_BYTES));
        int half = message.length / 2; // which inflates to no more than the limit
        RawConnection attacker = subscriber("/ws", OFFER);

        attacker.sendFrame(COMPRESSED_START, Arrays.copyOf(message, half));
        attacker.sendFrame(END, Arrays.copyOfRange(message, half, message.length));

        assertThat(closeCode(attacker)).isEqualTo(1009);
    }

    @Test
    void aMessageThatNeverEndsEndsItsConnection() throws Exception {
        byte[] incompressible = new byte[MAX_MESSAGE_BYTES / 2];
        new Random(1).nextBytes(incompressible);
        RawConnection attacker = subscriber("/ws", OFFER);

        for (int i = 0; i < 3; i++) {
            attacker.sendFrame(i == 0 ? COMPRESSED_START : CONTINUATION, incompressible);
        }

        assertThat(closeCode(attacker)).isEqualTo(1009);
    }

    @Test
    void whatIsNoDeflateEndsItsConnection() throws Exception {
        RawConnection attacker = subscriber("/ws", OFFER);

        attacker.sendFrame(COMPRESSED_TEXT, new byte[] {-1, -1, -1, -1});

        assertThat(closeCode(attacker)).isEqualTo(1009);
    }

    @Test
    void compressedFramesOfAClientThatDidNotNegotiateEndItsConnection() throws Exception {
        RawConnection attacker = subscriber("/ws", null);

        attacker.sendFrame(COMPRESSED_TEXT, deflate("{}"));

        // as Vert.x does on any malformed frame
        assertThat(closeCode(attacker)).isEqualTo(1000);
    }

    @ParameterizedTest
    @ValueSource(ints = {0xA1, 0x91, 0xE1, 0xC9})
    void otherReservedBitsEndTheConnection(int firstByte) throws Exception {
        RawConnection attacker = subscriber("/ws", OFFER);

        attacker.sendFrame(firstByte, deflate("{}"));

        assertThat(closeCode(attacker)).isEqualTo(1000);
    }

    @Test
    void aFloodOfSmallBombsIsNotInflated() throws Exception {
        byte[] small = deflate(" ".repeat(MAX_MESSAGE_BYTES));
        RawConnection attacker = subscriber("/ws", OFFER);

        for (int i = 0; i < 500; i++) {
            attacker.sendFrame(COMPRESSED_TEXT, small);
        }

        int answers = 0;
        byte[] frame = attacker.frame();
        while (firstByte(frame) != CLOSE) {
            answers++;
            frame = attacker.frame();
        }
        assertThat(ByteBuffer.wrap(payload(frame)).getShort()).isEqualTo((short) 1008);
        // those that wait for their turn when the connection is closed are not answered
        assertThat(answers).isBetween(1, 10);
    }

    // ---- helpers

    private List<BlockingQueue<String>> compressingClients(int count, String path) {
        Vertx vertx = Vertx.vertx();
        open.add(() -> vertx.close().toCompletionStage().toCompletableFuture().join());
        WebSocketClient client =
                vertx.createWebSocketClient(
                        new WebSocketClientOptions()
                                .setMaxConnections(count)
                                .setTryUsePerMessageCompression(true)
                                .setCompressionAllowClientNoContext(true)
                                .setCompressionRequestServerNoContext(true));
        List<BlockingQueue<String>> received = new ArrayList<>();
        List<Future<?>> connecting = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            BlockingQueue<String> texts = new LinkedBlockingQueue<>();
            received.add(texts);
            ClientWebSocket socket = client.webSocket();
            socket.textMessageHandler(texts::add);
            connecting.add(socket.connect(relay.port(), "127.0.0.1", path));
        }
        Future.all(connecting).toCompletionStage().toCompletableFuture().join();
        return received;
    }

    private RawConnection subscriber(String path, String offer) throws IOException {
        double before = metric("subscribers");
        RawConnection connection = connected(RawConnection.to(relay.port(), CLIENT));
        assertThat(extensions(handshake(connection, path, offer)))
                .isEqualTo(offer == null ? "" : ACCEPTED);
        await().until(() -> metric("subscribers") == before + 1);
        return connection;
    }

    private String handshake(String path, String offer, String... headers) throws IOException {
        return handshake(connected(RawConnection.to(relay.port(), CLIENT)), path, offer, headers);
    }

    /** Returns the head of the response. */
    private static String handshake(
            RawConnection connection, String path, String offer, String... headers)
            throws IOException {
        List<String> lines =
                new ArrayList<>(
                        List.of(
                                "GET " + path + " HTTP/1.1",
                                "Host: 127.0.0.1",
                                "Upgrade: websocket",
                                "Connection: Upgrade",
                                "Sec-WebSocket-Version: 13",
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
        lines.addAll(List.of(headers));
        if (offer != null) {
            lines.add("Sec-WebSocket-Extensions: " + offer);
        }
        return connection.request(lines.toArray(String[]::new)).head();
    }

    private <T extends AutoCloseable> T connected(T connection) {
        open.add(connection);
        return connection;
    }

    /** Returns the extensions of a response, in alphabetical order; empty if there are none. */
    private static String extensions(String head) {
        return head.lines()
                .filter(line -> line.toLowerCase().startsWith("sec-websocket-extensions:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .map(value -> String.join(";", Arrays.stream(value.split(";")).sorted().toList()))
                .findAny()
                .orElse("");
    }

    private static int closeCode(RawConnection connection) throws IOException {
        byte[] frame = connection.frame();
        assertThat(firstByte(frame)).isEqualTo(CLOSE);
        return ByteBuffer.wrap(payload(frame)).getShort();
    }

    private static int firstByte(byte[] frame) {
        return frame[0] & 0xFF;
    }

    private static byte[] payload(byte[] frame) {
        return Arrays.copyOfRange(frame, 1, frame.length);
    }

    private static String text(byte[] frame) {
        return new String(payload(frame), StandardCharsets.UTF_8);
    }

    private static byte[] deflate(String text) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(text.getBytes(StandardCharsets.UTF_8));
        byte[] buffer = new byte[MAX_MESSAGE_BYTES];
        int length = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(buffer, length - 4);
    }

    private static byte[] inflate(byte[] message) throws DataFormatException {
        Inflater inflater = new Inflater(true);
        inflater.setInput(
                ByteBuffer.allocate(message.length + 4).put(message).putInt(0xFFFF).array());
        byte[] buffer = new byte[MAX_MESSAGE_BYTES];
        int length = inflater.inflate(buffer);
        inflater.end();
        return Arrays.copyOf(buffer, length);
    }

    private static String line(String stream, int version, String padding) {
        return "{\"stream\":\"%s\",\"data\":{\"k\":{\"t\":0,\"n\":%d,\"x\":false},\"padding\":\"%s\"}}"
                .formatted(stream, version, padding);
    }

    private static double metric(String name) {
        return Scraped.metric(relay, name);
    }
}
