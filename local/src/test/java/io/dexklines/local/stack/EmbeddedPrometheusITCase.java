package io.dexklines.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The machine's own Prometheus with the project's rules and with targets of this test. */
class EmbeddedPrometheusITCase {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path RULES = ProjectHome.find().alertRules();

    @TempDir Path folder;

    @Test
    void itHasOurRulesScrapesItsTargetsAndAlerts() throws Exception {
        assumeInstalled();
        HttpServer relay = target("klines_relay_publishers 0\nklines_relay_upstreams 0\n");
        HttpServer jobManager = target("flink_jobmanager_numRunningJobs 1\n");
        String deaf = Ports.HOST + ":" + Ports.free();
        EmbeddedPrometheus.Targets targets =
                new EmbeddedPrometheus.Targets(
                        List.of(address(jobManager)), List.of(deaf), List.of(address(relay)));
        try (EmbeddedPrometheus prometheus =
                EmbeddedPrometheus.start(folder.resolve("prometheus"), 0, RULES, targets)) {
            assertThat(alerts(prometheus)).isEqualTo(alertsIn(RULES)).contains("MySqlDown");

            await().atMost(PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(query(prometheus, "up", "job"))
                                            .isEqualTo(
                                                    Map.of(
                                                            "flink-jobmanager", "1",
                                                            "flink-taskmanager", "0",
                                                            "relay", "1",
                                                            "prometheus", "1")));
            assertThat(query(prometheus, "flink_jobmanager_numRunningJobs", "cluster"))
                    .isEqualTo(Map.of("local", "1"));
            // pending, since it fires after a minute
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(query(prometheus, "ALERTS", "alertname"))
                                            .containsKeys("RelayWithoutPublisher", "TargetDown")
                                            .doesNotContainKey("JobNotRunning"));

            long before = prometheus.pid();
            prometheus.restart();
            assertThat(prometheus.pid()).isNotEqualTo(before);
            assertThat(
                            query(
                                    prometheus,
                                    "count_over_time(flink_jobmanager_numRunningJobs[1h]) > 0",
                                    "cluster"))
                    .as("samples of before")
                    .containsOnlyKeys("local");
        } finally {
            relay.stop(0);
            jobManager.stop(0);
        }
    }

    private static void assumeInstalled() {
        if (EmbeddedPrometheus.program(System.getenv()).isEmpty()) {
            String message =
                    "NO PROMETHEUS: its test is skipped. Install Prometheus, or name its program in "
                            + EmbeddedPrometheus.PROGRAM;
            System.err.println("\n*** " + message + " ***\n");
            Assumptions.abort(message);
        }
    }

    private static HttpServer target(String metrics) throws Exception {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getByName(Ports.HOST), 0), 0);
        server.createContext(
                "/metrics",
                exchange -> {
                    byte[] body = metrics.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        return server;
    }

    private static String address(HttpServer server) {
        return Ports.HOST + ":" + server.getAddress().getPort();
    }

    private static Set<String> alerts(EmbeddedPrometheus prometheus) throws Exception {
        Set<String> names = new TreeSet<>();
        for (JsonNode group : get(prometheus, "/api/v1/rules").at("/data/groups")) {
            group.path("rules").forEach(rule -> names.add(rule.path("name").asText()));
        }
        return names;
    }

    private static Set<String> alertsIn(Path rules) throws Exception {
        Set<String> names = new TreeSet<>();
        Pattern.compile("(?m)^ *- alert: (\\S+)$")
                .matcher(Files.readString(rules))
                .results()
                .forEach(alert -> names.add(alert.group(1)));
        return names;
    }

    /** Returns the values of the series that a query finds, by one of their labels. */
    private static Map<String, String> query(
            EmbeddedPrometheus prometheus, String query, String label) throws Exception {
        JsonNode answer =
                get(
                        prometheus,
                        "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
        Map<String, String> values = new TreeMap<>();
        for (JsonNode series : answer.at("/data/result")) {
            values.put(series.path("metric").path(label).asText(), series.at("/value/1").asText());
        }
        return values;
    }

    private static JsonNode get(EmbeddedPrometheus prometheus, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(prometheus.url() + path)).build();
        return JSON.readTree(
                HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .body());
    }
}
