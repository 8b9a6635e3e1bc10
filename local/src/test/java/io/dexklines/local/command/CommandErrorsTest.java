package io.dexklines.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Errors of a command {@code klines sell --price N} that fails as it is told. */
class CommandErrorsTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Exception thrown;

    @Command(name = "klines", mixinStandardHelpOptions = true)
    private static final class Root {}

    @Command(
            name = "sell",
            mixinStandardHelpOptions = true,
            exitCodeList = "1:Nobody buys at this price.")
    private final class Sell implements Callable<Integer> {

        @Option(names = "--price", required = true)
        private int price;

        @Override
        public Integer call() throws Exception {
            if (thrown != null) {
                throw thrown;
            }
            return price > 100 ? ExitStatus.NO.code() : ExitStatus.OK.code();
        }
    }

    @Test
    void aCommandWithoutAnErrorHasItsOwnStatus() {
        assertThat(klines("sell", "--price", "7")).isZero();
        assertThat(klines("sell", "--price", "101")).isEqualTo(1);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aFailureIsItsMessageAndItsStatus() {
        thrown = new CommandFailure(ExitStatus.SERVER, "the market is closed: come tomorrow");

        assertThat(klines("sell", "--price", "7")).isEqualTo(4);
        assertThat(err.toString()).isEqualTo("klines: the market is closed: come tomorrow\n");
    }

    @Test
    void textOfOthersDoesNotControlTheTerminal() {
        thrown = new CommandFailure(ExitStatus.NO, "no buyer of \u001b[31mred");

        assertThat(klines("sell", "--price", "7")).isEqualTo(1);
        assertThat(err.toString()).isEqualTo("klines: no buyer of \uFFFD[31mred\n");
    }

    @Test
    void aFileIsNamedWithTheReason() {
        thrown = new NoSuchFileException("/prices");
        assertThat(klines("sell", "--price", "7")).isEqualTo(3);
        thrown = new UncheckedIOException(new AccessDeniedException("/prices"));
        assertThat(klines("sell", "--price", "7")).isEqualTo(3);
        thrown = new FileSystemException("/prices", null, "No space left on device");
        assertThat(klines("sell", "--price", "7")).isEqualTo(3);

        assertThat(err.toString().lines())
                .containsExactly(
                        "klines: /prices: no such file or folder",
                        "klines: /prices: permission denied",
                        "klines: /prices: No space left on device");
    }

    @Test
    void aRefusedConnectionIsTheServersFault() {
        thrown = new ConnectException("Connection refused");
        assertThat(klines("sell", "--price", "7")).isEqualTo(4);
        thrown = new IOException("broken pipe");
        assertThat(klines("sell", "--price", "7")).isEqualTo(3);
    }

    @Test
    void anUnforeseenErrorHasNoStackTraceUnlessAskedFor() {
        thrown = new IllegalStateException("the till is empty");

        assertThat(klines("sell", "--price", "7")).isEqualTo(3);
        assertThat(err.toString())
                .isEqualTo(
                        """
                        klines: unexpected error: java.lang.IllegalStateException: the till is empty
                        Run the command again with --debug for the stack trace
                        """);
    }

    @Test
    void debugIsAcceptedBeforeAndAfterTheCommand() {
        thrown = new CommandFailure(ExitStatus.SERVER, "the market is closed");

        assertThat(klines("--debug", "sell", "--price", "7")).isEqualTo(4);
        assertThat(err.toString())
                .startsWith("klines: the market is closed\n")
                .contains("\n\tat io.dexklines.local.command.CommandErrorsTest");
        err.getBuffer().setLength(0);
        assertThat(klines("sell", "--price", "7", "--debug")).isEqualTo(4);
        assertThat(err.toString()).contains("\n\tat io.dexklines.local.command.CommandErrorsTest");
    }

    @Test
    void aUsageErrorIsNotHiddenUnderTheUsage() {
        assertThat(klines("sell")).isEqualTo(2);
        assertThat(klines("sell", "--price", "much")).isEqualTo(2);
        assertThat(klines("sell", "--price", "7", "--prize", "8")).isEqualTo(2);
        assertThat(klines("sell", "--price", "7", "now")).isEqualTo(2);
        assertThat(klines("cell")).isEqualTo(2);
        assertThat(klines()).isEqualTo(2);

        assertThat(err.toString())
                .isEqualTo(
                        """
                        klines: missing required option: '--price=<price>'
                        Try `klines sell --help`
                        klines: invalid value for option '--price': 'much' is not an int
                        Try `klines sell --help`
                        klines: unknown options: '--prize', '8'
                        Did you mean --price?
                        Try `klines sell --help`
                        klines: unexpected argument: 'now'
                        Try `klines sell --help`
                        klines: unexpected argument: 'cell'
                        Did you mean sell?
                        Try `klines --help`
                        klines: missing required subcommand
                        Try `klines --help`
                        """);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void theHelpOfEachCommandNamesTheStatuses() {
        assertThat(klines("sell", "--help")).isZero();

        assertThat(out.toString())
                .contains(
                        "--debug",
                        "Exit status:",
                        "0   All is well.",
                        "1   Nobody buys at this price.",
                        "2   The arguments are invalid.",
                        "3   This machine is in the way",
                        "4   A server cannot be reached or refuses");
    }

    private int klines(String... arguments) {
        CommandLine klines = new CommandLine(new Root()).addSubcommand(new Sell());
        return CommandErrors.install(klines)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
