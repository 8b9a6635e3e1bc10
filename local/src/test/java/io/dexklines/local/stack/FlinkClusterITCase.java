package io.dexklines.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkClusterITCase {

    private static final Duration SOON = Duration.ofSeconds(240);

    @TempDir Path folder;

    @Test
    void aJobSurvivesItsTaskManagerAndResumesInALaterClusterFromTheLastCheckpoint()
            throws Exception {
        Path jar = TickingJob.jarIn(folder);
        List<Long> pids;
        try (FlinkCluster cluster =
                FlinkCluster.start(
                        folder.resolve("flink"),
                        FlinkCluster.Settings.ofSlots(1)
                                .with("execution.checkpointing.interval", "200 ms")
                                .with("heartbeat.interval", "500 ms")
                                // how long Flink answers with what it has found before
                                .with("web.refresh-interval", "1 ms"))) {
            assertThat(get(cluster.restUrl() + "/")).contains("<title>Apache Flink Web Dashboard");
            assertThat(cluster.latestCheckpoint()).isEmpty();

            String first = cluster.submit(jar, Optional.empty());
            cluster.awaitState(first, "RUNNING", SOON);
            await().atMost(SOON).until(() -> cluster.rest().job(first).checkpoints() > 0);

            cluster.killTaskManager(0);
            assertThat(cluster.restartDeadTaskManagers()).isOne();
            assertThat(cluster.restartDeadTaskManagers()).isZero();
            await().atMost(SOON)
                    .until(() -> get(checkpointsUrl(cluster, first)).contains("\"restored\":1"));
            assertThat(cluster.rest().job(first).restarts()).as("at the first question").isOne();
            cluster.awaitState(first, "RUNNING", SOON);

            cluster.kill();
            cluster.restart();
            assertThat(cluster.rest().newestJobId()).isEmpty();
            Path checkpoint = cluster.latestCheckpoint().orElseThrow();
            assertThat(checkpoint.getParent()).hasFileName(first);

            String second = cluster.submit(jar, Optional.of(checkpoint));
            cluster.awaitState(second, "RUNNING", SOON);
            assertThat(get(checkpointsUrl(cluster, second)))
                    .contains("\"restored\":1")
                    .contains(checkpoint.getFileName().toString());

            cluster.cancel(second);
            assertThat(cluster.latestCheckpoint()).isPresent();
            assertThatThrownBy(() -> cluster.submit(folder.resolve("no.jar"), Optional.empty()))
                    .isInstanceOf(StackException.class)
                    .hasMessageContaining("no.jar");
            pids = cluster.pids();
        }

        assertThat(pids).hasSize(2).allMatch(pid -> ProcessHandle.of(pid).isEmpty());
    }

    private static String checkpointsUrl(FlinkCluster cluster, String job) {
        return cluster.restUrl() + "/jobs/" + job + "/checkpoints";
    }

    private static String get(String url) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(url)).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
