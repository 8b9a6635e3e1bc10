package io.dexklines.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.ExitCode;

/** The options of the command, as far as nothing is started. */
class ChaosCommandTest {

    private final StringWriter err = new StringWriter();
    private final StringWriter out = new StringWriter();

    @ParameterizedTest
    @CsvSource({
        "--minutes=0, --minutes is more than 0 and at most one day",
        "--minutes=1441, --minutes is more than 0 and at most one day",
        "--layout=huge, --layout is small or full",
        "--rate=0, --rate must be positive",
        "--faults=flood, flood' is none of",
        "--soak --faults=relay-down, --soak and --faults exclude each other",
        "--soak --scenario=upgrade, --soak and --scenario exclude each other",
        "--scenario=downgrade, klines: invalid value for option '--scenario'",
        "--scenario=upgrade --faults=relay-down, --scenario and --faults exclude each other",
        "--seed=x, klines: invalid value for option '--seed'"
    })
    void invalidOptionsAreUsageErrors(String options, String message) {
        assertThat(execute(options.split(" "))).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains(message).endsWith("\nTry `klines chaos --help`\n");
    }

    @Test
    void theHelpNamesEveryKindOfFault() {
        assertThat(execute("--help")).isEqualTo(ExitCode.OK);
        assertThat(out.toString())
                .contains("--seed", "--minutes", "--soak", "--debug", "A rule is violated");
    }

    private int execute(String... arguments) {
        return ChaosCommand.commandLine()
                .setErr(new PrintWriter(err))
                .setOut(new PrintWriter(out))
                .execute(arguments);
    }
}
