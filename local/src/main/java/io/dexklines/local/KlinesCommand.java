package io.dexklines.local;

import io.dexklines.local.command.CommandErrors;
import io.dexklines.local.goconfig.ImportConfigCommand;
import io.dexklines.local.kafka.Brokers;
import io.dexklines.local.replay.ReplayCommand;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.local.stack.JobConfig;
import io.dexklines.local.stack.Login;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.local.stack.RunningStack;
import io.dexklines.local.stack.StackFiles;
import io.dexklines.local.takeover.TakeoverCommand;
import io.dexklines.local.wallets.WalletCommand;
import io.dexklines.schema.Database;
import io.dexklines.schema.MigrateCommand;
import io.dexklines.text.PrintableText;
import io.dexklines.verifier.Cluster;
import io.dexklines.verifier.CompareCommand;
import io.dexklines.verifier.VerifyCommand;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code klines}, which the script of that name starts. */
@Command(
        name = "klines",
        description = "Runs dex-klines on this machine: Kafka, MySQL, Redis, relay, Flink and job.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            UpCommand.class,
            StatusCommand.class,
            OpenCommand.class,
            UiCommand.class,
            LogsCommand.class,
            SqlCommand.class,
            FlinkSqlCommand.class,
            DownCommand.class,
            DoctorCommand.class,
            TokenCommand.class
        },
        footer = {
            "",
            "The script has five more commands:",
            "  build    Builds everything without tests.",
            "  test     Builds everything and runs all tests.",
            "  images   Writes the container images; see images --help.",
            "  bench    Measures dex-klines beside other engines; see bench --help.",
            "  chaos    Kills and stops servers, then verifies everything; see chaos --help."
        })
public final class KlinesCommand {

    private KlinesCommand() {}

    public static void main(String[] args) {
        // everything that comes from trades, lists and stores is text of others
        System.setOut(PrintableText.stream(System.out));
        System.exit(commandLine(ProjectHome.find()).execute(args));
    }

    /** Returns the command with all its subcommands. */
    static CommandLine commandLine(ProjectHome home) {
        CommandLine klines = new CommandLine(new KlinesCommand());
        klines.addSubcommand(new ReplayCommand(new LocalStacks(home)))
                .addSubcommand(new VerifyCommand(home.stackFolder(), KlinesCommand::stack))
                .addSubcommand(new CompareCommand(home.stackFolder(), KlinesCommand::stack))
                .addSubcommand(new RebuildCommand(home))
                .addSubcommand(new MigrateCommand(() -> database(home)))
                .addSubcommand(new ImportConfigCommand())
                .addSubcommand(new TakeoverCommand(Clock.systemUTC()))
                .addSubcommand(ListsCommand.commandLine(home));
        WalletCommand.all(
                        () -> broker(home),
                        () -> stack(home.stackFolder()).map(Cluster::chains),
                        () -> RunningStack.in(home.stackFolder()).map(RunningStack::relay))
                .forEach(command -> klines.addSubcommand(command));
        setVersion(klines, "klines " + home.version());
        return CommandErrors.install(klines);
    }

    private static void setVersion(CommandLine command, String version) {
        command.getCommandSpec().version(version);
        command.getSubcommands().values().forEach(each -> setVersion(each, version));
    }

    private static Optional<Cluster> stack(Path folder) {
        StackFiles.requireFolder(folder);
        return RunningStack.in(folder).map(running -> cluster(running, folder));
    }

    /** Returns a running stack for the verifier, which logs in as users who can only read. */
    static Cluster cluster(RunningStack running, Path folder) {
        return Cluster.of(
                        JobConfig.forVerification(folder),
                        running.flink(),
                        List.of(running.relayAdmin()),
                        Optional.empty())
                .withFlinkIdentity(running.flinkCertificates().cli());
    }

    private static Optional<Database> database(ProjectHome home) {
        return RunningStack.in(home.stackFolder())
                .map(
                        up -> {
                            Login migrator =
                                    EmbeddedMariaDb.migrator(home.stackFolder().resolve("mariadb"));
                            return new Database(up.mysql(), migrator.user(), migrator.password());
                        });
    }

    private static Optional<Brokers> broker(ProjectHome home) {
        return RunningStack.in(home.stackFolder()).map(RunningStack::brokers);
    }
}
