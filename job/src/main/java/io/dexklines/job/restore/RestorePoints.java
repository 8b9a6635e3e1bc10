package io.dexklines.job.restore;

import java.io.DataInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.checkpoint.Checkpoints;

/**
 * Lists the checkpoints and savepoints in a folder: {@code JOB_ID/chk-N} and {@code
 * savepoint-JOB-…}. Flink writes their file {@code _metadata} last, so one that has it is complete.
 * Works on every file system of Flink. On an object store a folder is a prefix of names and has no
 * time; nothing here depends on one.
 */
final class RestorePoints {

    private static final String METADATA = "_metadata";
    private static final Pattern CHECKPOINT = Pattern.compile("chk-(\\d{1,18})");
    private static final Pattern SAVEPOINT = Pattern.compile("savepoint-.+");

    /** The name that Flink gives a savepoint: it begins with the first digits of the job's id. */
    private static final Pattern SAVEPOINT_OF_JOB = Pattern.compile("savepoint-([0-9a-f]{6})-.+");

    private static final Pattern JOB_ID = Pattern.compile("([0-9a-f]{6})[0-9a-f]{26}");

    private static final long UNKNOWN_NUMBER = 0;

    private final FileSystem files;

    private RestorePoints(FileSystem files) {
        this.files = files;
    }

    /**
     * Returns the savepoints and the newest complete checkpoint of each job.
     *
     * @param folder need not exist
     * @throws IOException if the folder cannot be read. It is not taken for an empty one then
     */
    static List<RestorePoint> in(Path folder) throws IOException {
        return new RestorePoints(folder.getFileSystem()).list(folder);
    }

    private List<RestorePoint> list(Path folder) throws IOException {
        List<RestorePoint> found = new ArrayList<>();
        for (FileStatus child : children(folder)) {
            if (child.isDir()) {
                Path path = child.getPath();
                Optional<RestorePoint> point =
                        SAVEPOINT.matcher(path.getName()).matches()
                                ? savepoint(path)
                                : newestCheckpoint(path);
                point.ifPresent(found::add);
            }
        }
        return found;
    }

    private Optional<RestorePoint> newestCheckpoint(Path job) throws IOException {
        List<Path> newestFirst = new ArrayList<>();
        for (FileStatus child : children(job)) {
            if (CHECKPOINT.matcher(child.getPath().getName()).matches()) {
                newestFirst.add(child.getPath());
            }
        }
        newestFirst.sort(Comparator.comparingLong(RestorePoints::number).reversed());
        for (Path checkpoint : newestFirst) {
            Optional<FileStatus> metadata = metadata(checkpoint);
            if (metadata.isPresent()) {
                return Optional.of(
                        new RestorePoint(
                                uri(checkpoint),
                                key(JOB_ID, job.getName()),
                                number(checkpoint),
                                false,
                                metadata.get().getModificationTime()));
            }
        }
        return Optional.empty();
    }

    private Optional<RestorePoint> savepoint(Path savepoint) throws IOException {
        Optional<FileStatus> metadata = metadata(savepoint);
        if (metadata.isEmpty()) {
            return Optional.empty();
        }
        boolean named = SAVEPOINT_OF_JOB.matcher(savepoint.getName()).matches();
        return Optional.of(
                new RestorePoint(
                        uri(savepoint),
                        key(SAVEPOINT_OF_JOB, savepoint.getName()),
                        named ? numberInMetadata(metadata.get().getPath()) : UNKNOWN_NUMBER,
                        true,
                        metadata.get().getModificationTime()));
    }

    /** Returns the metadata of a checkpoint or savepoint that is complete. */
    private Optional<FileStatus> metadata(Path folder) throws IOException {
        try {
            return Optional.of(files.getFileStatus(new Path(folder, METADATA)))
                    .filter(metadata -> metadata.getLen() > 0);
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }

    private long numberInMetadata(Path metadata) throws IOException {
        try (DataInputStream in = new DataInputStream(files.open(metadata))) {
            return Checkpoints.loadCheckpointMetadata(
                            in, getClass().getClassLoader(), metadata.toString())
                    .getCheckpointId();
        }
    }

    private FileStatus[] children(Path folder) throws IOException {
        try {
            FileStatus[] children = files.listStatus(folder);
            // the local file system has no exception for a folder that is missing
            return children == null ? new FileStatus[0] : children;
        } catch (FileNotFoundException e) {
            return new FileStatus[0];
        }
    }

    private static long number(Path checkpoint) {
        Matcher name = CHECKPOINT.matcher(checkpoint.getName());
        return name.matches() ? Long.parseLong(name.group(1)) : UNKNOWN_NUMBER;
    }

    /** Returns the first digits of a job's id; of another name, the name. */
    private static String key(Pattern withId, String name) {
        Matcher matcher = withId.matcher(name);
        return matcher.matches() ? matcher.group(1) : name;
    }

    private static String uri(Path path) {
        URI uri = path.toUri();
        // Flink writes file:/path, which its own documentation and ours do not
        return uri.getAuthority() == null
                ? uri.getScheme() + "://" + uri.getPath()
                : uri.toString();
    }
}
