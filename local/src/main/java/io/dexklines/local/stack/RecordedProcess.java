package io.dexklines.local.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Reads and writes pid files {@code NAME.pid}. A file contains the process id and the start time,
 * so that a later process with the same id is not mistaken for the recorded one.
 */
public final class RecordedProcess {

    private static final String SUFFIX = ".pid";
    private static final int MAX_DEPTH = 2;
    private static final long KILL_TIMEOUT_SECONDS = 10;

    private RecordedProcess() {}

    /** Writes a pid file. */
    static void write(Path file, ProcessHandle process) throws IOException {
        Files.writeString(file, process.pid() + " " + startOf(process) + "\n");
    }

    /** Returns the recorded process if it is running. */
    static Optional<ProcessHandle> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String[] parts = Files.readString(file).strip().split(" ");
        if (parts.length != 2 || !parts[0].matches("\\d{1,18}")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(parts[0]))
                .filter(ProcessHandle::isAlive)
                .filter(process -> startOf(process).equals(parts[1]));
    }

    /**
     * Kills the processes of all pid files in a folder and its direct subfolders, and deletes the
     * files.
     *
     * @return the number of processes that were running
     */
    public static int killAllIn(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        List<Path> files;
        try (Stream<Path> paths = Files.walk(folder, MAX_DEPTH)) {
            files = paths.filter(path -> path.toString().endsWith(SUFFIX)).toList();
        }
        int running = 0;
        for (Path file : files) {
            running += kill(file) ? 1 : 0;
        }
        return running;
    }

    /**
     * Kills the recorded process, waits for its end and deletes the file.
     *
     * @return whether the process was running
     * @throws StackException if it does not end
     */
    static boolean kill(Path file) throws IOException {
        Optional<ProcessHandle> process = read(file);
        if (process.isPresent()) {
            process.get().destroyForcibly();
            try {
                process.get().onExit().get(KILL_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                throw new StackException(
                        "process %d of %s cannot be killed".formatted(process.get().pid(), file),
                        e);
            }
        }
        Files.deleteIfExists(file);
        return process.isPresent();
    }

    private static String startOf(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L).toString();
    }
}
