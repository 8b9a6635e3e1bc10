package io.dexklines.local.stack;

import io.dexklines.local.command.CommandErrors;
import io.dexklines.local.logs.StackLogs;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A limit of the logs that processes of a stack write to their standard output, whatever program
 * writes them. A log that exceeds it is copied to {@code NAME.log.1}, in place of an earlier copy,
 * and emptied. Its process goes on in the same file, to whose end the system appends what it
 * writes.
 *
 * @param folder the folder of the stack
 * @param maxBytes how large a log may become
 */
record LogLimit(Path folder, long maxBytes) {

    /** A log and its copy together are twice as large. */
    static final long MAX_BYTES = 8 << 20;

    /** Flink's loggers limit the files in this folder, which its web UI shows. */
    private static final Path LIMITED_BY_FLINK = Path.of("flink", "log");

    /**
     * Empties the logs that are too large.
     *
     * @throws StackException if one of them cannot be copied or emptied
     */
    void apply() {
        try {
            for (StackLogs.Log log : new StackLogs(folder).all()) {
                if (!log.file().startsWith(folder.resolve(LIMITED_BY_FLINK))
                        && Files.size(log.file()) > maxBytes) {
                    empty(log.file());
                }
            }
        } catch (IOException e) {
            throw new StackException(
                    "the logs in %s are not limited (%s)"
                            .formatted(folder, CommandErrors.reason(e)),
                    e);
        }
    }

    private static void empty(Path log) throws IOException {
        Path copy = log.resolveSibling(log.getFileName() + ".1");
        Files.copy(log, copy, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel from =
                        FileChannel.open(log, StandardOpenOption.WRITE, StandardOpenOption.READ);
                FileChannel to = FileChannel.open(copy, StandardOpenOption.APPEND)) {
            // what was written during the copy; a line in the instant before the next one is lost
            from.transferTo(to.size(), from.size() - to.size(), to);
            from.truncate(0);
        }
    }
}
