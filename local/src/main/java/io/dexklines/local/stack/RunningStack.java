package io.dexklines.local.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.access.certificate.FlinkCertificates;
import io.dexklines.access.proxy.LoginLinks;
import io.dexklines.local.kafka.Brokers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * The addresses of a running stack, as its process has written them to its folder.
 *
 * @param kafka {@code host:port}
 * @param kafkaProducerConfig a private properties file of Kafka's clients, whose user can publish
 *     to all topics and read them
 * @param kafkaReaderConfig as above, whose user can only read
 * @param mysql a JDBC URL
 * @param mysqlUser a user who can only read
 * @param mysqlPasswordFile a private file
 * @param redis {@code redis://host:port}
 * @param redisUser a user who can only read
 * @param redisPasswordFile a private file
 * @param flink the REST API, {@code https://host:port}
 * @param flinkUi the web UI for browsers, {@code http://host:port}
 * @param flinkTls the folder of the certificates of {@code flink} and its clients
 * @param relay {@code http://host:port}
 * @param relayAdmin {@code http://host:port} of the relay's metrics and held klines
 * @param flinkMetrics {@code host:port} of the metrics of each process of Flink; empty without
 *     monitoring
 * @param prometheus {@code http://host:port}; null without monitoring
 * @param jobId id of the job that the stack submitted, 32 hexadecimal digits
 * @param mysqlCommandLine shell command that opens a prompt in the database
 * @param flinkCommandLine path of Flink's command-line client
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record RunningStack(
        String kafka,
        String kafkaProducerConfig,
        String kafkaReaderConfig,
        String mysql,
        String mysqlUser,
        String mysqlPasswordFile,
        String redis,
        String redisUser,
        String redisPasswordFile,
        String flink,
        String flinkUi,
        String flinkTls,
        String relay,
        String relayAdmin,
        List<String> flinkMetrics,
        String prometheus,
        String jobId,
        String mysqlCommandLine,
        String flinkCommandLine) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Returns the stack whose state is in a folder, or empty if it is not up. */
    public static Optional<RunningStack> in(Path folder) {
        Path file = addressesFile(folder);
        try {
            return process(folder).isEmpty() || !Files.exists(file)
                    ? Optional.empty()
                    : Optional.of(JSON.readValue(file.toFile(), RunningStack.class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the process of the stack in a folder, whether it is ready or still starting. */
    public static Optional<ProcessHandle> process(Path folder) throws IOException {
        return RecordedProcess.read(processFile(folder));
    }

    /** Returns the broker, with the login of the user who can publish. */
    public Brokers brokers() {
        return Brokers.of(kafka, Path.of(kafkaProducerConfig));
    }

    /** Returns the certificates of Flink and its clients. */
    public FlinkCertificates flinkCertificates() {
        return new FlinkCertificates(Path.of(flinkTls));
    }

    /** Returns a client of Flink's REST API. */
    public FlinkRest flinkRest() {
        return new FlinkRest(flink, Optional.of(flinkCertificates().cli()));
    }

    /** Returns a link by which a browser logs in to Flink's web UI once, within ten minutes. */
    public String flinkUiLink() {
        return new LoginLinks(flinkCertificates().linkSecret(), Clock.systemUTC()).link(flinkUi);
    }

    /** Returns what is known of the job. */
    public JobStatus status() throws InterruptedException {
        return JobStatus.of(flinkRest(), jobId);
    }

    /** Returns what {@code klines status} prints of the monitoring: nothing without it. */
    public List<String> monitoringLines() {
        if (prometheus == null) {
            return List.of();
        }
        List<String> flinkUrls =
                flinkMetrics.stream().map(each -> "http://" + each + "/metrics").toList();
        return List.of(
                "metrics   Prometheus at %s, Flink's at %s"
                        .formatted(prometheus, String.join(" ", flinkUrls)));
    }

    /** Returns the current state of the job. */
    public FlinkJob job() throws IOException, InterruptedException {
        return flinkRest().job(currentJobId());
    }

    /** Returns the current clocks of the job. */
    public JobClocks clocks() throws IOException, InterruptedException {
        return flinkRest().clocks(currentJobId());
    }

    /** Returns the id of the newest job, since a user may have replaced the submitted one. */
    public String currentJobId() throws IOException, InterruptedException {
        return flinkRest().newestJobId().orElse(jobId);
    }

    /**
     * Returns the pair with the most trades in the newest minute, {@code chain_id:pair_addr}, or
     * empty if there is none or MySQL is unreachable.
     *
     * @param sinceSeconds ignores klines without a later trade; epoch seconds
     */
    public Optional<String> busiestPair(long sinceSeconds) {
        Login reader = new Login(mysqlUser, Path.of(mysqlPasswordFile));
        try (Connection connection =
                        DriverManager.getConnection(mysql, reader.user(), reader.password());
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
            // the stack may be restarting it
            return Optional.empty();
        }
    }

    /** Returns the output of {@code status --json}, one line of JSON that scripts parse. */
    public String json(JobStatus job) {
        ObjectNode status = JSON.valueToTree(this);
        status.remove(List.of("job_id", "flink_tls", "mysql_command_line", "flink_command_line"));
        status.set("job", JSON.valueToTree(job.job()));
        status.set("input", JSON.valueToTree(job.traffic()));
        status.setAll((ObjectNode) JSON.valueToTree(job.clocks()));
        status.setAll((ObjectNode) JSON.valueToTree(job.backlogs()));
        status.setAll((ObjectNode) JSON.valueToTree(job.checks()));
        return status.toString();
    }

    /** Writes the addresses, which makes the stack count as up. */
    void write(Path folder) throws IOException {
        StackFiles.writePrivate(addressesFile(folder), JSON.writeValueAsString(this) + "\n");
    }

    /** Removes the addresses and the pid file of a stack. */
    static void remove(Path folder) throws IOException {
        Files.deleteIfExists(addressesFile(folder));
        Files.deleteIfExists(processFile(folder));
    }

    static Path processFile(Path folder) {
        return folder.resolve("stack.pid");
    }

    private static Path addressesFile(Path folder) {
        return folder.resolve("stack.json");
    }
}
