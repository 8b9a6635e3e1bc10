package io.dexklines.local;

import io.dexklines.local.replay.ReplayCommand;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.local.stack.RunningStack;
import io.dexklines.local.verify.VerifyCommand;
import io.dexklines.local.wallets.WalletCommand;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code klines}: what the script of that name starts. */
@Command(
        name = "klines",
        description = "Klines of decentralised-exchange trades, on this machine.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "The script itself knows two more:",
            "  build  build everything, without tests",
            "  test   build everything, with all tests"
        })
public final class KlinesCommand implements Runnable {

    @Spec private CommandSpec spec;

    private KlinesCommand() {}

    public static void main(String[] args) {
        System.exit(commandLine(ProjectHome.find()).execute(args));
    }

    /** The command with all its subcommands. */
    static CommandLine commandLine(ProjectHome home) {
        CommandLine klines = new CommandLine(new KlinesCommand());
        klines.addSubcommand(new UpCommand(home))
                .addSubcommand(new StatusCommand(home))
                .addSubcommand(new DownCommand(home))
                .addSubcommand(new ReplayCommand(() -> broker(home)))
                .addSubcommand(new VerifyCommand(home.stackFolder()))
                .addSubcommand(new RebuildCommand(home));
        for (CommandLine command : WalletCommand.all(() -> broker(home))) {
            klines.addSubcommand(command);
        }
        return klines.setExecutionExceptionHandler(new OneLineErrors());
    }

    private static Optional<String> broker(ProjectHome home) {
        return RunningStack.in(home.stackFolder()).map(RunningStack::kafka);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }
}
