package io.dexklines.local;

import io.dexklines.local.command.CommandFailure;
import io.dexklines.local.command.ExitStatus;
import io.dexklines.local.command.TerminalProcess;
import io.dexklines.local.stack.FlinkSqlClient;
import io.dexklines.local.stack.RunningStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code klines flink-sql}, which runs Flink's SQL client in the terminal of this process. */
@Command(
        name = "flink-sql",
        description = {
            "Opens a prompt of Flink SQL on the stack, or runs a script. The tables and functions of"
                    + " sql/flink are there.",
            "A query runs in the cluster beside the job, in one slot, until Ctrl-C."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  klines flink-sql",
            "  klines flink-sql -f sql/flink/top-movers.sql"
        })
final class FlinkSqlCommand implements Callable<Integer> {

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "Run the statements of this file, print their rows, and return.")
    private Path script;

    @Option(
            names = "--until-now",
            description =
                    "Read each topic to its present end only, so that queries of trades end by"
                            + " themselves.")
    private boolean untilNow;

    @Mixin private StackFolderOption stack;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (script != null && !Files.isRegularFile(script)) {
            throw new CommandFailure(
                    ExitStatus.MACHINE, "cannot read " + script + ": no such file");
        }
        RunningStack running = stack.running();
        int exitStatus =
                TerminalProcess.run(
                        FlinkSqlClient.process(
                                stack.home(),
                                stack.folder(),
                                running,
                                Optional.ofNullable(script).map(Path::toAbsolutePath),
                                untilNow));
        return (exitStatus == 0 ? ExitStatus.OK : ExitStatus.SERVER).code();
    }
}
