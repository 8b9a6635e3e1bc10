package io.dexklines.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.local.command.CommandErrors;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class UpCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--history | -1 | --history must be 0 to 168 hours, not -1",
                "--history | 169 | --history must be 0 to 168 hours, not 169",
                "--history | 2147483647 | --history must be 0 to 168 hours, not 2147483647",
                "--history | six | invalid value for option '--history': 'six' is not an int",
                "--history | 1.5 | invalid value for option '--history': '1.5' is not an int",
                "--rate | -5 | --rate must be positive and at most 1,000,000,000, not -5.0:"
                        + " --no-simulator publishes no trades",
                "--rate | 0 | --rate must be positive and at most 1,000,000,000, not 0.0:"
                        + " --no-simulator publishes no trades",
                "--rate | NaN | --rate must be positive and at most 1,000,000,000, not NaN:"
                        + " --no-simulator publishes no trades",
                "--rate | 2e9 | --rate must be positive and at most 1,000,000,000, not 2.0E9:"
                        + " --no-simulator publishes no trades",
                "--parallelism | 0 | --parallelism must be 1 to 4, the slots of the local cluster,"
                        + " not 0",
                "--parallelism | 9 | --parallelism must be 1 to 4, the slots of the local cluster,"
                        + " not 9",
                "--kafka-port | 65536 | a port must be 0 to 65535, not 65536",
                "--prometheus-port | -1 | a port must be 0 to 65535, not -1"
            })
    void aValueOutsideItsRangeIsAUsageErrorBeforeAnythingStarts(
            String option, String value, String message) {
        assertThat(up("--dir", folder.toString(), option, value)).isEqualTo(2);

        assertThat(err.toString()).isEqualTo("klines: " + message + "\nTry `up --help`\n");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFileIsNoFolder() throws IOException {
        Path file = Files.createFile(folder.resolve("a-file"));

        assertThat(up("--dir", file.toString())).isEqualTo(3);

        assertThat(err.toString())
                .isEqualTo(
                        "klines: "
                                + file
                                + " is a file, but --dir needs a folder: name another one\n");
    }

    @Test
    void aFolderThatCannotBeCreatedIsNamed() throws IOException {
        Path below = Files.createFile(folder.resolve("a-file")).resolve("stack");

        assertThat(up("--dir", below.toString())).isEqualTo(3);

        assertThat(err.toString())
                .startsWith("klines: cannot create the folder " + below + " (")
                .endsWith("): name another one with --dir\n");
        assertThat(err.toString().lines()).hasSize(1);
    }

    /** The process of the stack is that of this test. */
    @Test
    void aSecondStackInTheSameFolderIsRefusedAndStopsNothing() throws Exception {
        ProcessHandle test = ProcessHandle.current();
        long startMs = test.info().startInstant().orElseThrow().toEpochMilli();
        Files.writeString(folder.resolve("stack.pid"), test.pid() + " " + startMs + "\n");
        Path printed = folder.resolve("out");
        Path errors = folder.resolve("err");

        int exit =
                new ProcessBuilder(klines("up", "--dir", folder.toString()))
                        .redirectOutput(printed.toFile())
                        .redirectError(errors.toFile())
                        .start()
                        .waitFor();

        assertThat(errors)
                .hasContent(
                        """
                        klines: a stack is up already in %s (process %d)
                        `klines status` shows it, `klines down` stops it
                        """
                                .formatted(folder, test.pid()));
        assertThat(printed).isEmptyFile();
        assertThat(exit).isEqualTo(3);
        assertThat(folder.resolve("stack.pid")).exists();
    }

    @Test
    void monitoringWithoutPrometheusStartsNothing() throws Exception {
        Path errors = folder.resolve("err");
        Path stack = folder.resolve("stack");
        ProcessBuilder up =
                new ProcessBuilder(klines("up", "--dir", stack.toString(), "--monitoring"))
                        .redirectOutput(folder.resolve("out").toFile())
                        .redirectError(errors.toFile());
        up.environment().put("KLINES_PROMETHEUS", folder.resolve("missing").toString());

        assertThat(up.start().waitFor()).isEqualTo(3);

        assertThat(errors)
                .hasContent(
                        "klines: --monitoring starts Prometheus, which was not found on this"
                                + " machine: install it (Debian: apt-get install prometheus), or name"
                                + " its program in the environment variable KLINES_PROMETHEUS\n");
        assertThat(stack).isEmptyDirectory();
    }

    @Test
    void theDefaultsAreInTheHelp() {
        assertThat(up("--help")).isZero();

        assertThat(out.toString())
                .contains("--history=HOURS", "0 to 168", "(default: 6)", "--hostile");
    }

    private static List<String> klines(String... arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                KlinesCommand.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private int up(String... arguments) {
        CommandLine up = CommandErrors.install(new CommandLine(new UpCommand()));
        up.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return up.execute(arguments);
    }
}
