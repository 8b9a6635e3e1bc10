package io.dexklines.local.wallets;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** A command that reads or changes the lists of wallets and followers. */
abstract class ListCommand {

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            scope = ScopeType.INHERIT,
            description = "Kafka broker (default: that of the running stack).")
    private String bootstrapServers;

    @Spec CommandSpec spec;

    private final Supplier<Optional<String>> runningBroker;

    /**
     * @param runningBroker returns host and port of the running stack's broker, or empty; called
     *     when the command runs
     */
    ListCommand(Supplier<Optional<String>> runningBroker) {
        this.runningBroker = runningBroker;
    }

    /** Returns this command for the command line, with its subcommands. */
    final CommandLine commandLine() {
        return new CommandLine(this).registerConverter(WalletKey.class, ListCommand::wallet);
    }

    private static WalletKey wallet(String text) {
        try {
            return WalletKey.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    /** The work of a command on the lists. */
    interface Work {
        void run(WalletLists lists) throws IOException;
    }

    /** Runs the work and returns the exit status. Reports failures to the user. */
    final int run(Work work) {
        Optional<String> servers =
                bootstrapServers == null ? runningBroker.get() : Optional.of(bootstrapServers);
        if (servers.isEmpty()) {
            printError(
                    "no stack is running: start one with `klines up`, or name a broker with"
                            + " --bootstrap-servers");
            return ExitCode.SOFTWARE;
        }
        try (WalletLists lists = new WalletLists(servers.get())) {
            work.run(lists);
            return ExitCode.OK;
        } catch (NoSuchFileException e) {
            printError("there is no file %s", e.getMessage());
        } catch (IOException | KafkaException e) {
            printError("%s", e.getMessage());
        }
        return ExitCode.SOFTWARE;
    }

    final void print(String format, Object... arguments) {
        println(spec.commandLine().getOut(), format, arguments);
    }

    final void printError(String format, Object... arguments) {
        println(spec.commandLine().getErr(), "klines: " + format, arguments);
    }

    private static void println(PrintWriter to, String format, Object... arguments) {
        to.println(String.format(Locale.ROOT, format, arguments));
        to.flush();
    }
}
