package io.dexklines.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.IExitCodeGenerator;

class VerifyCommandTest {

    @TempDir Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private Exception failure;

    @Test
    void withoutARunningStackItFails() {
        assertThat(execute()).isEqualTo(4);
        assertThat(failure)
                .hasMessage(
                        "no stack is up in %s: start one with `klines up`, or name a cluster with"
                                + " --config",
                        folder);
    }

    @Test
    void anInvalidSettlingTimeIsAUsageError() {
        assertThat(execute("--settle", "-1")).isEqualTo(2);
        assertThat(execute("--settle", "soon")).isEqualTo(2);
        assertThat(execute("--nonsense")).isEqualTo(2);
    }

    @Test
    void anInvalidScopeIsAUsageError() {
        String day = "2026-01-05T00:00:00Z";
        assertThat(execute("--from", "yesterday")).isEqualTo(2);
        assertThat(execute("--from", day, "--to", day)).isEqualTo(2);
        assertThat(execute("--sample", "0")).isEqualTo(2);
        assertThat(execute("--pair", "0xab")).isEqualTo(2);
        assertThat(execute("--pair", "1:0xab", "--sample", "1")).isEqualTo(2);
        assertThat(execute("--pair", "1:0xab", "--from", day)).isEqualTo(4);
    }

    @Test
    void aConfigurationNeedsFlinkAndExcludesTheLocalStack() {
        String file = folder.resolve("klines.properties").toString();
        assertThat(execute("--config", file)).isEqualTo(2);
        assertThat(execute("--relay", "http://relay:8080")).isEqualTo(2);
        assertThat(execute("--config", file, "--flink-rest", "http://x", "--dir", "."))
                .isEqualTo(2);
        assertThat(execute("--config", file, "--flink-rest", "http://x")).isEqualTo(3);
        assertThat(failure).hasMessage("the job's configuration: cannot read %s", file);
    }

    @Test
    void anInvalidConfigurationIsAUsageError() throws Exception {
        Path file = Files.writeString(folder.resolve("klines.properties"), "mysql.url=jdbc:x\n");

        assertThat(execute("--config", file.toString(), "--flink-rest", "http://x")).isEqualTo(2);
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .startsWith("the job's configuration: kafka.bootstrap-servers is required");
    }

    private int execute(String... arguments) {
        PrintStream err = new PrintStream(printed, true, StandardCharsets.UTF_8);
        return new CommandLine(new VerifyCommand(folder, any -> Optional.empty(), err, err, false))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .setExecutionExceptionHandler(
                        (e, command, parsed) -> {
                            failure = e;
                            return ((IExitCodeGenerator) e).getExitCode();
                        })
                .execute(arguments);
    }
}
