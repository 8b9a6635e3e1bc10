package io.dexklines.local;

import io.dexklines.local.stack.RecordedProcess;
import io.dexklines.local.stack.RunningStack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code klines down}. The exit status is 0 even if no stack was up. */
@Command(
        name = "down",
        description = "Stops the stack. Its state stays, and `klines up` resumes from it.",
        mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {

    private static final long STOP_TIMEOUT_SECONDS = 60;

    @Mixin private StackFolderOption stack;

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        Path folder = stack.folder();
        Optional<ProcessHandle> running = RunningStack.process(folder);
        if (running.isPresent()) {
            running.get().destroy();
            try {
                running.get().onExit().get(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                running.get().destroyForcibly();
            }
        }
        int orphans = RecordedProcess.killAllIn(folder);
        System.out.println(
                running.isPresent() || orphans > 0
                        ? "stopped; the state stays in " + folder
                        : "no stack was up in " + folder);
        return ExitCode.OK;
    }
}
