package io.dexklines.local;

import io.dexklines.local.stack.ProjectHome;
import io.dexklines.local.stack.RecordedProcess;
import io.dexklines.local.stack.RunningStack;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code klines down}: succeeds also if nothing is up. */
@Command(
        name = "down",
        description = "Stops the stack; its state stays, and `klines up` goes on from there.",
        mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {

    private static final long STOP_TIMEOUT_SECONDS = 60;

    private final ProjectHome home;

    @Mixin private StackFolderOption stack;

    @Spec private CommandSpec spec;

    DownCommand(ProjectHome home) {
        this.home = home;
    }

    @Override
    public Integer call() throws InterruptedException, ExecutionException {
        Path folder = stack.folder(home);
        Optional<ProcessHandle> running = RunningStack.process(folder);
        if (running.isPresent()) {
            running.get().destroy();
            try {
                running.get().onExit().get(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                running.get().destroyForcibly();
            }
        }
        int orphans = RecordedProcess.killAllBelow(folder);
        spec.commandLine()
                .getOut()
                .println(
                        running.isPresent() || orphans > 0
                                ? "stopped; the state stays in " + folder
                                : "no stack was up in " + folder);
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }
}
