package io.dexklines.job.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The state from which {@code compose/jobmanager.sh} starts the job if the state is in a bucket:
 * with Flink's plugin for {@code s3://} and a server that speaks its protocol.
 */
class JobManagerScriptOnS3ITCase {

    private static final String JOB = "5a8d1c0f6e9b47d2a3c4b5d6e7f80912";
    private static final String FORMER_JOB = "c0ffee0f6e9b47d2a3c4b5d6e7f80912";

    @TempDir private static Path server;
    private static S3Server s3;

    @TempDir private Path folder;

    @BeforeAll
    static void startTheServer() throws IOException {
        s3 = S3Server.start(server);
    }

    @AfterAll
    static void closeTheServer() {
        s3.close();
    }

    @Test
    void theNewestCompleteCheckpointIsFoundByItsNumber() throws Exception {
        // uploaded in this order, and perhaps all in the same second
        s3.create("klines");
        checkpoint(FORMER_JOB + "/chk-700");
        checkpoint(JOB + "/chk-10");
        checkpoint(JOB + "/chk-9");
        s3.put("klines", "checkpoints/" + JOB + "/chk-11/part", new byte[] {1});
        savepoint("savepoint-5a8d1c-0123456789ab", 8);

        assertThat(script("klines", s3.configuration()).run("newest").arguments())
                .containsSubsequence(
                        "--fromSavepoint", "s3://klines/checkpoints/" + JOB + "/chk-10");
    }

    @Test
    void aBucketWithoutStateStartsWithout() throws Exception {
        s3.create("empty");

        assertThat(script("empty", s3.configuration()).run("newest").arguments())
                .contains("standalone-job")
                .doesNotContain("--fromSavepoint");
    }

    @Test
    void aBucketThatRefusesStartsNothing() throws Exception {
        s3.create("refusing");

        JobManagerScript.Run run =
                script("refusing", s3.configuration()).run("newest", "-Ds3.secret-key=another");

        assertThat(run.output())
                .contains("klines: cannot look for checkpoints and savepoints")
                .doesNotContain("starting from");
        assertThat(run.status()).isNotZero();
    }

    private JobManagerScript script(String bucket, String... configuration) throws IOException {
        Path plugin = Files.createDirectories(folder.resolve("plugins/s3"));
        Path jar = S3Server.file("flink-s3-fs-presto");
        Files.createSymbolicLink(plugin.resolve(jar.getFileName()), jar);
        return new JobManagerScript(folder, "s3://" + bucket, configuration)
                .with("FLINK_PLUGINS_DIR", plugin.getParent().toString());
    }

    private static void checkpoint(String path) throws Exception {
        s3.put(
                "klines",
                "checkpoints/" + path + "/_metadata",
                "complete".getBytes(StandardCharsets.UTF_8));
    }

    private static void savepoint(String name, long number) throws Exception {
        ByteArrayOutputStream metadata = new ByteArrayOutputStream();
        Checkpoints.storeCheckpointMetadata(
                new CheckpointMetadata(number, List.of(), List.of()), metadata);
        s3.put("klines", "savepoints/" + name + "/_metadata", metadata.toByteArray());
    }
}
