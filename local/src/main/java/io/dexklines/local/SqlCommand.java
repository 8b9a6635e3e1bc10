package io.dexklines.local;

import io.dexklines.local.command.ExitStatus;
import io.dexklines.local.command.TerminalProcess;
import io.dexklines.local.stack.RunningStack;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code klines sql}, which runs MariaDB's client in the terminal of this process. */
@Command(
        name = "sql",
        description = "Opens a prompt in MySQL, or runs statements, as a user who can only read.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  klines sql",
            "  klines sql -e 'SELECT * FROM kline ORDER BY open_time DESC LIMIT 5'"
        })
final class SqlCommand implements Callable<Integer> {

    @Option(
            names = {"-e", "--execute"},
            paramLabel = "STATEMENT",
            description = "Run these statements, print their rows, and return.")
    private String statements;

    @Mixin private StackFolderOption stack;

    @Override
    public Integer call() throws IOException, InterruptedException {
        RunningStack running = stack.running();
        int exitStatus =
                TerminalProcess.run(
                        new ProcessBuilder(command(running.mysqlCommandLine(), statements)));
        return (exitStatus == 0 ? ExitStatus.OK : ExitStatus.SERVER).code();
    }

    /**
     * Returns the command of the client.
     *
     * @param client a shell command
     * @param statements null for a prompt
     */
    static List<String> command(String client, String statements) {
        List<String> command =
                new ArrayList<>(List.of("sh", "-c", "exec " + client + " \"$@\"", "sql"));
        if (statements != null) {
            command.addAll(List.of("-e", statements));
        }
        return command;
    }
}
