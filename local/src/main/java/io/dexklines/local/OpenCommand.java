package io.dexklines.local;

import io.dexklines.local.stack.EmbeddedRelay;
import io.dexklines.local.stack.RunningStack;
import io.dexklines.local.stack.Stack;
import io.dexklines.local.stack.StackException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code klines open}, which prints links to the chart and to Flink's web UI. */
@Command(
        name = "open",
        description =
                "Prints links to the chart, signed in as a user for one hour, and to Flink's web UI,"
                        + " which logs a browser in once, within ten minutes.",
        mixinStandardHelpOptions = true)
final class OpenCommand implements Callable<Integer> {

    @Option(
            names = "--user",
            paramLabel = "ID",
            defaultValue = Stack.DEMO_USER,
            description =
                    "User whose alerts the chart shows (default: ${DEFAULT-VALUE}, who follows some"
                            + " simulated wallets).")
    private String user;

    @Option(names = "--browser", description = "Open both in the browser, too.")
    private boolean browser;

    @Mixin private StackFolderOption stack;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        TokenCommand.requireUserId(user, spec);
        RunningStack running = stack.running();
        String token = EmbeddedRelay.userToken(stack.folder().resolve("relay"), user);
        String chart = ChartLink.of(running.relay(), user, token);
        String flink = running.flinkUiLink();
        System.out.printf("chart     %s%nFlink UI  %s%n", chart, flink);
        if (browser) {
            openInBrowser(chart);
            openInBrowser(flink);
        }
        return ExitCode.OK;
    }

    private static void openInBrowser(String address) {
        List<String> command = browserCommand(System.getProperty("os.name"), address);
        try {
            new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new StackException(
                    "no browser can be opened by %s: open the links yourself"
                            .formatted(command.get(0)),
                    e);
        }
    }

    /** Returns the command that opens an address in the browser of the desktop. */
    static List<String> browserCommand(String system, String address) {
        String opener = system.toLowerCase(Locale.ROOT).startsWith("mac") ? "open" : "xdg-open";
        return List.of(opener, address);
    }
}
