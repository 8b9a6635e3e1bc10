package io.dexklines.local.stack;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Where everything of a stack is that is up: what its process has written into its folder.
 *
 * @param kafka {@code host:port}
 * @param mysql a JDBC URL
 * @param redis {@code redis://host:port}
 * @param flink {@code http://host:port}
 * @param relay {@code http://host:port}
 * @param jobId of the klines job that the stack submitted, 32 hexadecimal digits
 * @param mysqlCommandLine for a shell: opens a prompt in the database
 * @param flinkCommandLine Flink's own, for a shell, as {@code bin/flink} of any cluster
 */
public record RunningStack(
        @JsonProperty("kafka") String kafka,
        @JsonProperty("mysql") String mysql,
        @JsonProperty("mysql_user") String mysqlUser,
        @JsonProperty("mysql_password") String mysqlPassword,
        @JsonProperty("redis") String redis,
        @JsonProperty("flink") String flink,
        @JsonProperty("relay") String relay,
        @JsonProperty("job_id") String jobId,
        @JsonProperty("mysql_command_line") String mysqlCommandLine,
        @JsonProperty("flink_command_line") String flinkCommandLine) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What {@code status --json} prints; others parse it. */
    @JsonPropertyOrder({
        "kafka",
        "mysql",
        "mysql_user",
        "mysql_password",
        "redis",
        "flink",
        "relay",
        "job"
    })
    private record Status(
            @JsonProperty("kafka") String kafka,
            @JsonProperty("mysql") String mysql,
            @JsonProperty("mysql_user") String mysqlUser,
            @JsonProperty("mysql_password") String mysqlPassword,
            @JsonProperty("redis") String redis,
            @JsonProperty("flink") String flink,
            @JsonProperty("relay") String relay,
            @JsonProperty("job") FlinkJob job) {}

    /** The stack whose state is in that folder; empty if it is not up, or not yet. */
    public static Optional<RunningStack> in(Path folder) {
        Path file = addressesFile(folder);
        if (process(folder).isEmpty() || !Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(file.toFile(), RunningStack.class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The process that runs the stack in that folder, ready or not. */
    public static Optional<ProcessHandle> process(Path folder) {
        return RecordedProcess.read(processFile(folder));
    }

    /** The job now. */
    public FlinkJob job() throws IOException, InterruptedException {
        return new FlinkRest(flink).job(currentJobId());
    }

    /** The id of the job now: an operator may have replaced the one that the stack submitted. */
    public String currentJobId() throws IOException, InterruptedException {
        return new FlinkRest(flink).newestJobId().orElse(jobId);
    }

    /**
     * The pair with the most trades in the newest minute: {@code chain_id:pair_addr}.
     *
     * @param sinceSeconds klines without a trade since then do not count; epoch seconds
     */
    public Optional<String> busiestPair(long sinceSeconds) {
        try (Connection connection = DriverManager.getConnection(mysql, mysqlUser, mysqlPassword);
                PreparedStatement query =
                        connection.prepareStatement(
                                "SELECT CONCAT(chain_id, ':', pair_addr) FROM kline"
                                        + " WHERE interval_code = '1m' AND open_time > ? - 60"
                                        + " AND last_trade_time >= ?"
                                        + " ORDER BY open_time DESC, trades DESC LIMIT 1")) {
            query.setLong(1, sinceSeconds);
            query.setLong(2, sinceSeconds);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
            }
        } catch (SQLException e) {
            // the database is on its way back
            return Optional.empty();
        }
    }

    /** The stack and its job as one JSON object on one line. */
    public String json(FlinkJob job) {
        try {
            return JSON.writeValueAsString(
                    new Status(kafka, mysql, mysqlUser, mysqlPassword, redis, flink, relay, job));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(Path folder) {
        try {
            Secrets.writePrivate(addressesFile(folder), JSON.writeValueAsString(this) + "\n");
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes what was written, as soon as the stack is no longer up. */
    static void forget(Path folder) {
        try {
            Files.deleteIfExists(addressesFile(folder));
            Files.deleteIfExists(processFile(folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path processFile(Path folder) {
        return folder.resolve("stack.pid");
    }

    private static Path addressesFile(Path folder) {
        return folder.resolve("stack.json");
    }
}
