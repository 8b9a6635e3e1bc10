package io.dexklines.relay.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.fuzz.FuzzSeconds;
import io.dexklines.fuzz.Mutations;
import io.dexklines.relay.RelayServer;
import io.dexklines.relay.RelaySettings;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Sends mutated queries to a relay without stores; see {@link FuzzSeconds}. */
class HistoryApiFuzzTest {

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static RelayServer relay;

    @BeforeContainer
    static void start() {
        relay =
                RelayServer.start(
                        RelaySettings.builder("the publishers' token")
                                .port(0)
                                // one connection a request, as fast as they are answered
                                .maxConnectionsPerAddress(1_000_000)
                                .build());
    }

    @AfterContainer
    static void stop() {
        relay.close();
    }

    @Provide
    Arbitrary<byte[]> queries() {
        return Mutations.of("queries.txt");
    }

    @Property(tries = Integer.MAX_VALUE, shrinking = ShrinkingMode.OFF)
    @AddLifecycleHook(FuzzSeconds.class)
    void anAnswerIsJsonAndNeverAnInternalError(@ForAll("queries") byte[] query) throws IOException {
        // one request, of a length that servers accept
        String target =
                new String(query, StandardCharsets.ISO_8859_1).replaceAll("[\\x00- \\x7f#]", "+");
        String answer = get(target.substring(0, Math.min(3_000, target.length())));

        String status = answer.lines().findFirst().orElse("");
        assertThat(status).startsWith("HTTP/1.").doesNotContain(" 500 ");
        if (answer.contains("application/json")) {
            JSON.readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
        }
    }

    private static String get(String target) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", relay.port())) {
            socket.getOutputStream()
                    .write(
                            ("GET "
                                            + target
                                            + " HTTP/1.1\r\nHost: localhost\r\n"
                                            + "Connection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
