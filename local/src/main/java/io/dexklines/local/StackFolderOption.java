package io.dexklines.local;

import io.dexklines.local.stack.ProjectHome;
import io.dexklines.local.stack.RunningStack;
import io.dexklines.local.stack.StackException;
import java.io.IOException;
import java.nio.file.Path;
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

    Path folder() {
        return folder == null ? home.stackFolder() : folder.toAbsolutePath().normalize();
    }

    /**
     * Returns the selected stack.
     *
     * @throws StackException if it is not up
     */
    RunningStack running() throws IOException {
        Path stack = folder();
        boolean starting = RunningStack.process(stack).isPresent();
        return RunningStack.in(stack)
                .orElseThrow(
                        () ->
                                new StackException(
                                        (starting
                                                        ? "the stack is still starting in "
                                                        : "no stack is up in ")
                                                + stack));
    }
}
