package io.dexklines.local.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Flink's REST interface, as far as the stack needs it. */
public final class FlinkRest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int HTTP_ERROR = 400;
    private static final Pattern WHOLE_FROM =
            Pattern.compile(".*\\.interval\\.(\\w+)\\.wholeFromMs");

    private final String url;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(TIMEOUT)
                    .build();

    /**
     * @param url such as {@code http://127.0.0.1:8081}
     */
    public FlinkRest(String url) {
        this.url = url;
    }

    /** How many TaskManagers are registered. */
    public int taskManagers() throws IOException, InterruptedException {
        return get("/overview").path("taskmanagers").asInt();
    }

    /** The ids of all jobs that the cluster remembers, running or not. */
    public List<String> jobIds() throws IOException, InterruptedException {
        List<String> ids = new ArrayList<>();
        get("/jobs").path("jobs").forEach(job -> ids.add(job.path("id").asText()));
        return ids;
    }

    /** That job. */
    public FlinkJob job(String id) throws IOException, InterruptedException {
        JsonNode restarts = get("/jobs/" + id + "/metrics?get=numRestarts");
        return new FlinkJob(
                id,
                get("/jobs/" + id).path("state").asText(),
                restarts.path(0).path("value").asLong(),
                get("/jobs/" + id + "/checkpoints").path("counts").path("completed").asLong());
    }

    /** The parallelism of the job's widest stage. */
    public int parallelism(String id) throws IOException, InterruptedException {
        int widest = 0;
        for (JsonNode vertex : get("/jobs/" + id).path("vertices")) {
            widest = Math.max(widest, vertex.path("parallelism").asInt());
        }
        return widest;
    }

    /** The id of the job that was submitted last, running or not. */
    public Optional<String> newestJobId() throws IOException, InterruptedException {
        Optional<JsonNode> newest = Optional.empty();
        for (JsonNode job : get("/jobs/overview").path("jobs")) {
            if (newest.isEmpty() || startedMs(job) > startedMs(newest.get())) {
                newest = Optional.of(job);
            }
        }
        return newest.map(job -> job.path("jid").asText());
    }

    private static long startedMs(JsonNode job) {
        return job.path("start-time").asLong();
    }

    /**
     * From when on the klines of an interval are whole, by its code: what the job tells in its
     * metrics, which takes a moment after its start; epoch milliseconds.
     */
    public Map<String, Long> wholeFromMs(String jobId) throws IOException, InterruptedException {
        Map<String, Long> wholeFromMs = new TreeMap<>();
        for (JsonNode vertex : get("/jobs/" + jobId).path("vertices")) {
            String metrics =
                    "/jobs/%s/vertices/%s/subtasks/metrics"
                            .formatted(jobId, vertex.path("id").asText());
            List<String> names = new ArrayList<>();
            for (JsonNode metric : get(metrics)) {
                if (WHOLE_FROM.matcher(metric.path("id").asText()).matches()) {
                    names.add(metric.path("id").asText());
                }
            }
            if (!names.isEmpty()) {
                for (JsonNode metric : get(metrics + "?agg=max&get=" + String.join(",", names))) {
                    Matcher name = WHOLE_FROM.matcher(metric.path("id").asText());
                    if (name.matches()) {
                        wholeFromMs.put(name.group(1), (long) metric.path("max").asDouble());
                    }
                }
            }
        }
        return wholeFromMs;
    }

    /** When the job began to run, the last time if it was restarted; epoch milliseconds. */
    public long runningSinceMs(String id) throws IOException, InterruptedException {
        return get("/jobs/" + id).path("timestamps").path("RUNNING").asLong();
    }

    /** Why the job failed last, in one text; empty if it never did. */
    public String rootException(String id) throws IOException, InterruptedException {
        return get("/jobs/" + id + "/exceptions?maxExceptions=1")
                .path("exceptionHistory")
                .path("entries")
                .path(0)
                .path("stacktrace")
                .asText();
    }

    /** Asks the cluster to cancel the job; its last checkpoint stays. */
    public void cancel(String id) throws IOException, InterruptedException {
        send(
                HttpRequest.newBuilder(URI.create(url + "/jobs/" + id + "?mode=cancel"))
                        .method("PATCH", HttpRequest.BodyPublishers.noBody()));
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url + path)));
    }

    private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response =
                http.send(
                        request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() >= HTTP_ERROR) {
            throw new IOException(
                    response.request().method()
                            + " "
                            + response.uri()
                            + ": "
                            + response.statusCode()
                            + " "
                            + new String(response.body(), java.nio.charset.StandardCharsets.UTF_8));
        }
        return JSON.readTree(response.body());
    }
}
