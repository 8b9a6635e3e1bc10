package io.dexklines.job.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
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

    private JobManagerScript script;

    @BeforeEach
    void createTheFolders() throws IOException {
        script = new JobManagerScript(state, "file://" + state);
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
        assertThat(argumentsFrom("s3://bucket/savepoint-9"))
                .containsSubsequence("--fromSavepoint", "s3://bucket/savepoint-9");
        assertThat(argumentsFrom("none")).doesNotContain("--fromSavepoint");
    }

    @Test
    void looksWhereAnArgumentSays() throws Exception {
        written("checkpoints/job1/chk-7/_metadata", 1);
        Path moved = written("moved/job1/chk-8/_metadata", 0);

        assertThat(
                        argumentsFrom(
                                "newest",
                                "-Dexecution.checkpointing.dir=file://" + state.resolve("moved"),
                                "--",
                                "-Dexecution.checkpointing.dir=file:///of/the/job"))
                .containsSubsequence("--fromSavepoint", "file://" + moved.getParent());
    }

    @Test
    void startsNothingIfItCannotLook() throws Exception {
        JobManagerScript.Run run =
                script.run("newest", "-Dexecution.checkpointing.dir=nowhere://checkpoints");

        assertThat(run.output())
                .contains("klines: cannot look for checkpoints and savepoints")
                .doesNotContain("starting from", "standalone-job");
        assertThat(run.status()).isNotZero();
    }

    /** Flink itself reads what the script has written, and opens the stores. */
    @Test
    void jobManagerAndCommandLineHaveCertificatesOfTheirOwn() throws Exception {
        argumentsFrom("none");

        Configuration process = configuration("process");
        Configuration cli = configuration("cli");
        assertThat(process.get(SecurityOptions.SSL_REST_KEYSTORE))
                .isEqualTo(script.certificates().rest().store().toString());
        assertThat(cli.get(SecurityOptions.SSL_REST_KEYSTORE))
                .isEqualTo(script.certificates().cli().store().toString());
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
                                            script.configuration()
                                                    .resolve(part)
                                                    .resolve("config.yaml"))))
                    .isEqualTo("rw-------");
        }
    }

    private Configuration configuration(String part) {
        return GlobalConfiguration.loadConfiguration(
                script.configuration().resolve(part).toString());
    }

    private Path written(String file, int hoursLater) throws IOException {
        Path path = state.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, "x");
        Files.setLastModifiedTime(path, FileTime.fromMillis(MONDAY_MS + hoursLater * 3_600_000L));
        return path;
    }

    private List<String> argumentsFrom(String from, String... arguments) throws Exception {
        return script.run(from, arguments).arguments();
    }
}
