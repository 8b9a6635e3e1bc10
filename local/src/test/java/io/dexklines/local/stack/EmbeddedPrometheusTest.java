package io.dexklines.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPrometheusTest {

    private static final EmbeddedPrometheus.Targets TARGETS =
            new EmbeddedPrometheus.Targets(
                    List.of("127.0.0.1:1"),
                    List.of("127.0.0.1:2", "127.0.0.1:3"),
                    List.of("127.0.0.1:4"));

    @TempDir private Path folder;

    @Test
    void theConfigurationScrapesEveryProcess() {
        assertThat(configuration("/home/Ann's/rules.yml"))
                .isEqualTo(
                        """
                        global:
                          scrape_interval: 5s
                          evaluation_interval: 5s

                        rule_files: ['/home/Ann''s/rules.yml']

                        scrape_configs:
                          - job_name: flink-jobmanager
                            static_configs:
                              - targets: ['127.0.0.1:1']
                                labels: {cluster: local}
                          - job_name: flink-taskmanager
                            static_configs:
                              - targets: ['127.0.0.1:2', '127.0.0.1:3']
                                labels: {cluster: local}
                          - job_name: relay
                            static_configs:
                              - targets: ['127.0.0.1:4']
                                labels: {cluster: local}
                          - job_name: prometheus
                            static_configs:
                              - targets: ['127.0.0.1:5']
                                labels: {cluster: local}
                        """);
    }

    @Test
    void theJobsHaveTheNamesOfProduction() throws IOException {
        Path production = ProjectHome.find().alertRules().resolveSibling("prometheus.yml");

        assertThat(jobs(configuration("rules.yml")))
                .containsExactlyElementsOf(jobs(Files.readString(production)))
                .isNotEmpty();
    }

    @Test
    void theProgramIsTheFirstOneInThePath() throws IOException {
        Path none = Files.createDirectory(folder.resolve("none"));
        Files.createFile(none.resolve("prometheus"));
        Path program = program(Files.createDirectory(folder.resolve("bin")), "prometheus");

        assertThat(EmbeddedPrometheus.program(Map.of("PATH", none + ":" + program.getParent())))
                .contains(program);
        assertThat(EmbeddedPrometheus.program(Map.of("PATH", none.toString()))).isEmpty();
        assertThat(EmbeddedPrometheus.program(Map.of())).isEmpty();
    }

    @Test
    void aProgramThatIsNamedComesBeforeThoseOfThePath() throws IOException {
        program(folder, "prometheus");
        Path named = program(folder, "prometheus-3");
        String path = folder.toString();

        assertThat(named(named.toString(), path)).contains(named);
        assertThat(named(folder.resolve("missing").toString(), path)).isEmpty();
        assertThat(named("", path)).contains(folder.resolve("prometheus"));
    }

    private static Optional<Path> named(String program, String path) {
        return EmbeddedPrometheus.program(Map.of("KLINES_PROMETHEUS", program, "PATH", path));
    }

    private static Path program(Path folder, String name) throws IOException {
        return Files.createFile(
                folder.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }

    private static String configuration(String rules) {
        return EmbeddedPrometheus.configuration(Path.of(rules), TARGETS, "127.0.0.1:5");
    }

    private static List<String> jobs(String configuration) {
        return Pattern.compile("(?m)^ *- job_name: (\\S+)$")
                .matcher(configuration)
                .results()
                .map((MatchResult job) -> job.group(1))
                .toList();
    }
}
