package io.dexklines.job.endtoend.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.job.endtoend.WholeStack.Running;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What an operator sees of a job: its metrics in Flink's REST API and its log. */
final class JobObserver {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final Running running;

    JobObserver(Running running) {
        this.running = running;
        this.http = running.flinkClient();
    }

    /**
     * Returns the sum of a metric over all subtasks of all operators that have it; 0 if none has
     * it.
     *
     * @param name without the name of the operator
     */
    long metric(String name) throws IOException, InterruptedException {
        long sum = 0;
        String job = "/jobs/" + running.addresses().jobId();
        for (JsonNode vertex : get(job).path("vertices")) {
            String metrics = job + "/vertices/" + vertex.path("id").asText() + "/subtasks/metrics";
            for (JsonNode metric : get(metrics)) {
                String id = metric.path("id").asText();
                if (id.endsWith("." + name)) {
                    sum +=
                            get(metrics
                                            + "?agg=sum&get="
                                            + URLEncoder.encode(id, StandardCharsets.UTF_8))
                                    .path(0)
                                    .path("sum")
                                    .asLong();
                }
            }
        }
        return sum;
    }

    /** Returns the log of the TaskManager. */
    String taskManagerLog() throws IOException {
        return Files.readString(
                Path.of(running.folder().toString(), "flink", "log", "taskmanager-0.log"));
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(
                http.send(
                                HttpRequest.newBuilder(
                                                URI.create(running.addresses().flink() + path))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body());
    }
}
