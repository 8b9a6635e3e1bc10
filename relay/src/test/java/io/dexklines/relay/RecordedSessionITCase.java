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
 * A session written down in Binance's dialect goes as written, line by line, by a client that has
 * nothing in common with the relay.
 */
class RecordedSessionITCase {

    private static final String TOKEN = "the publishers' token";

    @Test
    void theSessionGoesAsItIsWrittenDown() throws IOException {
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
                String said = line.substring(line.indexOf(' ') + 1);
                switch (line.split(" ", 2)[0]) {
                    case "connect" -> client = connect(relay, said);
                    case ">" -> client.send(said);
                    case "<" -> assertThat(client.next()).isEqualTo(said);
                    case "*" -> publish(relay, publisher, said);
                    default -> {
                        assertThat(line).isEqualTo("close");
                        assertThat(client.hasNone()).as("nothing else was said").isTrue();
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

    /** A client is connected before its streams are begun: so this waits for them. */
    private static TestClient connect(RelayServer relay, String path) {
        TestClient.Builder builder = TestClient.to(relay, path);
        await().until(() -> metric(relay, "subscribers") == 0);
        TestClient client = builder.connect();
        await().until(() -> metric(relay, "subscriptions") == builder.streams());
        return client;
    }

    /** What was published has reached the relay when this returns, though maybe nobody else. */
    private static void publish(RelayServer relay, TestClient publisher, String said) {
        double before = metric(relay, "published_total");
        int space = said.indexOf(' ');
        publisher.send(
                "{\"stream\":\"%s\",\"data\":%s}"
                        .formatted(said.substring(0, space), said.substring(space + 1)));
        await().until(() -> metric(relay, "published_total") == before + 1);
    }
}
