package io.dexklines.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class VerifyCommandTest {

    @TempDir Path folder;

    private final ByteArrayOutputStream told = new ByteArrayOutputStream();

    @Test
    void withoutARunningStackItFails() {
        assertThat(execute()).isEqualTo(1);
        assertThat(told.toString(StandardCharsets.UTF_8))
                .isEqualTo("verify: no stack is up in %s: start one with `klines up`%n", folder);
    }

    @Test
    void aSettlingTimeThatMakesNoSenseIsAMistakeOfTheCaller() {
        assertThat(execute("--settle", "-1")).isEqualTo(2);
        assertThat(execute("--settle", "soon")).isEqualTo(2);
        assertThat(execute("--nonsense")).isEqualTo(2);
    }

    private int execute(String... arguments) {
        PrintStream err = new PrintStream(told, true, StandardCharsets.UTF_8);
        return new CommandLine(new VerifyCommand(folder, any -> Optional.empty(), err, err, false))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .execute(arguments);
    }
}
