package io.dexklines.local.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the checkpoints and savepoints that jobs have left in a folder, {@code
 * JOB_ID/chk-N/_metadata} and {@code savepoints/savepoint-ID/_metadata}.
 */
final class FlinkCheckpoints {

    private static final String METADATA = "_metadata";
    private static final Pattern NAME = Pattern.compile("chk-(\\d+)|savepoint-.+");
    private static final int DEPTH = 3;

    private FlinkCheckpoints() {}

    /**
     * Returns the newest complete checkpoint of any job, since a resumed job has a new id. Flink
     * writes the metadata last and at once, so a checkpoint with metadata is complete.
     *
     * @param folder the value of {@code execution.checkpointing.dir}; need not exist
     */
    static Optional<Path> latest(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> paths = Files.find(folder, DEPTH, (path, a) -> isMetadata(path))) {
            return paths.filter(path -> sizeOf(path) > 0)
                    .max(
                            Comparator.comparing(FlinkCheckpoints::writtenAt)
                                    .thenComparing(FlinkCheckpoints::number))
                    .map(Path::getParent);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isMetadata(Path path) {
        return path.getFileName().toString().equals(METADATA)
                && NAME.matcher(path.getParent().getFileName().toString()).matches();
    }

    private static long number(Path metadata) {
        Matcher name = NAME.matcher(metadata.getParent().getFileName().toString());
        // at equal times, a savepoint is newer than a checkpoint, because it ended the job
        return name.matches() && name.group(1) != null
                ? Long.parseLong(name.group(1))
                : Long.MAX_VALUE;
    }

    private static FileTime writtenAt(Path metadata) {
        try {
            return Files.getLastModifiedTime(metadata);
        } catch (IOException e) {
            // Flink has just removed an old checkpoint
            return FileTime.fromMillis(0);
        }
    }

    private static long sizeOf(Path metadata) {
        try {
            return Files.size(metadata);
        } catch (IOException e) {
            return 0;
        }
    }
}
