package io.dexklines.local;

import io.dexklines.local.command.CommandFailure;
import io.dexklines.local.command.ExitStatus;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.local.stack.RunningStack;
import io.dexklines.local.stack.StackException;
import io.dexklines.local.stack.StackFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option {@code --dir}, which selects a stack. */
final class StackFolderOption {

    private final ProjectHome home = ProjectHome.find();

    @Option(
            names = "--dir",
            paramLabel = "FOLDER",
            description = "Folder with the state of the stack (default: .klines in the project).")
    private Path folder;

    ProjectHome home() {
        return home;
    }

    /**
     * Returns the folder of the selected stack, which need not exist.
     *
     * @throws StackException if it is a file
     */
    Path folder() {
        Path selected = folder == null ? home.stackFolder() : folder.toAbsolutePath().normalize();
        StackFiles.requireFolder(selected);
        return selected;
    }

    /**
     * Returns the selected stack.
     *
     * @throws CommandFailure if it is not up, with the status {@link ExitStatus#SERVER}
     */
    RunningStack running() throws IOException {
        return running(ExitStatus.SERVER);
    }

    /**
     * Returns the selected stack.
     *
     * @param otherwise the exit status if the stack is not up
     * @throws CommandFailure if it is not up
     */
    RunningStack running(ExitStatus otherwise) throws IOException {
        Path stack = folder();
        Optional<RunningStack> running = RunningStack.in(stack);
        if (running.isPresent()) {
            return running.get();
        }
        String why =
                RunningStack.process(stack).isPresent()
                        ? "the stack is still starting in %s: try again in a minute"
                        : "no stack is up in %s: start one with `klines up`";
        throw new CommandFailure(otherwise, why.formatted(stack));
    }
}
