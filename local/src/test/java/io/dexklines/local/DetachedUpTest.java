package io.dexklines.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.local.command.ExitStatus;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs commands in the background that end without a stack. */
class DetachedUpTest {

    @TempDir private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private DetachedUp background;

    @BeforeEach
    void createTheBackground() {
        background =
                new DetachedUp(
                        folder.resolve("stack"),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Test
    void theErrorAndTheStatusAreThoseOfTheProcess() throws Exception {
        Path none = folder.resolve("none");

        assertThat(background.run(List.of("status", "--dir", none.toString()))).isEmpty();

        String error = "klines: no stack is up in " + none + ": start one with `klines up`\n";
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo(error);
        assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("klines: ");
        assertThat(background.exitStatus()).isEqualTo(ExitStatus.NO);
        assertThat(folder.resolve("stack/up.log")).content().endsWith(error);
    }

    @Test
    void aProcessThatEndsWithoutAnErrorHasStillNotStarted() throws Exception {
        assertThat(background.run(List.of("up", "--help"))).isEmpty();

        assertThat(out.toString(StandardCharsets.UTF_8)).contains("--parallelism");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(background.exitStatus()).isEqualTo(ExitStatus.MACHINE);
    }
}
