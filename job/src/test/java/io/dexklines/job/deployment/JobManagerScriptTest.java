package io.dexklines.job.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.access.certificate.FlinkCertificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.runtime.net.SSLUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The state from which {@code compose/jobmanager.sh} starts the job. */
class JobManagerScriptTest {

    private static final long MONDAY_MS = 1_704_700_800_000L;

    @TempDir private Path state;

    private FlinkCertificates certificates;
    private Path conf;

    @BeforeEach
    void createTheFolders() throws IOException {
        certificates =
                FlinkCertificates.in(
                        state.resolve("tls"),
                        List.of("localhost"),
                        Clock.systemUTC(),
                        Duration.ofDays(90));
        conf = state.resolve("conf");
        Files.createDirectories(state.resolve("checkpoints"));
        Files.createDirectories(state.resolve("savepoints"));
    }

    @Test
    void startsWithoutStateWhenThereIsNone() throws Exception {
        assertThat(argumentsFrom("newest", "-Da=b", "--", "--config", "a file"))
                .containsExactly(
                        "standalone-job",
                        "--job-classname",
                        "io.dexklines.job.KlineJob",
                        "-Da=b",
                        "--",
                        "--config",
                        "a file");
    }

    @Test
    void resumesFromTheNewestCompleteCheckpointOfAnyEarlierJob() throws Exception {
        written("checkpoints/job1/chk-7/_metadata", 1);
        Path newest = written("checkpoints/job2/chk-3/_metadata", 2);
        written("savepoints/savepoint-1/_metadata", 0);
        written("checkpoints/job2/chk-4/part", 3);

        assertThat(argumentsFrom("newest"))
                .containsSubsequence("--fromSavepoint", "file://" + newest.getParent());
    }

    @Test
    void resumesFromANewerSavepoint() throws Exception {
        written("checkpoints/job1/chk-7/_metadata", 1);
        Path newest = written("savepoints/savepoint-1/_metadata", 2);

        assertThat(argumentsFrom("newest"))
                .containsSubsequence("--fromSavepoint", "file://" + newest.getParent());
    }

    @Test
    void startsFromTheGivenState() throws Exception {
        written("checkpoints/job1/chk-7/_metadata", 1);

        assertThat(argumentsFrom("/elsewhere/savepoint-9"))
                .containsSubsequence("--fromSavepoint", "file:///elsewhere/savepoint-9");
        assertThat(argumentsFrom("none")).doesNotContain("--fromSavepoint");
    }

    /** Flink itself reads what the script has written, and opens the stores. */
    @Test
    void jobManagerAndCommandLineHaveCertificatesOfTheirOwn() throws Exception {
        argumentsFrom("none");

        Configuration process = configuration("process");
        Configuration cli = configuration("cli");
        assertThat(process.get(SecurityOptions.SSL_REST_KEYSTORE))
                .isEqualTo(certificates.rest().store().toString());
        assertThat(cli.get(SecurityOptions.SSL_REST_KEYSTORE))
                .isEqualTo(certificates.cli().store().toString());
        assertThat(process.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
                .isEqualTo(cli.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
                .isNotNull();
        for (Configuration each : List.of(process, cli)) {
            assertThat(SecurityOptions.isRestSSLAuthenticationEnabled(each)).isTrue();
            assertThat(SSLUtils.createRestServerSSLEngineFactory(each)).isNotNull();
            assertThat(SSLUtils.createRestClientSSLEngineFactory(each)).isNotNull();
        }
        assertThat(SecurityOptions.isInternalSSLEnabled(process)).isTrue();
        assertThat(SSLUtils.createInternalServerSSLEngineFactory(process)).isNotNull();
        assertThat(SecurityOptions.isInternalSSLEnabled(cli)).isFalse();
        for (String part : List.of("process", "cli")) {
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(
                                            conf.resolve(part).resolve("config.yaml"))))
                    .isEqualTo("rw-------");
        }
    }

    private Configuration configuration(String part) {
        return GlobalConfiguration.loadConfiguration(conf.resolve(part).toString());
    }

    private Path written(String file, int hoursLater) throws IOException {
        Path path = state.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, "x");
        Files.setLastModifiedTime(path, FileTime.fromMillis(MONDAY_MS + hoursLater * 3_600_000L));
        return path;
    }

    /** Runs the script. Returns the arguments that it gives to the entry point of Flink's image. */
    private List<String> argumentsFrom(String from, String... arguments) throws Exception {
        Path entryPoint = state.resolve("entry-point");
        Files.writeString(entryPoint, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        assertThat(entryPoint.toFile().setExecutable(true)).isTrue();
        List<String> command = new ArrayList<>();
        command.add("bash");
        command.add(RepositoryFiles.root().resolve("compose/jobmanager.sh").toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("KLINES_STATE", state.toString());
        builder.environment().put("KLINES_ENTRY_POINT", entryPoint.toString());
        builder.environment().put("KLINES_FROM", from);
        builder.environment().put("KLINES_TLS", certificates.folder().toString());
        builder.environment().put("KLINES_FLINK_CONF", conf.toString());

        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        List<String> lines = output.lines().toList();
        assertThat(lines.get(0)).startsWith("starting from ");
        return lines.subList(1, lines.size());
    }
}
