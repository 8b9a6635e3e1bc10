package io.dexklines.local.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process that a file {@code NAME.pid} tells of. The file holds its id and the moment it started,
 * so that a process which got the same id later is left alone.
 */
public final class RecordedProcess {

    private static final String SUFFIX = ".pid";
    private static final int MAX_DEPTH = 2;
    private static final long KILL_TIMEOUT_SECONDS = 10;

    private RecordedProcess() {}

    /** Writes the file. */
    public static void write(Path file, ProcessHandle process) {
        try {
            Files.writeString(file, process.pid() + " " + startOf(process) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The process, if it is still the one that was written down and runs. */
    public static Optional<ProcessHandle> read(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            String[] parts = Files.readString(file).strip().split(" ");
            if (parts.length != 2) {
                return Optional.empty();
            }
            return ProcessHandle.of(Long.parseLong(parts[0]))
                    .filter(ProcessHandle::isAlive)
                    .filter(process -> startOf(process).equals(parts[1]));
        } catch (NumberFormatException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Kills every process that a file in the folder or just below it tells of, and removes the
     * files.
     *
     * @return how many were running
     */
    public static int killAllBelow(Path folder) {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        List<Path> files;
        try (Stream<Path> paths = Files.walk(folder, MAX_DEPTH)) {
            files = paths.filter(path -> path.toString().endsWith(SUFFIX)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int running = 0;
        for (Path file : files) {
            running += kill(file) ? 1 : 0;
        }
        return running;
    }

    /** Kills that process, waits until it is gone and removes the file; false if none ran. */
    static boolean kill(Path file) {
        Optional<ProcessHandle> process = read(file);
        process.ifPresent(
                running -> {
                    running.destroyForcibly();
                    try {
                        running.onExit().get(KILL_TIMEOUT_SECONDS, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (Exception e) {
                        throw new StartException(
                                "process %d of %s does not die".formatted(running.pid(), file), e);
                    }
                });
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return process.isPresent();
    }

    private static String startOf(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L).toString();
    }
}
