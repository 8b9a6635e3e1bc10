package io.dexklines.relay;

import static io.dexklines.relay.Scraped.metric;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Replays a recorded session in Binance's protocol line by line, with a client that shares no code
 * with the relay.
 */
class RecordedSessionITCase {

    private static final String TOKEN = "the publishers' token";

    @Test
    void theRelayAnswersAsRecorded() throws IOException {
        try (RelayServer relay =
                RelayServer.start(
                        RelaySettings.builder(TOKEN)
                                .port(0)
                                .eventLoops(1)
                                .maxFramesPerSecond(1000)
                                .build())) {
            TestClient publisher =
                    TestClient.to(relay, "/publish")
                            .header("Authorization", "Bearer " + TOKEN)
                            .connect();
            TestClient client = null;
            for (String line : session()) {
                String text = line.substring(line.indexOf(' ') + 1);
                switch (line.split(" ", 2)[0]) {
                    case "connect" -> client = connect(relay, text);
                    case ">" -> client.send(text);
                    case "<" -> assertThat(client.next()).isEqualTo(text);
                    case "*" -> publish(relay, publisher, text);
                    default -> {
                        assertThat(line).isEqualTo("close");
                        assertThat(client.hasNone()).as("unexpected messages").isTrue();
                        client.close();
                    }
                }
            }
            publisher.close();
        }
    }

    private static List<String> session() throws IOException {
        try (InputStream in =
                RecordedSessionITCase.class.getResourceAsStream("client-session.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }

    /** Connects, and waits for the subscriptions, which start after the handshake. */
    private static TestClient connect(RelayServer relay, String path) {
        TestClient.Builder builder = TestClient.to(relay, path);
        await().until(() -> metric(relay, "subscribers") == 0);
        TestClient client = builder.connect();
        await().until(() -> metric(relay, "subscriptions") == builder.streams());
        return client;
    }

    /** Publishes a message and waits until the relay has accepted it. */
    private static void publish(RelayServer relay, TestClient publisher, String text) {
        double before = metric(relay, "published_total");
        int space = text.indexOf(' ');
        publisher.send(
                "{\"stream\":\"%s\",\"data\":%s}"
                        .formatted(text.substring(0, space), text.substring(space + 1)));
        await().until(() -> metric(relay, "published_total") == before + 1);
    }
}
