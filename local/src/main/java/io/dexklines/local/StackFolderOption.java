package io.dexklines.local;

import io.dexklines.local.stack.ProjectHome;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which stack a command means. */
final class StackFolderOption {

    @Option(
            names = "--dir",
            paramLabel = "FOLDER",
            description = "Where the stack keeps its state (default: .klines in the project).")
    private Path folder;

    Path folder(ProjectHome home) {
        return folder == null ? home.stackFolder() : folder.toAbsolutePath().normalize();
    }
}
