package io.dexklines.chaos;

import io.dexklines.chaos.cluster.ChaosCluster;
import io.dexklines.chaos.cluster.Node;
import io.dexklines.chaos.cluster.Role;
import io.dexklines.chaos.input.ChaosInput;
import io.dexklines.chaos.verdict.Evidence;
import io.dexklines.chaos.verdict.MySqlLoss;
import io.dexklines.chaos.verdict.MySqlRows;
import io.dexklines.chaos.verdict.MySqlRows.Version;
import io.dexklines.chaos.verdict.RestoredMySql;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.local.stack.StackFiles;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * A run in which a MySQL server goes back to a backup while trades arrive. A backup is taken soon
 * after the start of the input, and restored shortly before its end. After the end, all sinks are
 * verified. Then the job replays the trades, as {@code docs/replay.md} says, and all sinks are
 * verified again.
 *
 * <p>The input is the market alone, with its redelivered trades: a trade that is injected as late
 * may count in one of the two runs of the job and not in the other.
 */
final class MySqlBackInTime {

    /**
     * The verification leaves the trades of a wallet undecided until that time after its listing,
     * and the wallets are listed only moments before the first trade.
     */
    private static final String MAX_FUTURE = "5 s";

    /** The time from the start of the input to the backup, and from its restoration to the end. */
    private static final Duration EDGE = Duration.ofSeconds(10);

    private static final Duration NOTICED_WITHIN = Duration.ofMinutes(1);
    private static final Duration REPLAYED_WITHIN = Duration.ofMinutes(5);
    private static final long POLL_MS = 1_000;
    private static final Optional<Integer> ONE = Optional.of(1);

    /** Longer than it takes until the wall clock has closed the last klines. */
    private static final Duration LOSS_SETTLES = Duration.ofSeconds(45);

    private static final Duration REPLAY_SETTLES = Duration.ofMinutes(2);

    /** The topics of the replay, to which it writes exactly once, by their options. */
    private static final Map<String, String> TOPICS =
            Map.of(
                    "excluded.topic", "trades-excluded-replayed",
                    "smart-money.notifications-topic", "smart-money-notifications-replayed",
                    "smart-money.clusters-topic", "smart-money-clusters-replayed");

    private final ChaosRun.Settings settings;
    private final ChaosRun steps;

    private MySqlBackInTime(ChaosRun.Settings settings, PrintStream log) {
        this.settings = settings;
        this.steps = new ChaosRun(settings, log);
    }

    /**
     * Carries out the run, and returns the report; its last line is that of the verdict.
     *
     * @param log receives a line for each step
     */
    static List<String> run(ChaosRun.Settings settings, PrintStream log) throws Exception {
        return new MySqlBackInTime(settings.withJob("ingest.max-future", MAX_FUTURE), log).run();
    }

    private List<String> run() throws Exception {
        try (ChaosCluster cluster = steps.start();
                ChaosInput input =
                        ChaosInput.start(cluster.brokers(), steps.input().withDisturbance(0));
                Watchers watchers = Watchers.start(cluster, steps.input(), settings.folder())) {
            Node node = cluster.nodes(Role.MYSQL).get(0);
            EmbeddedMariaDb server = cluster.mySql(node);
            steps.awaitSinceStart(EDGE);
            long backupAtMs = steps.sinceStartMs();
            backUp(node, server);
            steps.log("a backup of %s is taken", node);
            steps.awaitSinceStart(settings.length().minus(EDGE));
            restore(node, server);
            long restoredAtMs = steps.sinceStartMs();
            steps.log("%s is back in time", node);
            long losses = awaitNoticed(cluster);
            long noticedAfterMs = steps.sinceStartMs() - restoredAtMs;
            steps.log("the job has noticed it: mysqlLosses is %d", losses);
            steps.awaitSinceStart(settings.length());
            steps.awaitEnd(cluster, input);
            long entries = ChaosRun.sent(input.ledger()).entries();

            Evidence.Verified damaged = ChaosRun.verified(steps.verify(cluster, LOSS_SETTLES));
            MySqlRows had = rowsOf(had());
            MySqlLoss loss = MySqlLoss.of(had, rows(server));
            steps.log("really lost: %s", loss);
            long replayFromMs = steps.sinceStartMs();
            replay(cluster);
            long replayMs = steps.sinceStartMs() - replayFromMs;
            steps.log("the trades are being replayed");
            Evidence.Verified replayed = ChaosRun.verified(steps.verify(cluster, REPLAY_SETTLES));
            return new RestoredMySql(
                            settings.seed(),
                            entries,
                            backupAtMs,
                            restoredAtMs,
                            had.count(),
                            rowsOf(backup()).count(),
                            losses,
                            noticedAfterMs,
                            logged(),
                            loss,
                            damaged,
                            replayMs,
                            MySqlLoss.of(had, rows(server)),
                            replayed,
                            watchers.clients())
                    .lines();
        }
    }

    /** Returns the folder of the server with the backup. */
    private Path backup() {
        return settings.folder().resolve("mysql-backup");
    }

    /** Returns the folder of the server with the rows at the time when it was killed. */
    private Path had() {
        return settings.folder().resolve("mysql-killed");
    }

    private void backUp(Node node, EmbeddedMariaDb server) throws IOException {
        node.stop();
        StackFiles.copyFolder(server.data(), backup().resolve("data"));
        node.restart();
    }

    /** Kills the server, keeps its rows for {@link #had}, and gives it those of the backup. */
    private void restore(Node node, EmbeddedMariaDb server) throws IOException {
        node.kill();
        Files.createDirectories(had());
        Files.move(server.data(), had().resolve("data"));
        StackFiles.copyFolder(backup().resolve("data"), server.data());
        node.restart();
    }

    private static long awaitNoticed(ChaosCluster cluster) throws InterruptedException {
        long deadlineNs = System.nanoTime() + NOTICED_WITHIN.toNanos();
        long losses = 0;
        while (losses == 0 && System.nanoTime() < deadlineNs) {
            Thread.sleep(POLL_MS);
            try {
                losses = cluster.rest().losses(cluster.jobId(), "mysql");
            } catch (IOException e) {
                // no JobManager leads
            }
        }
        return losses;
    }

    /** Returns the lines in which the job reports a loss. */
    private List<String> logged() throws IOException {
        List<String> reports = new ArrayList<>();
        try (Stream<Path> logs = Files.list(settings.folder().resolve("cluster/flink/log"))) {
            for (Path log : logs.filter(file -> file.toString().endsWith(".log")).toList()) {
                try (Stream<String> lines = Files.lines(log)) {
                    lines.filter(line -> line.contains("sink_progress has an older state"))
                            .forEach(reports::add);
                }
            }
        }
        return reports;
    }

    /**
     * Stops the job and starts it without state at the beginning of the week. What it writes
     * exactly once, it writes to topics of its own.
     */
    private void replay(ChaosCluster cluster)
            throws IOException, InterruptedException, ExecutionException {
        Instant from =
                Instant.ofEpochMilli(steps.input().startMs())
                        .minus(Duration.ofHours(1))
                        .truncatedTo(ChronoUnit.DAYS)
                        .atOffset(ZoneOffset.UTC)
                        .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                        .toInstant();
        try (Admin admin = Admin.create(cluster.brokers().client(Map.of()))) {
            admin.createTopics(
                            TOPICS.values().stream()
                                    .map(name -> new NewTopic(name, ONE, Optional.empty()))
                                    .toList())
                    .all()
                    .get();
        }
        cluster.stopWithSavepoint();
        cluster.configure(TOPICS);
        cluster.configure(Map.of("kafka.start-offset", from.toString()));
        long submittedMs = System.currentTimeMillis();
        cluster.submit();
        cluster.awaitRunning(submittedMs, REPLAYED_WITHIN);
    }

    /** Returns the rows in the folder of a server that does not run. */
    private static MySqlRows rowsOf(Path folder) throws SQLException {
        try (EmbeddedMariaDb server = EmbeddedMariaDb.start(folder, 0)) {
            return rows(server);
        }
    }

    private static MySqlRows rows(EmbeddedMariaDb server) throws SQLException {
        Map<String, NavigableMap<Long, Version>> klines = new HashMap<>();
        Set<String> smartMoney = new HashSet<>();
        try (Connection connection = server.connect(server.verifier());
                Statement statement = connection.createStatement()) {
            try (ResultSet rows =
                    statement.executeQuery(
                            "SELECT CONCAT_WS(':', chain_id, pair_addr, interval_code), open_time,"
                                    + " trades, closed FROM kline")) {
                while (rows.next()) {
                    klines.computeIfAbsent(rows.getString(1), series -> new TreeMap<>())
                            .put(rows.getLong(2), new Version(rows.getLong(3), rows.getBoolean(4)));
                }
            }
            try (ResultSet rows =
                    statement.executeQuery(
                            "SELECT CONCAT_WS(':', chain_id, wallet, block_time, id) FROM"
                                    + " smart_money_trade")) {
                while (rows.next()) {
                    smartMoney.add(rows.getString(1));
                }
            }
        }
        return new MySqlRows(klines, smartMoney);
    }
}
