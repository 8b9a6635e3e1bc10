package io.dexklines.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
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
    @CsvSource({"-1", "169", "2147483647"})
    void aHistoryOutsideItsRangeIsOneLine(String hours) {
        assertThat(up("--dir", folder.toString(), "--history", hours)).isEqualTo(2);

        assertThat(err.toString().lines().findFirst())
                .contains("--history must be 0 to 168 hours, not " + hours);
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({"six", "1.5"})
    void aHistoryThatIsNoWholeNumberIsOneLine(String hours) {
        assertThat(up("--dir", folder.toString(), "--history", hours)).isEqualTo(2);

        assertThat(err.toString().lines().findFirst())
                .contains(
                        "Invalid value for option '--history': '%s' is not an int"
                                .formatted(hours));
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void theDefaultsAreInTheHelp() {
        assertThat(up("--help")).isZero();

        assertThat(out.toString())
                .contains("--history=HOURS", "0 to 168", "(default: 6)", "--hostile");
    }

    private int up(String... arguments) {
        CommandLine up = new CommandLine(new UpCommand());
        up.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return up.execute(arguments);
    }
}
