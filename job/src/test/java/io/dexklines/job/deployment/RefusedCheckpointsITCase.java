package io.dexklines.job.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.local.stack.FlinkCluster;
import io.dexklines.local.stack.Ports;
import io.dexklines.local.stack.ProjectHome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job is refused by the checkpoints that it would run with, whether the cluster's file or the
 * command line configures them. No broker is needed to find out.
 */
class RefusedCheckpointsITCase {

    @TempDir private Path folder;

    @Test
    void theCommandLineAndTheClustersFileCountAlike() throws Exception {
        try (FlinkCluster cluster =
                FlinkCluster.start(
                        folder.resolve("flink"),
                        FlinkCluster.Settings.ofSlots(1)
                                .with("execution.checkpointing.timeout", "20 min"))) {
            assertThat(run(cluster))
                    .contains("kafka.transaction-timeout: is 15 min.")
                    .contains("may be open for 40 min")
                    .doesNotContain("submitted with JobID");

            assertThat(run(cluster, "execution.checkpointing.timeout=2min"))
                    .contains("submitted with JobID");

            assertThat(
                            run(
                                    cluster,
                                    "execution.checkpointing.timeout=2min",
                                    "execution.checkpointing.mode=AT_LEAST_ONCE"))
                    .contains("execution.checkpointing.mode: is AT_LEAST_ONCE")
                    .doesNotContain("submitted with JobID");
        }
    }

    /** Runs the job with options of Flink. Returns what the command line prints. */
    private static String run(FlinkCluster cluster, String... flinkOptions) throws Exception {
        List<String> words =
                new ArrayList<>(List.of(cluster.commandLine().toString(), "run", "--detached"));
        for (String option : flinkOptions) {
            words.add("-D" + option);
        }
        words.add(ProjectHome.find().jobJar().toString());
        words.add("--kafka.bootstrap-servers=127.0.0.1:" + Ports.free());
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String printed =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return printed;
    }
}
