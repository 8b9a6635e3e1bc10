package io.dexklines.job.secret;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything that Flink's REST interface answers about a cluster, its processes and its jobs,
 * including the logs.
 */
final class FlinkAnswers {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int OK = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, byte[]> answers = new TreeMap<>();
    private final HttpClient http;
    private final String url;

    private FlinkAnswers(String url, HttpClient http) {
        this.url = url;
        this.http = http;
    }

    /**
     * Requests everything and keeps the answers.
     *
     * @param url such as {@code https://127.0.0.1:8081}
     * @param http a client with the certificate that the cluster asks for
     */
    static FlinkAnswers of(String url, HttpClient http) throws IOException, InterruptedException {
        FlinkAnswers flink = new FlinkAnswers(url, http);
        flink.ask("/config", "/overview", "/jobs", "/jobs/overview", "/jobs/metrics", "/datasets");
        flink.askAboutProcess("/jobmanager");
        flink.ask("/jobmanager/config", "/jobmanager/environment");
        for (String taskManager :
                flink.found("/taskmanagers", "taskmanagers", "id", "/taskmanagers/")) {
            flink.ask(taskManager);
            flink.askAboutProcess(taskManager);
        }
        for (String job : flink.found("/jobs/overview", "jobs", "jid", "/jobs/")) {
            flink.askAboutJob(job);
        }
        return flink;
    }

    /** Returns the paths that were answered with status 200. */
    Set<String> paths() {
        return answers.keySet();
    }

    /** Returns the paths whose answers contain the secret. */
    Set<String> with(SecretSearch search) {
        Set<String> found = new TreeSet<>();
        answers.forEach(
                (path, answer) -> {
                    if (search.finds(answer)) {
                        found.add(path);
                    }
                });
        return found;
    }

    private void askAboutProcess(String process) throws IOException, InterruptedException {
        ask(process + "/log", process + "/stdout");
        ask(process + "/metrics", process + "/thread-dump");
        ask(found(process + "/logs", "logs", "name", process + "/logs/").toArray(String[]::new));
    }

    private void askAboutJob(String job) throws IOException, InterruptedException {
        ask(job, job + "/config", job + "/plan", job + "/status", job + "/exceptions");
        ask(job + "/accumulators", job + "/metrics", job + "/resource-requirements");
        ask(job + "/jobmanager/config", job + "/jobmanager/environment");
        ask(job + "/checkpoints", job + "/checkpoints/config");
        ask(
                found(job + "/checkpoints", "history", "id", job + "/checkpoints/details/")
                        .toArray(String[]::new));
        for (String vertex : found(job, "vertices", "id", job + "/vertices/")) {
            ask(vertex, vertex + "/accumulators", vertex + "/metrics", vertex + "/watermarks");
            ask(vertex + "/subtasks/accumulators", vertex + "/subtasks/0");
            ask(vertex + "/subtasktimes", vertex + "/taskmanagers");
            ask(vertex + "/jm-operator-metrics");
        }
    }

    /** Requests a list and returns the paths of its elements. */
    private Set<String> found(String path, String list, String name, String prefix)
            throws IOException, InterruptedException {
        ask(path);
        Set<String> paths = new TreeSet<>();
        byte[] answer = answers.get(path);
        if (answer != null) {
            for (JsonNode element : JSON.readTree(answer).path(list)) {
                String value = element.path(name).asText();
                paths.add(prefix + URLEncoder.encode(value, StandardCharsets.UTF_8));
            }
        }
        return paths;
    }

    private void ask(String... paths) throws IOException, InterruptedException {
        for (String path : paths) {
            HttpResponse<byte[]> answer =
                    http.send(
                            HttpRequest.newBuilder(URI.create(url + path)).timeout(TIMEOUT).build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() == OK) {
                answers.put(path, answer.body());
            }
        }
    }
}
