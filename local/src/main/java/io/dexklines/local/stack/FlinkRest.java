package io.dexklines.local.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.secret.TlsIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client of Flink's REST API. */
public final class FlinkRest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int HTTP_ERROR = 400;

    /** The longest request line that Flink accepts is 4096 characters. */
    private static final int METRICS_A_REQUEST = 20;

    private static final Pattern CLOCK_LAG = Pattern.compile(".*\\.chain\\.([^.]+)\\.clockLagMs");
    private static final Pattern HELD_BY =
            Pattern.compile(
                    ".*\\.chain\\.([^.]+)\\.topic\\.([^.]+)\\.partition\\.(\\d+)\\.reason\\.(\\w+)\\.heldBy");

    private static final Pattern ROWS_WAITING = Pattern.compile(".*\\.(\\w+)RowsWaiting");
    private static final Pattern OLDEST_WAITING =
            Pattern.compile(".*\\.(\\w+)OldestWaitingSeconds");

    private static final Pattern INPUT =
            Pattern.compile("Source__Trades\\.(numRecordsInPerSecond|pendingRecords)");

    private static final Pattern CHECK = Pattern.compile(".*\\.store\\.([^.]+)\\.(klines\\w+)");

    private final List<String> urls;
    private final HttpClient http;

    /** The index of the address that answered last. */
    private volatile int answering;

    /**
     * @param url such as {@code https://127.0.0.1:8081}
     * @param identity the certificate of this client; empty if the cluster asks for none
     * @throws IllegalStateException if the certificate cannot be read
     */
    public FlinkRest(String url, Optional<TlsIdentity> identity) {
        this(List.of(url), identity);
    }

    /**
     * A client of several JobManagers, of which it asks one that answers.
     *
     * @param urls as above, at least one
     */
    public FlinkRest(List<String> urls, Optional<TlsIdentity> identity) {
        this.urls = List.copyOf(urls);
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(TIMEOUT);
        identity.map(TlsIdentity::context).ifPresent(builder::sslContext);
        this.http = builder.build();
    }

    /** Returns the resource ids of the registered TaskManagers. */
    List<String> taskManagerIds() throws IOException, InterruptedException {
        return get("/taskmanagers")
                .path("taskmanagers")
                .valueStream()
                .map(taskManager -> taskManager.path("id").asText())
                .toList();
    }

    /** Returns the resource ids of the TaskManagers of which a job uses a slot. */
    public List<String> busyTaskManagerIds() throws IOException, InterruptedException {
        return get("/taskmanagers")
                .path("taskmanagers")
                .valueStream()
                .filter(each -> each.path("freeSlots").asInt() < each.path("slotsNumber").asInt())
                .map(each -> each.path("id").asText())
                .toList();
    }

    /** Returns whether all tasks of a job are running, which is later than its own state. */
    public boolean allTasksRun(String id) throws IOException, InterruptedException {
        List<JsonNode> tasks = get("/jobs/" + id).path("vertices").valueStream().toList();
        return !tasks.isEmpty()
                && tasks.stream()
                        .allMatch(
                                vertex ->
                                        vertex.path("tasks").path("RUNNING").asInt()
                                                == vertex.path("parallelism").asInt());
    }

    /**
     * Returns the number of failed checkpoints since the submission or, after a change of the
     * leader, since then. It may be some seconds old.
     */
    public long failedCheckpoints(String id) throws IOException, InterruptedException {
        return get("/jobs/" + id + "/checkpoints").path("counts").path("failed").asLong();
    }

    /** Returns the state of a job. What it says of checkpoints may be some seconds old. */
    public FlinkJob job(String id) throws IOException, InterruptedException {
        JsonNode job = get("/jobs/" + id);
        JsonNode checkpoints = get("/jobs/" + id + "/checkpoints");
        return new FlinkJob(
                id,
                job.path("state").asText(),
                restarts(id, job.path("vertices")),
                checkpoints.path("counts").path("completed").asLong(),
                checkpoints.path("latest").path("completed").path("trigger_timestamp").asLong());
    }

    /**
     * Returns the clocks of the chains and what holds them back. A cluster collects its metrics
     * about every 10 seconds, so they may be that old.
     */
    public JobClocks clocks(String id) throws IOException, InterruptedException {
        List<JobClocks.ChainClock> clocks = new ArrayList<>();
        List<JobClocks.Holder> holders = new ArrayList<>();
        forEach(
                id,
                "max",
                CLOCK_LAG,
                (name, lagMs) -> clocks.add(new JobClocks.ChainClock(name.group(1), lagMs)));
        for (JsonNode vertex : get("/jobs/" + id).path("vertices")) {
            String path = "/jobs/" + id + "/vertices/" + vertex.path("id").asText();
            for (JsonNode metric : values(path + "/jm-operator-metrics", "", HELD_BY)) {
                Matcher name = HELD_BY.matcher(metric.path("id").asText());
                if (name.matches() && metric.path("value").asDouble() > 0) {
                    holders.add(
                            new JobClocks.Holder(
                                    name.group(1),
                                    name.group(2),
                                    Integer.parseInt(name.group(3)),
                                    name.group(4)));
                }
            }
        }
        clocks.sort(Comparator.comparing(JobClocks.ChainClock::chainId));
        holders.sort(
                Comparator.comparing(JobClocks.Holder::chainId)
                        .thenComparing(JobClocks.Holder::topic)
                        .thenComparing(JobClocks.Holder::partition));
        return new JobClocks(clocks, holders);
    }

    /**
     * Returns what the job reads. A cluster collects its metrics about every 10 seconds, so the
     * numbers may be that old.
     */
    public JobTraffic traffic(String id) throws IOException, InterruptedException {
        Map<String, Long> sums = new HashMap<>();
        forEach(id, "sum", INPUT, (name, sum) -> sums.merge(name.group(1), sum, Long::sum));
        return new JobTraffic(
                sums.getOrDefault("numRecordsInPerSecond", 0L),
                sums.getOrDefault("pendingRecords", 0L));
    }

    /**
     * Returns what the job found in the stores. A cluster collects its metrics about every 10
     * seconds, so the numbers may be that old.
     */
    public StoreChecks checks(String id) throws IOException, InterruptedException {
        Map<String, Map<String, Long>> byStore = new TreeMap<>();
        forEach(
                id,
                "sum",
                CHECK,
                (name, count) ->
                        byStore.computeIfAbsent(name.group(1), store -> new HashMap<>())
                                .merge(name.group(2), count, Long::sum));
        List<StoreChecks.StoreCheck> checks = new ArrayList<>();
        byStore.forEach(
                (store, counts) ->
                        checks.add(
                                new StoreChecks.StoreCheck(
                                        store,
                                        counts.getOrDefault("klinesChecked", 0L),
                                        counts.getOrDefault("klinesWrong", 0L),
                                        counts.getOrDefault("klinesMissing", 0L),
                                        counts.getOrDefault("klinesAhead", 0L),
                                        counts.getOrDefault("klinesUnchecked", 0L))));
        return new StoreChecks(checks);
    }

    /**
     * Returns what waits for the stores. A cluster collects its metrics about every 10 seconds, so
     * the numbers may be that old.
     */
    public StoreBacklogs backlogs(String id) throws IOException, InterruptedException {
        Map<String, Long> rows = new TreeMap<>();
        Map<String, Long> oldestSeconds = new HashMap<>();
        forEach(
                id,
                "sum",
                ROWS_WAITING,
                (name, count) -> rows.merge(name.group(1), count, Long::sum));
        forEach(
                id,
                "max",
                OLDEST_WAITING,
                (name, seconds) -> oldestSeconds.merge(name.group(1), seconds, Math::max));
        List<StoreBacklogs.Backlog> backlogs = new ArrayList<>();
        rows.forEach(
                (store, waiting) ->
                        backlogs.add(
                                new StoreBacklogs.Backlog(
                                        store, waiting, oldestSeconds.getOrDefault(store, 0L))));
        return new StoreBacklogs(backlogs);
    }

    /**
     * Returns how often the job found that a kind of store went back in time, since its last start.
     * A cluster collects its metrics about every 10 seconds, so the number may be that old.
     *
     * @param store {@code mysql} or {@code redis}
     */
    public long losses(String id, String store) throws IOException, InterruptedException {
        List<Long> counts = new ArrayList<>();
        Pattern metric = Pattern.compile(".*\\." + store + "Losses");
        forEach(id, "sum", metric, (name, count) -> counts.add(count));
        return counts.stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Passes on the metrics of the job's operators whose names match, each with the match and with
     * its value over all subtasks.
     *
     * @param aggregation {@code sum} or {@code max}
     */
    private void forEach(
            String id, String aggregation, Pattern pattern, BiConsumer<Matcher, Long> action)
            throws IOException, InterruptedException {
        for (JsonNode vertex : get("/jobs/" + id).path("vertices")) {
            String path =
                    "/jobs/" + id + "/vertices/" + vertex.path("id").asText() + "/subtasks/metrics";
            for (JsonNode metric : values(path, "agg=" + aggregation + "&", pattern)) {
                Matcher name = pattern.matcher(metric.path("id").asText());
                if (name.matches()) {
                    action.accept(name, (long) metric.path(aggregation).asDouble());
                }
            }
        }
    }

    /** Returns the values of the metrics of a kind whose names match. */
    private List<JsonNode> values(String path, String aggregation, Pattern name)
            throws IOException, InterruptedException {
        List<String> names =
                get(path)
                        .valueStream()
                        .map(metric -> metric.path("id").asText())
                        .filter(id -> name.matcher(id).matches())
                        .map(id -> URLEncoder.encode(id, StandardCharsets.UTF_8))
                        .toList();
        List<JsonNode> values = new ArrayList<>();
        for (int from = 0; from < names.size(); from += METRICS_A_REQUEST) {
            List<String> some =
                    names.subList(from, Math.min(from + METRICS_A_REQUEST, names.size()));
            get(path + '?' + aggregation + "get=" + String.join(",", some)).forEach(values::add);
        }
        return values;
    }

    /**
     * Returns the highest number of attempts of a subtask before the current one. A restart counts
     * as soon as the tasks are scheduled again. The metric {@code numRestarts} would count it
     * later: Flink answers with the value that it fetched after the previous request.
     */
    private long restarts(String id, JsonNode vertices) throws IOException, InterruptedException {
        long restarts = 0;
        for (JsonNode vertex : vertices) {
            JsonNode details = get("/jobs/" + id + "/vertices/" + vertex.path("id").asText());
            for (JsonNode subtask : details.path("subtasks")) {
                restarts = Math.max(restarts, subtask.path("attempt").asLong());
            }
        }
        return restarts;
    }

    /** Returns the highest parallelism of the job's vertices. */
    public int parallelism(String id) throws IOException, InterruptedException {
        return get("/jobs/" + id)
                .path("vertices")
                .valueStream()
                .mapToInt(vertex -> vertex.path("parallelism").asInt())
                .max()
                .orElse(0);
    }

    /**
     * Returns the id of the job that was submitted last, whether running or not. Queries of Flink
     * SQL and other jobs count only if no job has the name of dex-klines.
     */
    public Optional<String> newestJobId() throws IOException, InterruptedException {
        return get("/jobs/overview")
                .path("jobs")
                .valueStream()
                .max(
                        Comparator.comparing(FlinkRest::isKlineJob)
                                .thenComparingLong(job -> job.path("start-time").asLong()))
                .map(job -> job.path("jid").asText());
    }

    private static boolean isKlineJob(JsonNode job) {
        return job.path("name").asText().equals("dex-klines");
    }

    /** Returns the stack trace of the job's last failure, or an empty text. */
    public String rootException(String id) throws IOException, InterruptedException {
        return get("/jobs/" + id + "/exceptions?maxExceptions=1")
                .path("exceptionHistory")
                .path("entries")
                .path(0)
                .path("stacktrace")
                .asText();
    }

    /** Requests that the cluster cancels the job. Its last checkpoint stays. */
    public void cancel(String id) throws IOException, InterruptedException {
        send("PATCH", "/jobs/" + id + "?mode=cancel");
    }

    /**
     * Returns the answer to a GET request.
     *
     * @param path such as {@code /jobs/overview}
     * @throws IOException if the cluster does not answer, or answers with an error
     */
    public JsonNode get(String path) throws IOException, InterruptedException {
        return send("GET", path);
    }

    /** Asks the JobManager that answered last, and the others if it does not answer. */
    private JsonNode send(String method, String path) throws IOException, InterruptedException {
        int first = answering;
        IOException failure = null;
        for (int tried = 0; tried < urls.size(); tried++) {
            int index = (first + tried) % urls.size();
            try {
                JsonNode answer = send(method, URI.create(urls.get(index) + path));
                answering = index;
                return answer;
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        throw failure;
    }

    private JsonNode send(String method, URI uri) throws IOException, InterruptedException {
        HttpResponse<byte[]> response =
                http.send(
                        HttpRequest.newBuilder(uri)
                                .method(method, HttpRequest.BodyPublishers.noBody())
                                .timeout(TIMEOUT)
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() >= HTTP_ERROR) {
            throw new IOException(
                    "%s %s: %d %s"
                            .formatted(
                                    response.request().method(),
                                    response.uri(),
                                    response.statusCode(),
                                    new String(response.body(), StandardCharsets.UTF_8)));
        }
        return JSON.readTree(response.body());
    }
}
