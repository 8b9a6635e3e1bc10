package io.dexklines.job.secret;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The walk through Flink's REST interface finds a canary in every answer that holds one. */
class FlinkAnswersTest {

    private static final String CANARY = "canary-9f27c1";

    private static final Map<String, String> LISTS =
            Map.of(
                    "/taskmanagers", "{\"taskmanagers\":[{\"id\":\"tm:1-a\"}]}",
                    "/taskmanagers/tm%3A1-a/logs", "{\"logs\":[{\"name\":\"tm.log.1\"}]}",
                    "/jobmanager/logs", "{\"logs\":[{\"name\":\"jm.log.1\"}]}",
                    "/jobs/overview", "{\"jobs\":[{\"jid\":\"j1\"}]}",
                    "/jobs/j1", "{\"vertices\":[{\"id\":\"v1\"}]}",
                    "/jobs/j1/checkpoints", "{\"history\":[{\"id\":7}]}");

    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    String path = exchange.getRequestURI().getRawPath();
                    byte[] answer =
                            LISTS.getOrDefault(path, "{\"text\":\"" + CANARY + "\"}")
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void findsTheCanaryInEveryAnswer() throws Exception {
        FlinkAnswers answers =
                FlinkAnswers.of(
                        "http://127.0.0.1:" + server.getAddress().getPort(),
                        HttpClient.newHttpClient());

        Set<String> withoutLists = new TreeSet<>(answers.paths());
        withoutLists.removeAll(LISTS.keySet());
        assertThat(answers.with(new SecretSearch(CANARY)))
                .isEqualTo(withoutLists)
                .contains(
                        "/config",
                        "/jobmanager/config",
                        "/jobmanager/environment",
                        "/jobmanager/log",
                        "/jobmanager/stdout",
                        "/jobmanager/logs/jm.log.1",
                        "/taskmanagers/tm%3A1-a",
                        "/taskmanagers/tm%3A1-a/log",
                        "/taskmanagers/tm%3A1-a/stdout",
                        "/taskmanagers/tm%3A1-a/thread-dump",
                        "/taskmanagers/tm%3A1-a/logs/tm.log.1",
                        "/jobs/j1/config",
                        "/jobs/j1/plan",
                        "/jobs/j1/exceptions",
                        "/jobs/j1/jobmanager/config",
                        "/jobs/j1/checkpoints/config",
                        "/jobs/j1/checkpoints/details/7",
                        "/jobs/j1/vertices/v1",
                        "/jobs/j1/vertices/v1/accumulators");
        assertThat(answers.with(new SecretSearch("another-canary"))).isEmpty();
    }
}
