package io.dexklines.local.stack;

import io.dexklines.local.kafka.Brokers;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Flink's SQL client on a running stack, with the tables and functions of {@code sql/flink}. It
 * reads the topics as a user who can only read.
 */
public final class FlinkSqlClient {

    private static final String MAIN = "org.apache.flink.table.client.SqlClient";

    /** What a query needs in the cluster, which has no jars of Flink SQL and of connectors. */
    private static final Pattern SHIPPED =
            Pattern.compile(
                    "flink-table-(runtime|common|api-java)-\\d.*|flink-connector-kafka-.*|kafka-clients-.*");

    private static final List<String> TABLES =
            List.of(
                    "sol_trades",
                    "bsc_trades",
                    "evm_trades",
                    "trades_excluded",
                    "smart_money_wallets");

    private FlinkSqlClient() {}

    /**
     * Returns a process of the client, for a terminal. Writes its files to the folder of the stack.
     *
     * @param folder the folder of the stack
     * @param script statements to run instead of a prompt; empty for a prompt
     * @param untilNow whether the topics are read to their present end only
     * @throws StackException if the client is not built
     */
    public static ProcessBuilder process(
            ProjectHome home,
            Path folder,
            RunningStack stack,
            Optional<Path> script,
            boolean untilNow)
            throws IOException {
        if (!Files.exists(home.sqlClientClassPath()) || !Files.exists(home.sqlJar())) {
            throw new StackException(
                    "Flink's SQL client is not built: run `./klines flink-sql`, which builds it");
        }
        String classPath = Files.readString(home.sqlClientClassPath()).strip();
        Path own = folder.resolve("flink/sql");
        Files.createDirectories(own);
        StackFiles.writePrivate(
                own.resolve("config.yaml"),
                configuration(
                        Files.readAllLines(folder.resolve("flink/conf-cli/config.yaml")), own));
        Path initial = own.resolve("init.sql");
        StackFiles.writePrivate(
                initial,
                Files.readString(home.sqlTables())
                        + tableOptions(
                                Brokers.of(stack.kafka(), Path.of(stack.kafkaReaderConfig()))
                                        .client(Map.of()),
                                untilNow));

        List<String> options = new ArrayList<>(FlinkCluster.openedModules());
        options.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC"));
        options.add("-Dlog.file=" + folder.resolve("flink/log/sql-client.log"));
        List<String> words =
                JavaCommand.words(
                        options, JavaCommand.copyResource("flink-log4j2.properties", own), MAIN);
        words.addAll(List.of("--init", initial.toString()));
        words.addAll(List.of("--history", own.resolve("history").toString()));
        for (String jar : jars(classPath, home.sqlJar())) {
            words.addAll(List.of("--jar", jar));
        }
        script.ifPresent(file -> words.addAll(List.of("--file", file.toString())));
        ProcessBuilder process = new ProcessBuilder(words);
        process.environment().put("CLASSPATH", classPath);
        process.environment().put("FLINK_CONF_DIR", own.toString());
        return process;
    }

    /**
     * Returns the configuration of the client. Its queries use one slot, and no checkpoints: the
     * stack resumes the job from the newest checkpoint in its folder.
     *
     * @param commandLine the configuration of {@code bin/flink}, one key a line
     * @param folder for checkpoints that a user sets an interval for
     */
    static String configuration(List<String> commandLine, Path folder) {
        StringBuilder text = new StringBuilder();
        // the client serves its own REST API, on a free port
        commandLine.stream()
                .filter(
                        key ->
                                !key.startsWith("execution.checkpointing.")
                                        && !key.startsWith("rest.bind-")
                                        && !key.startsWith("parallelism.default:"))
                .forEach(key -> text.append(key).append('\n'));
        return text.append("execution.checkpointing.dir: '%s'\n".formatted(folder.toUri()))
                .append("parallelism.default: '1'\n")
                .append("sql-client.execution.result-mode: 'tableau'\n")
                .toString();
    }

    /**
     * Returns statements that give the tables their brokers and their login.
     *
     * @param client properties of Kafka's clients, with the brokers
     * @param untilNow whether the tables end where their topics end now
     */
    static String tableOptions(Map<String, Object> client, boolean untilNow) {
        StringJoiner options = new StringJoiner(", ");
        new TreeMap<>(client)
                .forEach(
                        (key, value) ->
                                options.add(
                                        "'properties.%s' = '%s'"
                                                .formatted(
                                                        key, value.toString().replace("'", "''"))));
        if (untilNow) {
            options.add("'scan.bounded.mode' = 'latest-offset'");
        }
        StringBuilder statements = new StringBuilder("\n");
        for (String table : TABLES) {
            statements.append("ALTER TABLE %s SET (%s);\n".formatted(table, options));
        }
        return statements.toString();
    }

    /** Returns the jars that go with a query, of a class path and of this project. */
    static List<String> jars(String classPath, Path sqlJar) {
        return Stream.concat(
                        Stream.of(classPath.split(File.pathSeparator))
                                .filter(
                                        jar ->
                                                SHIPPED.matcher(
                                                                Path.of(jar)
                                                                        .getFileName()
                                                                        .toString())
                                                        .matches()),
                        Stream.of(sqlJar.toString()))
                .toList();
    }
}
