package io.dexklines.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limit of the logs of a stack. */
class LogLimitTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir private Path folder;

    /** The process is one of a stack, whose output the system writes to the log. */
    @Test
    void aProcessGoesOnInItsEmptiedLog() throws Exception {
        Path redis = folder.resolve("redis");
        Path log = redis.resolve("redis.log");
        ServerProcess process =
                new ServerProcess.Command("redis", redis)
                        .word("sh", "-c")
                        .word("echo before; while [ ! -e go ]; do sleep 0.05; done; echo after")
                        .start();
        await().atMost(TIMEOUT).until(() -> Files.exists(log) && Files.size(log) > 0);

        new LogLimit(folder, "before\n".length()).apply();
        assertThat(log).hasContent("before\n");
        new LogLimit(folder, "before\n".length() - 1).apply();
        assertThat(log).isEmptyFile();
        Files.createFile(redis.resolve("go"));
        assertThat(process.waitFor(TIMEOUT)).isZero();

        assertThat(Files.readString(log)).isEqualTo("after\n");
        assertThat(Files.readString(redis.resolve("redis.log.1"))).isEqualTo("before\n");
    }

    @Test
    void theFormerCopyIsReplaced() throws IOException {
        for (String log : new String[] {"up.log", "kafka/kafka.log", "flink/jobmanager.log"}) {
            Path file = folder.resolve(log);
            Files.createDirectories(file.getParent());
            for (int round = 0; round < 3; round++) {
                Files.writeString(file, round + "-0123456789");
                new LogLimit(folder, 10).apply();
            }

            assertThat(file).isEmptyFile();
            assertThat(Path.of(file + ".1")).hasContent("2-0123456789");
        }
    }

    @Test
    void onlyLogsAreEmptiedAndNotThoseThatFlinkLimits() throws IOException {
        for (String other :
                new String[] {
                    "flink/log/taskmanager-0.log", "kafka/data/00000.log", "kafka/server.properties"
                }) {
            Path file = folder.resolve(other);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "0123456789");
            new LogLimit(folder, 5).apply();

            assertThat(file).hasContent("0123456789");
        }
    }
}
