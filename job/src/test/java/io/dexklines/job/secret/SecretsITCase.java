package io.dexklines.job.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.job.endtoend.WholeStack;
import io.dexklines.job.endtoend.WholeStack.Running;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The random secrets of the running stack are only in the files that keep them: in no other file,
 * no answer of Flink and no command line.
 */
@ExtendWith(WholeStack.class)
class SecretsITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String PAIR = "0x000000000000000000000000000000000005ec7e";
    private static final int NO_SUCH_THREAD = 1094;
    private static final long MINUTE_S = 1_704_412_800;

    @Test
    void secretsAreOnlyInTheirFiles(Running stack) throws Exception {
        forceNewLogins(stack);

        // stack.json holds what `klines status` prints for the owner of the stack
        assertThat(password(stack).filesBelow(stack.folder()))
                .containsExactly("mariadb/init.sql", "mariadb/password", "stack.json");
        assertThat(token(stack).filesBelow(stack.folder()))
                .containsExactly("relay/publisher-token");
    }

    @Test
    void everyLogIsSearched(Running stack) throws Exception {
        assertThat(new SecretSearch(stack.addresses().jobId()).filesBelow(stack.folder()))
                .contains(
                        "flink/cli.log", "flink/log/jobmanager.log", "flink/log/taskmanager-0.log");
        for (String log :
                List.of(
                        "flink/log/cli.log",
                        "kafka/kafka.log",
                        "mariadb/mariadb.log",
                        "redis/redis.log",
                        "relay/relay.log")) {
            assertThat(stack.folder().resolve(log)).isRegularFile();
        }
    }

    @Test
    void secretsAreInNoAnswerOfFlink(Running stack) throws Exception {
        forceNewLogins(stack);
        String job = stack.addresses().jobId();

        FlinkAnswers answers = FlinkAnswers.of(stack.addresses().flink());

        assertThat(answers.with(password(stack))).isEmpty();
        assertThat(answers.with(token(stack))).isEmpty();
        assertThat(answers.paths())
                .contains(
                        "/config",
                        "/jobmanager/config",
                        "/jobmanager/environment",
                        "/jobs/" + job,
                        "/jobs/" + job + "/config",
                        "/jobs/" + job + "/plan",
                        "/jobs/" + job + "/exceptions",
                        "/jobs/" + job + "/jobmanager/config",
                        "/jobs/" + job + "/checkpoints/config");
        assertThat(answers.with(new SecretSearch(job)))
                .contains("/jobs/overview", "/jobmanager/log")
                .anyMatch(path -> path.matches("/taskmanagers/[^/]+/log"))
                .anyMatch(path -> path.matches("/taskmanagers/[^/]+/logs/taskmanager-0\\.log"));
    }

    @Test
    void secretsAreInNoCommandLine(Running stack) throws Exception {
        String commandLines =
                ProcessHandle.current()
                        .descendants()
                        .map(SecretsITCase::commandLine)
                        .collect(Collectors.joining("\n"));

        assertThat(commandLines).contains("TaskManagerRunner", "RelayMain", "--datadir=");
        byte[] bytes = commandLines.getBytes(StandardCharsets.UTF_8);
        assertThat(password(stack).finds(bytes)).isFalse();
        assertThat(token(stack).finds(bytes)).isFalse();
    }

    private static SecretSearch password(Running stack) {
        return new SecretSearch(stack.addresses().mysqlPassword());
    }

    private static SecretSearch token(Running stack) throws IOException {
        return new SecretSearch(
                Files.readString(stack.folder().resolve("relay/publisher-token")).strip());
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"))
                    .replace('\0', ' ');
        } catch (IOException e) {
            // there is no /proc, or the process has just ended
            return process.info().commandLine().orElse("");
        }
    }

    /** Cuts the connections to the database, so that the logs hold errors and new logins too. */
    private static void forceNewLogins(Running stack) throws Exception {
        long timeS = stack.newestTradeTime(MINUTE_S);
        long before = trades(stack);
        publish(stack, timeS, before + 1);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(trades(stack)).isEqualTo(before + 1));
        cutConnections(stack);
        publish(stack, timeS, before + 2);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(trades(stack)).isEqualTo(before + 2));
    }

    private static long trades(Running stack) throws SQLException {
        return stack.number(
                "SELECT COALESCE(SUM(trades), 0) FROM kline WHERE interval_code = '1m' AND"
                        + " pair_addr = '"
                        + PAIR
                        + "'");
    }

    private static void cutConnections(Running stack) throws SQLException {
        try (Connection database = stack.database();
                Statement statement = database.createStatement()) {
            List<Long> others = new ArrayList<>();
            try (ResultSet ids =
                    statement.executeQuery(
                            "SELECT id FROM information_schema.processlist WHERE user ="
                                    + " SUBSTRING_INDEX(CURRENT_USER(), '@', 1) AND id <>"
                                    + " CONNECTION_ID()")) {
                while (ids.next()) {
                    others.add(ids.getLong(1));
                }
            }
            assertThat(others).isNotEmpty();
            for (long id : others) {
                kill(statement, id);
            }
        }
    }

    private static void kill(Statement statement, long id) throws SQLException {
        try {
            statement.execute("KILL " + id);
        } catch (SQLException e) {
            // the connection has ended by itself
            if (e.getErrorCode() != NO_SUCH_THREAD) {
                throw e;
            }
        }
    }

    private static void publish(Running stack, long timeS, long number) throws Exception {
        String trade =
                "{\"chain_id\":\"56\",\"pair_addr\":\""
                        + PAIR
                        + "\",\"tx_hash\":\"0x5ec"
                        + number
                        + "\",\"maker\":\"0xmaker\",\"type\":\"buy\",\"token_amount\":\"2\","
                        + "\"base_token_amount\":1,\"total_usd\":\"3.5\",\"token_price_usd\":1.75,"
                        + "\"block_num\":7,\"block_time\":"
                        + timeS
                        + ",\"transaction_index\":1}";
        stack.publish("bsc-trades", trade);
    }
}
