package io.dexklines.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Reads clocks and checks from a REST API that answers as Flink's does, with the names of Flink's
 * metrics.
 */
class FlinkRestTest {

    private static final String KLINES = "Klines_of_all_intervals";
    private static final String HELD =
            "Source__Trades.coordinator.enumerator.chain.%s.topic.%s.partition.%d.reason.%s.heldBy";
    private static final String VERTICES =
            "{\"vertices\":[{\"id\":\"trades\"},{\"id\":\"klines\"}]}";

    private final Map<String, Integer> clockLags = new TreeMap<>();
    private final Map<String, Integer> held = new TreeMap<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer("/jobs/1", query -> VERTICES);
        answer("/jobs/1/vertices/trades/subtasks/metrics", query -> "[]");
        answer("/jobs/1/vertices/klines/subtasks/metrics", query -> metrics(clockLags, query));
        answer("/jobs/1/vertices/trades/jm-operator-metrics", query -> metrics(held, query));
        answer("/jobs/1/vertices/klines/jm-operator-metrics", query -> "[]");
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void theClocksAreTheMetricsOfTheKlinesAndTheHoldsThoseOfTheSource() throws Exception {
        clockLags.put(KLINES + ".chain.56.clockLagMs", 137_249);
        clockLags.put(KLINES + ".chain.1.clockLagMs", 5_300);
        clockLags.put(KLINES + ".chain.8453.clockLagMs", -1);
        clockLags.put(KLINES + ".interval.1m.wholeFromMs", 0);
        held.put(HELD.formatted("56", "bsc-trades", 2, "open_transaction"), 1);
        held.put(HELD.formatted("56", "bsc-trades", 2, "lag"), 0);
        held.put("Source__Trades.coordinator.enumerator.unassignedSplits", 3);

        assertThat(clocks().lines(Instant.parse("2026-01-05T00:02:20Z")))
                .containsExactly(
                        "clocks    1        2026-01-05T00:02:14Z, 5.3 s behind",
                        "          56       2026-01-05T00:00:02Z, 137.2 s behind,"
                                + " held by bsc-trades-2: open_transaction",
                        "          8453     not started");
        assertThat(clocks().times(Instant.parse("2026-01-05T00:02:20Z")))
                .isEqualTo(
                        Map.of(
                                "1",
                                Instant.parse("2026-01-05T00:02:14.700Z"),
                                "56",
                                Instant.parse("2026-01-05T00:00:02.751Z")));
    }

    @Test
    void moreMetricsThanFitIntoOneRequestAreAllRead() throws Exception {
        List<JobClocks.Holder> all = new ArrayList<>();
        for (int partition = 0; partition < 64; partition++) {
            held.put(HELD.formatted("100000", "sol-trades", partition, "lag"), 1);
            all.add(new JobClocks.Holder("100000", "sol-trades", partition, "lag"));
        }

        assertThat(clocks().heldBy()).isEqualTo(all);
    }

    @Test
    void aJobThatReportsNoClocksHasNone() throws Exception {
        assertThat(clocks()).isEqualTo(JobClocks.NONE);
        assertThat(clocks().lines(Instant.EPOCH)).isEmpty();
    }

    @Test
    void theChecksAreTheSumsOverAllSubtasks() throws Exception {
        String check = "Check_of_stored_klines__Writer.store.%s.%s";
        clockLags.put(check.formatted("redis", "klinesChecked"), 118);
        clockLags.put(check.formatted("redis", "klinesWrong"), 0);
        clockLags.put(check.formatted("redis", "klinesMissing"), 0);
        clockLags.put(check.formatted("redis", "klinesAhead"), 0);
        clockLags.put(check.formatted("redis", "klinesUnchecked"), 0);
        clockLags.put(check.formatted("mysql", "klinesChecked"), 120);
        clockLags.put(check.formatted("mysql", "klinesWrong"), 2);
        clockLags.put(check.formatted("mysql", "klinesMissing"), 1);
        clockLags.put(check.formatted("mysql", "klinesAhead"), 3);
        clockLags.put(check.formatted("mysql", "klinesUnchecked"), 4);

        assertThat(rest().checks("1").lines())
                .containsExactly(
                        "checks    mysql    120 klines checked, 2 wrong, 1 missing, 3 ahead,"
                                + " 4 unchecked",
                        "          redis    118 klines checked, 0 wrong, 0 missing");
    }

    @Test
    void lossesOfAStoreAreThoseOfAllItsOperators() throws Exception {
        clockLags.put("MySQL.mysqlLosses", 2);
        clockLags.put("MySQL__smart_money.mysqlLosses", 1);
        clockLags.put("Redis.redisLosses", 4);
        clockLags.put("MySQL.mysqlRowsWaiting", 8);

        assertThat(rest().losses("1", "mysql")).isEqualTo(3);
    }

    @Test
    void theBacklogOfAStoreIsThatOfAllItsOperators() throws Exception {
        clockLags.put("MySQL.mysqlRowsWaiting", 1_200);
        clockLags.put("MySQL.mysqlOldestWaitingSeconds", 4);
        clockLags.put("MySQL__smart_money.mysqlRowsWaiting", 30);
        clockLags.put("MySQL__smart_money.mysqlOldestWaitingSeconds", 65);
        clockLags.put("Redis.redisRowsWaiting", 0);
        clockLags.put("Redis.redisOldestWaitingSeconds", 0);

        assertThat(rest().backlogs("1").lines())
                .containsExactly(
                        "waiting   mysql    1230 rows, the oldest for 65 s",
                        "          redis    0 rows, the oldest for 0 s");
    }

    @Test
    void theTrafficIsThatOfTheTradeTopics() throws Exception {
        clockLags.put("Source__Trades.numRecordsInPerSecond", 131);
        clockLags.put("Source__Trades.pendingRecords", 9);
        clockLags.put("Source__Wallet_lists.numRecordsInPerSecond", 3);
        clockLags.put("Wallet_prefilter.numRecordsInPerSecond", 200);

        assertThat(rest().traffic("1").lines())
                .containsExactly("input     131 records/s, 9 not read yet");
    }

    @Test
    void aJobThatChecksNothingReportsNothing() throws Exception {
        assertThat(rest().checks("1")).isEqualTo(StoreChecks.NONE);
        assertThat(StoreChecks.NONE.lines()).isEmpty();
    }

    @Test
    void aQueryIsNotTakenForTheJob() throws Exception {
        List<String> jobs = new ArrayList<>();
        answer("/jobs/overview", any -> "{\"jobs\":[" + String.join(",", jobs) + "]}");
        assertThat(rest().newestJobId()).isEmpty();

        jobs.add("{\"jid\":\"a\",\"name\":\"SELECT 1\",\"start-time\":4}");
        assertThat(rest().newestJobId()).hasValue("a");

        jobs.add("{\"jid\":\"b\",\"name\":\"dex-klines\",\"start-time\":2}");
        jobs.add("{\"jid\":\"c\",\"name\":\"dex-klines\",\"start-time\":3}");
        jobs.add("{\"jid\":\"d\",\"name\":\"dex-klines\",\"start-time\":1}");
        assertThat(rest().newestJobId()).hasValue("c");
    }

    @Test
    void aTaskManagerIsBusyIfAJobUsesOneOfItsSlots() throws Exception {
        answer(
                "/taskmanagers",
                query ->
                        """
                        {"taskmanagers":[
                          {"id":"a","slotsNumber":2,"freeSlots":2},
                          {"id":"b","slotsNumber":2,"freeSlots":1},
                          {"id":"c","slotsNumber":2,"freeSlots":0}]}
                        """);

        assertThat(rest().busyTaskManagerIds()).containsExactly("b", "c");
    }

    @Test
    void aJobManagerThatAnswersIsAskedInPlaceOfOneThatDoesNot() throws Exception {
        answer("/taskmanagers", query -> "{\"taskmanagers\":[{\"id\":\"taskmanager-0-1\"}]}");
        FlinkRest rest =
                new FlinkRest(List.of("http://127.0.0.1:" + Ports.free(), url()), Optional.empty());

        assertThat(rest.taskManagerIds()).containsExactly("taskmanager-0-1");
        assertThat(rest.taskManagerIds()).containsExactly("taskmanager-0-1");
        assertThatThrownBy(() -> rest.job("1")).hasMessageContaining("/jobs/1/checkpoints: 404");
    }

    @Test
    void allTasksRunWhenEachSubtaskDoes() throws Exception {
        List<Integer> running = new ArrayList<>(List.of(2, 3));
        answer(
                "/jobs/2",
                query ->
                        """
                        {"vertices":[{"parallelism":1,"tasks":{"RUNNING":1}},
                        {"parallelism":3,"tasks":{"RUNNING":%d,"DEPLOYING":1}}]}
                        """
                                .formatted(running.remove(0)));

        assertThat(rest().allTasksRun("2")).isFalse();
        assertThat(rest().allTasksRun("2")).isTrue();
    }

    private JobClocks clocks() throws Exception {
        return rest().clocks("1");
    }

    private FlinkRest rest() {
        return new FlinkRest(url(), Optional.empty());
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private interface Answer {
        String to(String query);
    }

    private void answer(String path, Answer answer) {
        server.createContext(
                path,
                exchange -> {
                    String line = exchange.getRequestURI().toString();
                    byte[] body =
                            answer.to(exchange.getRequestURI().getQuery())
                                    .getBytes(StandardCharsets.UTF_8);
                    boolean isFound = exchange.getRequestURI().getPath().equals(path);
                    boolean isTooLong = line.length() > 4000;
                    exchange.sendResponseHeaders(
                            isTooLong ? 414 : isFound ? 200 : 404, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
    }

    /** Returns the names of all metrics, or the values of those that a query asks for. */
    private static String metrics(Map<String, Integer> values, String query) {
        if (query == null) {
            return values.keySet().stream()
                    .map("{\"id\":\"%s\"}"::formatted)
                    .collect(Collectors.joining(",", "[", "]"));
        }
        String value =
                query.contains("agg=max")
                        ? "\"max\":%d.0"
                        : query.contains("agg=sum") ? "\"sum\":%d.0" : "\"value\":\"%d\"";
        return Stream.of(query.substring(query.indexOf("get=") + 4).split(","))
                .map(name -> ("{\"id\":\"%s\"," + value + "}").formatted(name, values.get(name)))
                .collect(Collectors.joining(",", "[", "]"));
    }
}
