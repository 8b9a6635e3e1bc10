package io.dexklines.local.stack;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The machine's own Prometheus in a separate process, with the project's alert rules. On disk it
 * has its configuration, its log and at most {@value #MAX_DATA} of compacted samples.
 */
public final class EmbeddedPrometheus extends EmbeddedServer {

    /** The environment variable with the path of a program that is not in the search path. */
    static final String PROGRAM = "KLINES_PROMETHEUS";

    private static final String MAX_DATA = "256MB";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);

    private final Path program;
    private final Path rules;
    private final Targets targets;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(PROBE_TIMEOUT).build();

    /**
     * What is scraped: addresses {@code host:port} that answer at {@code /metrics}.
     *
     * @param jobManagers JobManagers of Flink
     * @param taskManagers TaskManagers of Flink
     * @param relays admin addresses of relays
     */
    public record Targets(
            List<String> jobManagers, List<String> taskManagers, List<String> relays) {}

    private EmbeddedPrometheus(Path program, Path folder, int port, Path rules, Targets targets) {
        super("prometheus", folder, port, START_TIMEOUT);
        this.program = program;
        this.rules = rules.toAbsolutePath();
        this.targets = targets;
    }

    /**
     * Starts Prometheus and waits until it answers. The targets need not answer yet.
     *
     * @param folder the folder for configuration, log and samples
     * @param port 0 for any free port
     * @param rules the file with the alert rules
     * @throws StackException if Prometheus is not installed, refuses its configuration or does not
     *     answer
     */
    public static EmbeddedPrometheus start(Path folder, int port, Path rules, Targets targets) {
        EmbeddedPrometheus prometheus =
                new EmbeddedPrometheus(requiredProgram(), folder, port, rules, targets);
        prometheus.start();
        return prometheus;
    }

    /**
     * Returns the program of this machine.
     *
     * @throws StackException if there is none
     */
    static Path requiredProgram() {
        return program(System.getenv())
                .orElseThrow(
                        () ->
                                new StackException(
                                        ("--monitoring starts Prometheus, which was not found on"
                                                        + " this machine: install it (Debian:"
                                                        + " apt-get install prometheus), or name"
                                                        + " its program in the environment variable"
                                                        + " %s")
                                                .formatted(PROGRAM)));
    }

    /**
     * Returns the program: the one that {@link #PROGRAM} names, otherwise {@code prometheus} in the
     * first folder of {@code PATH} that has it. Empty if there is none.
     */
    static Optional<Path> program(Map<String, String> environment) {
        String named = environment.getOrDefault(PROGRAM, "");
        Stream<Path> candidates =
                named.isEmpty()
                        ? Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                                .map(folder -> Path.of(folder, "prometheus"))
                        : Stream.of(Path.of(named));
        return candidates
                .filter(Files::isRegularFile)
                .filter(Files::isExecutable)
                .map(Path::toAbsolutePath)
                .findFirst();
    }

    /** Returns the address for browsers and of the HTTP API, {@code http://host:port}. */
    public String url() {
        return "http://" + address();
    }

    private String address() {
        return Ports.HOST + ":" + port;
    }

    @Override
    ServerProcess.Command command(String name) throws IOException {
        Files.createDirectories(folder);
        Path configuration = folder.resolve("prometheus.yml");
        Files.writeString(configuration, configuration(rules, targets, address()));
        return new ServerProcess.Command(name, folder)
                .word(program.toString())
                .word("--config.file=" + configuration)
                .word("--storage.tsdb.path=" + folder.resolve("data"))
                .word("--storage.tsdb.retention.size=" + MAX_DATA)
                .word("--web.listen-address=" + address());
    }

    /**
     * Returns the configuration. The names of its jobs are those of {@code
     * flink-conf/monitoring/prometheus.yml}, which rules and dashboard use.
     *
     * @param own the address of Prometheus itself, {@code host:port}
     */
    static String configuration(Path rules, Targets targets, String own) {
        StringBuilder text =
                new StringBuilder(
                        """
                        global:
                          scrape_interval: 5s
                          evaluation_interval: 5s

                        rule_files: [%s]

                        scrape_configs:
                        """
                                .formatted(quoted(rules.toString())));
        appendJob(text, "flink-jobmanager", targets.jobManagers());
        appendJob(text, "flink-taskmanager", targets.taskManagers());
        appendJob(text, "relay", targets.relays());
        appendJob(text, "prometheus", List.of(own));
        return text.toString();
    }

    private static void appendJob(StringBuilder text, String name, List<String> addresses) {
        text.append(
                """
                  - job_name: %s
                    static_configs:
                      - targets: [%s]
                        labels: {cluster: local}
                """
                        .formatted(
                                name,
                                String.join(
                                        ", ",
                                        addresses.stream()
                                                .map(EmbeddedPrometheus::quoted)
                                                .toList())));
    }

    private static String quoted(String value) {
        return "'" + value.replace("'", "''") + "'";
    }

    @Override
    boolean answers() throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url() + "/-/ready"))
                        .timeout(PROBE_TIMEOUT)
                        .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    }
}
