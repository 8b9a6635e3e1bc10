package io.dexklines.job.endtoend.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.job.deployment.RepositoryFiles;
import io.dexklines.job.endtoend.PublishedMarket;
import io.dexklines.job.endtoend.WholeStack;
import io.dexklines.job.endtoend.WholeStack.Running;
import io.dexklines.local.simulator.Market;
import io.dexklines.local.simulator.MarketSettings;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.verifier.Scope;
import io.dexklines.verifier.Verdict;
import io.dexklines.verifier.Verification;
import io.dexklines.verifier.VerifyProgress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the commands of the pages in {@code docs/} unchanged while trades arrive, in a shell whose
 * {@code flink} is that of a cluster of separate JVMs. After each page, the verification of {@code
 * klines verify} must find nothing wrong.
 */
@WholeStack.Own
class OperationsITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** A Monday, with which a kline of the longest interval begins. */
    private static final Instant WEEK =
            LocalDate.now(ZoneOffset.UTC)
                    .minusWeeks(1)
                    .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant();

    private static final long WEEK_S = WEEK.getEpochSecond();

    private static final String REPLAYED = "trades-excluded-replayed";

    private static final String COUNT = "SELECT COUNT(*) FROM kline WHERE interval_code = ";
    private static final String FIRST = "SELECT MIN(open_time) FROM kline WHERE interval_code = ";

    @TempDir private Path folder;

    @Test
    void theDocumentedOperationsWorkWhileTradesArrive() throws Exception {
        long seed = Long.getLong("operations.seed", new Random().nextLong());
        System.out.println("operations.seed=" + seed);
        try (Running stack = Running.start();
                Trading trading = Trading.of(stack, seed)) {
            Shell shell =
                    new Shell(
                            stack,
                            Map.of(
                                    "FROM",
                                    WEEK.toString(),
                                    "EXCLUDED",
                                    REPLAYED,
                                    "PARTITION",
                                    "bsc-trades-0"));
            await().atMost(PATIENCE)
                    .until(() -> stack.number("SELECT COUNT(*) FROM kline WHERE closed") > 0);

            assertThat(parallelism(stack)).isEqualTo(2);
            shell.run("rescale.md", 0);
            assertThat(parallelism(stack)).isEqualTo(3);
            assertNothingIsWrong(stack, "scaled out");
            shell.run("rescale.md", 1);
            assertThat(parallelism(stack)).isEqualTo(1);
            assertNothingIsWrong(stack, "scaled in");

            shell.run("upgrade.md", 0);
            assertNothingIsWrong(stack, "upgraded");

            shell.run("release-partition.md", 0);
            assertNothingIsWrong(stack, "with a released partition");
            shell.run("release-partition.md", 1);
            assertNothingIsWrong(stack, "with the partition taken back");

            long newestBefore = stack.newestTradeTime();
            shell.run("add-interval.md", 0);
            await().atMost(PATIENCE).until(() -> stack.number(COUNT + "'3m'") > 0);
            assertNothingIsWrong(stack, "with one more interval");
            assertThat(stack.number(FIRST + "'3m'")).isGreaterThan(newestBefore);

            // klines that opened before the week can no longer change
            await().atMost(PATIENCE).until(() -> stack.newestTradeTime() > WEEK_S + 600);
            String former =
                    "SELECT CAST(SUM(CRC32(CONCAT_WS(' ', chain_id, pair_addr, interval_code,"
                            + " open_time, close, volume_usd, trades, closed))) AS SIGNED) FROM"
                            + " kline WHERE open_time < "
                            + WEEK_S;
            long formerRows = stack.number(former);
            stack.stack().kafka().createTopic(REPLAYED, 1);
            shell.run("replay.md", 0);
            execute(
                    stack,
                    "UPDATE kline SET trades = 9999999 WHERE interval_code = '1h' AND"
                            + " open_time >= "
                            + WEEK_S);
            execute(stack, block("sql", "replay.md", 0).replace("1767571200", "" + WEEK_S));
            shell.run("replay.md", 1);
            assertNothingIsWrong(stack, "the week replayed");
            assertThat(stack.number(FIRST + "'3m'")).isEqualTo(WEEK_S);
            assertThat(stack.committed(REPLAYED)).isNotEmpty();

            trading.end();
            assertNothingIsWrong(stack, "at the end");
            assertThat(stack.number(former)).isEqualTo(formerRows);
        }
    }

    @Test
    void theDocumentedPartitionStatementsFitTheSchema() throws Exception {
        try (EmbeddedMariaDb database = EmbeddedMariaDb.start(folder, 0);
                Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            database.migrate();
            for (String one : block("sql", "drop-partitions.md", 1).split(";\\s*")) {
                statement.execute(one);
            }

            List<String> partitions = new ArrayList<>();
            ResultSet rows = statement.executeQuery(block("sql", "drop-partitions.md", 0));
            while (rows.next()) {
                partitions.add(rows.getString(1) + ' ' + rows.getString(2));
            }
            for (String table : List.of("kline", "smart_money_trade")) {
                assertThat(partitions)
                        .contains(table + " p2026_01", table + " p2027_12")
                        .contains(table + " later")
                        .doesNotContain(table + " before_2026");
            }
        }
    }

    private static void execute(Running stack, String sql) throws Exception {
        try (Connection database = stack.database();
                Statement statement = database.createStatement()) {
            assertThat(statement.executeUpdate(sql.strip().replaceFirst(";$", ""))).isPositive();
        }
    }

    private static int parallelism(Running stack) throws Exception {
        return stack.stack().flink().rest().parallelism(stack.addresses().currentJobId());
    }

    /** Returns a block of a page, by its number from 0 among those of the same language. */
    private static String block(String language, String page, int number) {
        Matcher block =
                Pattern.compile(
                                "^```" + language + "\n(.*?)^```$",
                                Pattern.MULTILINE | Pattern.DOTALL)
                        .matcher(RepositoryFiles.text("docs/" + page));
        for (int i = 0; i <= number; i++) {
            assertThat(block.find()).as("%s of %s", language, page).isTrue();
        }
        return block.group(1);
    }

    /** Verifies as {@code klines verify} does, with the configuration that the pages changed. */
    private static void assertNothingIsWrong(Running stack, String step) throws Exception {
        Verdict verdict =
                Verification.run(
                        stack.cluster(), Scope.ALL, Duration.ofMinutes(1), VerifyProgress.silent());
        System.out.println(step + ": " + verdict);
        assertThat(verdict.isGood()).as("%s: %s", step, verdict.lines()).isTrue();
        assertThat(verdict.compared()).as(step).isGreaterThan(100);
    }

    /** Runs the shell commands of a page. */
    private static final class Shell {

        private final Map<String, String> environment;
        private final Path commandLine;

        Shell(Running stack, Map<String, String> more) {
            environment = new HashMap<>(more);
            environment.put("JAR", ProjectHome.find().jobJar().toString());
            environment.put(
                    "CONFIG", stack.folder().resolve("job.properties").toAbsolutePath().toString());
            commandLine = Path.of(stack.addresses().flinkCommandLine());
        }

        /**
         * @param block the number of the shell block in the page, from 0
         */
        void run(String page, int block) throws Exception {
            ProcessBuilder bash =
                    new ProcessBuilder("bash", "-euo", "pipefail", "-c", block("sh", page, block));
            bash.environment().putAll(environment);
            bash.environment()
                    .merge("PATH", commandLine.getParent() + ":", (path, bin) -> bin + path);
            bash.redirectErrorStream(true);
            Process process = bash.start();
            String output = new String(process.getInputStream().readAllBytes());
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as("%s: %s", page, output).isZero();
        }
    }

    /** A market that opens ten minutes before the week and advances one minute every second. */
    private static final class Trading implements AutoCloseable {

        private static final long MINUTE_MS = 60_000;

        private final PublishedMarket market;
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private final Future<?> feed;
        private volatile boolean ended;

        private Trading(PublishedMarket market, long startMs) {
            this.market = market;
            this.feed = thread.submit(() -> publish(startMs));
        }

        static Trading of(Running stack, long seed) {
            long startMs = WEEK.toEpochMilli() - 10 * MINUTE_MS;
            return new Trading(
                    new PublishedMarket(
                            new Market(new MarketSettings(seed, startMs, 5, 50, Long.MAX_VALUE)),
                            stack.producer()),
                    startMs);
        }

        private Void publish(long startMs) throws InterruptedException {
            for (long untilMs = startMs + MINUTE_MS; !ended; untilMs += MINUTE_MS) {
                market.publishUntil(untilMs);
                // the pace of the market
                TimeUnit.SECONDS.sleep(1);
            }
            return null;
        }

        /** Stops the trades. Fails if they could not be published. */
        void end() throws Exception {
            ended = true;
            feed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            ended = true;
            thread.shutdown();
            market.producer().close();
        }
    }
}
