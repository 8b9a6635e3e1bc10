package io.dexklines.chaos.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The folder of the checkpoints of all jobs of a cluster, which can be missing or full. */
public final class CheckpointFolder {

    private static final String METADATA = "_metadata";
    private static final Pattern NAME = Pattern.compile("chk-(\\d+)");

    private final Path folder;

    CheckpointFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * A checkpoint in the folder.
     *
     * @param id its number within the job
     * @param complete whether Flink has written its metadata, which it writes last
     */
    public record Checkpoint(long id, boolean complete) {}

    /** Returns the checkpoint of a job that began last, or empty if there is none. */
    public Optional<Checkpoint> latest(String jobId) {
        return newest(jobId, false);
    }

    /** Returns the newest complete checkpoint of a job, or empty if there is none. */
    public Optional<Checkpoint> latestComplete(String jobId) {
        return newest(jobId, true);
    }

    /** Returns whether a checkpoint is complete and was not yet removed for newer ones. */
    public boolean isComplete(String jobId, long id) {
        return Files.exists(folder.resolve(jobId).resolve("chk-" + id).resolve(METADATA));
    }

    private Optional<Checkpoint> newest(String jobId, boolean complete) {
        Path job = folder.resolve(jobId);
        if (!Files.isDirectory(job)) {
            return Optional.empty();
        }
        try (Stream<Path> children = Files.list(job)) {
            return children.flatMap(child -> checkpoint(child).stream())
                    .filter(checkpoint -> !complete || checkpoint.complete())
                    .max(Comparator.comparingLong(Checkpoint::id));
        } catch (IOException | UncheckedIOException e) {
            // moved away at this moment
            return Optional.empty();
        }
    }

    private static Optional<Checkpoint> checkpoint(Path path) {
        Matcher name = NAME.matcher(path.getFileName().toString());
        return name.matches()
                ? Optional.of(
                        new Checkpoint(
                                Long.parseLong(name.group(1)),
                                Files.exists(path.resolve(METADATA))))
                : Optional.empty();
    }

    /** Replaces the folder by a file, which not even the superuser can write a folder into. */
    public void replaceByFile() throws IOException {
        Files.move(folder, away());
        Files.writeString(folder, "");
    }

    /** Undoes {@link #replaceByFile}. */
    public void putBack() throws IOException {
        if (Files.exists(away())) {
            Files.delete(folder);
            Files.move(away(), folder);
        }
    }

    /** Makes every write fail as it does on a full disk. */
    public void fill() throws IOException {
        Files.writeString(fullMarker(), "");
    }

    /** Undoes {@link #fill}. */
    public void empty() throws IOException {
        Files.deleteIfExists(fullMarker());
    }

    /** Returns the URI for Flink's configuration. */
    String uri() {
        return FillableFileSystemFactory.SCHEME + ":" + folder;
    }

    Path fullMarker() {
        return folder.resolveSibling("checkpoints-are-full");
    }

    private Path away() {
        return folder.resolveSibling("checkpoints-away");
    }
}
