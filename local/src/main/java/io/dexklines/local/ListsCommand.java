package io.dexklines.local;

import io.dexklines.local.stack.ProjectHome;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code klines lists}, the commands on both lists of smart money. */
@Command(
        name = "lists",
        description = "Keeps the lists of wallets and follows equal to a database of yours.",
        mixinStandardHelpOptions = true)
final class ListsCommand {

    private ListsCommand() {}

    /** Returns the command with its subcommand. */
    static CommandLine commandLine(ProjectHome home) {
        return new CommandLine(new ListsCommand()).addSubcommand(new ListsSyncCommand(home));
    }
}
