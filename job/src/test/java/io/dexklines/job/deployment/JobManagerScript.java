package io.dexklines.job.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.access.certificate.FlinkCertificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs of {@code compose/jobmanager.sh}. The entry point of Flink's image, which no test has,
 * prints a line of its own and runs a command, and prints its arguments instead of starting Flink.
 */
final class JobManagerScript {

    private static final String ENTRY_POINT =
            """
            #!/bin/sh
            case $1 in
            *java) echo 'Enabling required built-in plugins'; exec "$@" ;;
            esac
            printf '%s\\n' "$@"
            """;

    private static final String STATE = "file:///var/lib/flink";

    private final FlinkCertificates certificates;
    private final Path conf;
    private final Map<String, String> environment = new HashMap<>();

    /**
     * @param folder receives certificates and configuration
     * @param state the URI of the folder of checkpoints and savepoints
     * @param more lines of Flink's configuration
     */
    JobManagerScript(Path folder, String state, String... more) throws IOException {
        certificates =
                FlinkCertificates.in(
                        folder.resolve("tls"),
                        List.of("localhost"),
                        Clock.systemUTC(),
                        Duration.ofDays(90));
        conf = folder.resolve("conf");
        Path source = Files.createDirectories(folder.resolve("flink-conf"));
        String shipped = RepositoryFiles.text("flink-conf/config.yaml");
        assertThat(shipped).contains(STATE + "/checkpoints", STATE + "/savepoints");
        Files.writeString(
                source.resolve("config.yaml"),
                shipped.replace(STATE, state) + "\n" + String.join("\n", more) + "\n");
        Files.writeString(source.resolve("log4j-console.properties"), "");
        Path entryPoint = Files.writeString(folder.resolve("entry-point"), ENTRY_POINT);
        assertThat(entryPoint.toFile().setExecutable(true)).isTrue();
        with("KLINES_ENTRY_POINT", entryPoint.toString());
        with("KLINES_TLS", certificates.folder().toString());
        with("KLINES_CONF", source.toString());
        with("KLINES_FLINK_CONF", conf.toString());
        with("KLINES_CLASS_PATH", System.getProperty("java.class.path"));
        with("FLINK_PLUGINS_DIR", Files.createDirectories(folder.resolve("none")).toString());
        with("JAVA_HOME", System.getProperty("java.home"));
    }

    JobManagerScript with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    FlinkCertificates certificates() {
        return certificates;
    }

    /** Returns the folder of the folders of configuration that the script writes. */
    Path configuration() {
        return conf;
    }

    /**
     * The end of a run.
     *
     * @param output standard output and errors
     */
    record Run(int status, String output) {

        /** Returns the arguments of the entry point of Flink's image. */
        List<String> arguments() {
            assertThat(status).as(output).isZero();
            List<String> lines = output.lines().toList();
            assertThat(lines.get(0)).startsWith("starting from ");
            return lines.subList(1, lines.size());
        }
    }

    /**
     * Runs the script.
     *
     * @param from the value of {@code KLINES_FROM}
     */
    Run run(String from, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add("bash");
        command.add(RepositoryFiles.root().resolve("compose/jobmanager.sh").toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.environment().put("KLINES_FROM", from);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output);
    }
}
