package io.dexklines.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
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
                                .withMetrics()
                                .with("execution.checkpointing.interval", "200 ms")
                                .with("heartbeat.interval", "500 ms")
                                // how long Flink answers with what it has found before
                                .with("web.refresh-interval", "1 ms"))) {
            assertThat(get(cluster, "/")).contains("<title>Apache Flink Web Dashboard");
            assertNobodyElseGetsIn(cluster);
            assertMetricsStayOnThisMachine(cluster);
            assertThat(cluster.latestCheckpoint()).isEmpty();

            String first = cluster.submit(jar, Optional.empty());
            cluster.awaitState(first, "RUNNING", SOON);
            await().atMost(SOON).until(() -> cluster.rest().job(first).checkpoints() > 0);

            cluster.killTaskManager(0);
            assertThat(cluster.restartDeadTaskManagers()).isOne();
            assertThat(cluster.restartDeadTaskManagers()).isZero();
            await().atMost(SOON)
                    .until(() -> get(cluster, checkpoints(first)).contains("\"restored\":1"));
            assertThat(cluster.rest().job(first).restarts()).as("at the first question").isOne();
            cluster.awaitState(first, "RUNNING", SOON);

            cluster.kill();
            cluster.restart();
            assertThat(cluster.rest().newestJobId()).isEmpty();
            Path checkpoint = cluster.latestCheckpoint().orElseThrow();
            assertThat(checkpoint.getParent()).hasFileName(first);

            String second = cluster.submit(jar, Optional.of(checkpoint));
            cluster.awaitState(second, "RUNNING", SOON);
            assertThat(get(cluster, checkpoints(second)))
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

    /** Metrics need no certificate, so no other machine gets them. */
    private static void assertMetricsStayOnThisMachine(FlinkCluster cluster) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        String jobManager = cluster.jobManagerMetrics().get(0);
        String taskManager = cluster.taskManagerMetrics().get(0);
        assertThat(get(client, "http://" + jobManager + "/metrics"))
                .contains("flink_jobmanager_numRunningJobs{");
        assertThat(get(client, "http://" + taskManager + "/metrics"))
                .contains("flink_taskmanager_Status_JVM_CPU_Load{");
        for (String metrics : List.of(jobManager, taskManager)) {
            // another address of this machine, at which a server on all interfaces would answer
            String other = "http://" + metrics.replace(Ports.HOST, "127.0.0.2") + "/metrics";
            assertThatThrownBy(() -> get(client, other)).isInstanceOf(ConnectException.class);
        }
    }

    /** What a program or a page without a certificate of the cluster finds at its REST port. */
    private static void assertNobodyElseGetsIn(FlinkCluster cluster) throws Exception {
        String authority = URI.create(cluster.restUrl()).getAuthority();
        SSLContext withoutCertificate = SSLContext.getInstance("TLS");
        withoutCertificate.init(null, new TrustManager[] {new TrustEveryone()}, null);
        for (HttpClient client :
                List.of(
                        HttpClient.newHttpClient(),
                        HttpClient.newBuilder().sslContext(withoutCertificate).build(),
                        HttpClient.newBuilder()
                                .sslContext(cluster.certificates().internal().context())
                                .build())) {
            assertThatThrownBy(() -> get(client, cluster.restUrl() + "/overview"))
                    .isInstanceOf(IOException.class);
        }
        HttpResponse<String> plain =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(
                                                URI.create("http://" + authority + "/overview"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
        assertThat(plain.headers().firstValue("Location"))
                .contains(cluster.restUrl() + "/overview");
        assertThat(plain.body()).isEmpty();
        assertThatThrownBy(() -> callJobManager(cluster, withoutCertificate))
                .isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> callJobManager(cluster, cluster.certificates().cli().context()))
                .isInstanceOf(SSLException.class);
    }

    /** Connects to the port by which TaskManagers call the JobManager, and waits for an answer. */
    private static void callJobManager(FlinkCluster cluster, SSLContext context) throws Exception {
        try (Socket socket =
                context.getSocketFactory().createSocket(Ports.HOST, cluster.rpcPort())) {
            socket.setSoTimeout((int) SOON.toMillis());
            socket.getOutputStream().write(0);
            socket.getInputStream().read();
        }
    }

    private static String checkpoints(String job) {
        return "/jobs/" + job + "/checkpoints";
    }

    private static String get(FlinkCluster cluster, String path) throws Exception {
        HttpClient client =
                HttpClient.newBuilder().sslContext(cluster.certificates().cli().context()).build();
        return get(client, cluster.restUrl() + path);
    }

    private static String get(HttpClient client, String url) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(URI.create(url)).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** The certificate of the server is not what keeps a client out. */
    private static final class TrustEveryone extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
