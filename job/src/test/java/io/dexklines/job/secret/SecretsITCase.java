package io.dexklines.job.secret;

import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.access.certificate.FlinkCertificates;
import io.dexklines.job.endtoend.WholeStack;
import io.dexklines.job.endtoend.WholeStack.Running;
import io.dexklines.local.stack.EmbeddedMariaDb;
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
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The random secrets of the running stack are only in the files that keep them: in no other file,
 * no answer of Flink and no command line.
 */
@WholeStack.Shared
class SecretsITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String PAIR = "0x000000000000000000000000000000000005ec7e";
    private static final int NO_SUCH_THREAD = 1094;
    private static final long MINUTE_S = 1_704_412_800;

    @Test
    void secretsAreOnlyInTheirFiles(Running stack) throws Exception {
        forceNewLogins(stack);

        Map<String, Set<String>> files = new TreeMap<>();
        for (Map.Entry<String, SecretSearch> secret : secrets(stack).entrySet()) {
            files.put(secret.getKey(), secret.getValue().filesBelow(stack.folder()));
        }

        // init.sql has the statements that set the passwords; client.cnf and files of properties
        // log
        // people and commands in
        assertThat(files)
                .isEqualTo(
                        Map.ofEntries(
                                secret(
                                        "kafka/admin-password",
                                        "kafka/admin.properties",
                                        "kafka/server.properties"),
                                secret("kafka/klines-password"),
                                secret("kafka/producer-password", "kafka/producer.properties"),
                                secret("kafka/relay-password", "kafka/relay.properties"),
                                secret("kafka/verify-password", "kafka/verify.properties"),
                                secret("mariadb/klines-password", "mariadb/init.sql"),
                                secret("mariadb/migrator-password", "mariadb/init.sql"),
                                secret("mariadb/relay-password", "mariadb/init.sql"),
                                secret("mariadb/root-password", "mariadb/init.sql"),
                                secret(
                                        "mariadb/verify-password",
                                        "mariadb/client.cnf",
                                        "mariadb/init.sql"),
                                secret("redis/admin-password"),
                                secret("redis/klines-password"),
                                secret("redis/relay-password"),
                                secret("redis/verify-password"),
                                secret("relay/publisher-token"),
                                secret("relay/user-token-keys")));
        for (String file : files.values().stream().flatMap(Set::stream).toList()) {
            assertThat(Files.getPosixFilePermissions(stack.folder().resolve(file)))
                    .as(file)
                    .containsExactlyInAnyOrder(OWNER_READ, OWNER_WRITE);
        }
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

        FlinkAnswers answers = FlinkAnswers.of(stack.addresses().flink(), stack.flinkClient());

        assertThat(secrets(stack).values())
                .allSatisfy(secret -> assertThat(answers.with(secret)).isEmpty());
        assertThat(secretsOfFlink(stack))
                .allSatisfy(secret -> assertThat(answers.with(secret)).isEmpty());
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
    void secretsAreInNoCommandLineAndInNoEnvironment(Running stack) throws Exception {
        List<ProcessHandle> processes = ProcessHandle.current().descendants().toList();
        for (String file : List.of("cmdline", "environ")) {
            String texts =
                    processes.stream()
                            .map(process -> textOf(process, file))
                            .collect(Collectors.joining("\n"));

            assertThat(texts)
                    .contains(
                            file.equals("cmdline")
                                    ? List.of(
                                            "TaskManagerRunner",
                                            "RelayMain",
                                            "--datadir=",
                                            "redis-server-",
                                            "BrokerProcess")
                                    : List.of("CLASSPATH=", "LD_LIBRARY_PATH="));
            byte[] bytes = texts.getBytes(StandardCharsets.UTF_8);
            assertThat(secrets(stack))
                    .allSatisfy((name, secret) -> assertThat(secret.finds(bytes)).isFalse());
            assertThat(secretsOfFlink(stack)).hasSize(5).noneMatch(secret -> secret.finds(bytes));
        }
    }

    @Test
    void whatTheCommandsPrintHasNoSecretOfAServer(Running stack) throws Exception {
        String printed = stack.addresses().toString();

        assertThat(printed).contains("verify-password", "client.cnf");
        byte[] bytes = printed.getBytes(StandardCharsets.UTF_8);
        assertThat(secrets(stack))
                .allSatisfy((name, secret) -> assertThat(secret.finds(bytes)).isFalse());
    }

    /** Returns a search for each secret in a file of the stack, by the path of that file. */
    private static Map<String, SecretSearch> secrets(Running stack) throws IOException {
        Map<String, SecretSearch> secrets = new TreeMap<>();
        try (Stream<Path> files = Files.walk(stack.folder(), 2)) {
            for (Path file : files.filter(SecretsITCase::isSecret).toList()) {
                secrets.put(
                        stack.folder().relativize(file).toString(),
                        new SecretSearch(lastWord(Files.readString(file))));
            }
        }
        return secrets;
    }

    /** The passwords of the stores with certificates, and the secret of links to the web UI. */
    private static List<SecretSearch> secretsOfFlink(Running stack) {
        FlinkCertificates certificates = stack.addresses().flinkCertificates();
        return Stream.of(
                        certificates.internal().password(),
                        certificates.rest().password(),
                        certificates.cli().password(),
                        certificates.ui().password(),
                        certificates.linkSecret())
                .map(secret -> new SecretSearch(secret.resolve()))
                .toList();
    }

    /** Returns the secret of a file; a line of keys begins with the name of the key. */
    private static String lastWord(String text) {
        String[] words = text.strip().split("\\s+");
        return words[words.length - 1];
    }

    private static boolean isSecret(Path file) {
        return file.getFileName().toString().matches(".+-(password|token|keys)");
    }

    private static Map.Entry<String, Set<String>> secret(String file, String... alsoIn) {
        return Map.entry(
                file,
                Stream.concat(Stream.of(alsoIn), Stream.of(file)).collect(Collectors.toSet()));
    }

    private static String textOf(ProcessHandle process, String file) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid(), file)).replace('\0', ' ');
        } catch (IOException e) {
            // there is no /proc, or the process has just ended
            return process.info().commandLine().orElse("");
        }
    }

    /** Cuts the connections to the database, so that the logs hold errors and new logins too. */
    private static void forceNewLogins(Running stack) throws Exception {
        long timeS = stack.newestTradeTime("56", MINUTE_S);
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
        EmbeddedMariaDb mySql = stack.stack().mariaDb();
        try (Connection database = mySql.connect(mySql.job());
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
