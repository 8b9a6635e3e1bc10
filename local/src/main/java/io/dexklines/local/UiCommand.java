package io.dexklines.local;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code klines ui}. */
@Command(
        name = "ui",
        description =
                "Prints a link to Flink's web UI. It logs a browser in once, within ten minutes.",
        mixinStandardHelpOptions = true)
final class UiCommand implements Callable<Integer> {

    @Mixin private StackFolderOption stack;

    @Override
    public Integer call() throws IOException {
        System.out.println(stack.running().flinkUiLink());
        return ExitCode.OK;
    }
}
