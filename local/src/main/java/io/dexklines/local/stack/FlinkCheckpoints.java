package io.dexklines.local.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The checkpoints and savepoints that jobs have left in a folder: {@code JOB_ID/chk-N/_metadata}
 * and {@code savepoints/savepoint-ID/_metadata}.
 */
final class FlinkCheckpoints {

    private static final String METADATA = "_metadata";
    private static final Pattern NAME = Pattern.compile("chk-(\\d+)|savepoint-.+");
    private static final int DEPTH = 3;

    private FlinkCheckpoints() {}

    /**
     * The newest one that was completed, whichever job wrote it: a job that is resumed has a new
     * id. Flink writes the metadata last and whole, so where they are, the checkpoint is complete.
     *
     * @param folder what {@code execution.checkpointing.dir} names; need not exist
     */
    static Optional<Path> latest(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> paths = Files.find(folder, DEPTH, (path, a) -> isMetadata(path))) {
            List<Path> complete = paths.filter(path -> sizeOf(path) > 0).toList();
            return complete.stream()
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
        // a savepoint that was taken in the same moment is the last that its job did
        return name.matches() && name.group(1) != null
                ? Long.parseLong(name.group(1))
                : Long.MAX_VALUE;
    }

    private static FileTime writtenAt(Path metadata) {
        try {
            return Files.getLastModifiedTime(metadata);
        } catch (IOException e) {
            // removed a moment ago, as old ones are
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
