package io.dexklines.local.wallets;

import io.dexklines.local.command.CommandErrors;
import io.dexklines.local.command.CommandFailure;
import io.dexklines.local.command.ExitStatus;
import io.dexklines.local.kafka.BrokerOptions;
import io.dexklines.local.kafka.Brokers;
import io.dexklines.text.PrintableText;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** A command that reads or changes the lists of wallets and followers. */
abstract class ListCommand {

    /** The chains of the job's topics by default. */
    private static final Set<String> DEFAULT_CHAINS =
            Set.of("1", "10", "56", "137", "8453", "42161", "100000");

    @Mixin private BrokerOptions otherBrokers;

    @Option(
            names = "--chains",
            paramLabel = "CHAIN",
            split = ",",
            scope = ScopeType.INHERIT,
            description =
                    "Chains of the job (default: those of the running stack, or 1, 10, 56, 137, 8453,"
                            + " 42161 and 100000).")
    private Set<String> chains;

    @Spec CommandSpec spec;

    private final RunningStack stack;

    /** What the commands know of the running stack. */
    interface RunningStack {

        /** Returns the broker; empty if no stack runs. */
        Optional<Brokers> broker();

        /** Returns the chains of the job; empty if no stack runs. */
        Optional<Set<String>> chains();

        /** Returns the address of the relay, {@code http://host:port}; empty if no stack runs. */
        Optional<String> relay();
    }

    /**
     * @param stack called when the command runs
     */
    ListCommand(RunningStack stack) {
        this.stack = stack;
    }

    /**
     * Checks that trades of the wallet can come.
     *
     * @throws IllegalArgumentException if not; the message is for the user
     */
    final void requireExistent(WalletKey wallet) {
        wallet.requireExistent(
                new TreeSet<>(chains == null ? stack.chains().orElse(DEFAULT_CHAINS) : chains));
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

        /** Does the work and returns the exit status. */
        int run(WalletLists lists) throws IOException, InterruptedException;
    }

    /**
     * Returns the relay to ask, {@code http://host:port}: the named one, otherwise that of the
     * running stack, unless the brokers are those of another cluster.
     *
     * @param named null if the user named none
     */
    final Optional<String> relay(String named) {
        return named != null || otherBrokers.areNamed()
                ? Optional.ofNullable(named)
                : stack.relay();
    }

    /**
     * Runs the work and returns its exit status.
     *
     * @throws CommandFailure if the broker cannot be reached or refuses, or a file cannot be read
     */
    final int run(Work work) {
        Brokers servers = otherBrokers.orThoseOf(stack::broker);
        servers.requireReachable();
        try (WalletLists lists = new WalletLists(servers)) {
            return work.run(lists);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitStatus.MACHINE, "cannot read " + CommandErrors.reason(e), e);
        } catch (KafkaException e) {
            throw new CommandFailure(
                    ExitStatus.SERVER,
                    "the broker at %s does not answer as it should: %s"
                            .formatted(servers.addresses(), e.getMessage()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitStatus.MACHINE, "interrupted", e);
        }
    }

    final void print(String format, Object... arguments) {
        println(spec.commandLine().getOut(), format, arguments);
    }

    final void printError(String format, Object... arguments) {
        println(spec.commandLine().getErr(), CommandErrors.PREFIX + format, arguments);
    }

    private static void println(PrintWriter to, String format, Object... arguments) {
        // labels and names of files are text of others, which could control a terminal
        to.println(PrintableText.ofMessage(String.format(Locale.ROOT, format, arguments)));
        to.flush();
    }
}
