package io.dexklines.verifier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.secret.TlsIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client of Flink's REST API for one job. */
final class FlinkRest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int HTTP_OK = 200;
    private static final Pattern WHOLE_FROM =
            Pattern.compile(".*\\.interval\\.(\\w+)\\.wholeFromMs");

    private final String url;
    private final Optional<String> jobId;
    private final HttpClient http;

    /**
     * @param identity the certificate of this client; empty if the cluster asks for none
     * @param jobId the job; empty for the newest job at each request, since an operator may replace
     *     it
     */
    FlinkRest(String url, Optional<TlsIdentity> identity, Optional<String> jobId) {
        this.url = url;
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(TIMEOUT);
        identity.map(TlsIdentity::context).ifPresent(builder::sslContext);
        this.http = builder.build();
        this.jobId = jobId;
    }

    /**
     * Returns when the first whole kline of each interval opens, by the interval's code, in epoch
     * milliseconds. The job reports these times as metrics shortly after its start.
     */
    Map<String, Long> wholeFromMs() {
        String job = job();
        Map<String, Long> wholeFromMs = new TreeMap<>();
        for (JsonNode vertex : get(job).path("vertices")) {
            String metrics = job + "/vertices/" + vertex.path("id").asText() + "/subtasks/metrics";
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

    /** Returns the time of the last start or restart of the job, in epoch milliseconds. */
    long runningSinceMs() {
        return get(job()).path("timestamps").path("RUNNING").asLong();
    }

    /** Returns the checkpoint interval of the job; zero if it is unknown. */
    Duration checkpointInterval() {
        long ms = get(job() + "/checkpoints/config").path("interval").asLong();
        // without periodic checkpoints Flink reports the largest long
        return ms == Long.MAX_VALUE ? Duration.ZERO : Duration.ofMillis(ms);
    }

    private String job() {
        return "/jobs/" + jobId.orElseGet(this::newestJobId);
    }

    /** Queries of Flink SQL and other jobs count only if no job has the name of dex-klines. */
    private String newestJobId() {
        return get("/jobs/overview")
                .path("jobs")
                .valueStream()
                .max(
                        Comparator.comparing(FlinkRest::isKlineJob)
                                .thenComparingLong(job -> job.path("start-time").asLong()))
                .map(job -> job.path("jid").asText())
                .orElseThrow(() -> new VerificationException("Flink at " + url + " has no job"));
    }

    private static boolean isKlineJob(JsonNode job) {
        return job.path("name").asText().equals("dex-klines");
    }

    private JsonNode get(String path) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(TIMEOUT).build();
        try {
            HttpResponse<byte[]> response =
                    http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() != HTTP_OK) {
                throw new VerificationException(
                        "Flink: status %d of %s".formatted(response.statusCode(), request.uri()));
            }
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new VerificationException("Flink at " + url + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VerificationException("interrupted", e);
        }
    }
}
