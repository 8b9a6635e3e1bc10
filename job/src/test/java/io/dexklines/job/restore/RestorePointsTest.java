package io.dexklines.job.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checkpoints and savepoints that are found in a folder of the local file system. */
class RestorePointsTest {

    private static final String JOB = "5a8d1c0f6e9b47d2a3c4b5d6e7f80912";
    private static final long MONDAY_MS = 1_704_700_800_000L;

    @TempDir private Path folder;

    @Test
    void aFolderThatIsMissingOrEmptyHasNone() throws IOException {
        assertThat(found()).isEmpty();
        assertThat(RestorePoints.in(flinkPath(folder.resolve("none")))).isEmpty();
    }

    @Test
    void theNewestCompleteCheckpointOfEachJobIsFound() throws IOException {
        checkpoint(JOB, 9);
        checkpoint(JOB, 10);
        Files.createDirectories(folder.resolve(JOB + "/chk-11"));
        Files.createFile(Files.createDirectories(folder.resolve(JOB + "/chk-12")).resolve("part"));
        Files.createFile(folder.resolve(JOB + "/chk-12/_metadata"));
        Files.createDirectories(folder.resolve(JOB + "/shared"));
        checkpoint("another", 3);
        Files.createDirectories(folder.resolve("without-checkpoints/taskowned"));
        Files.writeString(folder.resolve("a file"), "x");

        assertThat(found())
                .containsExactlyInAnyOrder(
                        new RestorePoint(
                                uri(JOB + "/chk-10"), "5a8d1c", 10, false, MONDAY_MS + 10_000),
                        new RestorePoint(
                                uri("another/chk-3"), "another", 3, false, MONDAY_MS + 3_000));
    }

    @Test
    void savepointsHaveTheNumberInTheirMetadata() throws IOException {
        checkpoint(JOB, 9);
        savepoint("savepoint-5a8d1c-0123456789ab", 10);
        savepoint("savepoint-by-hand", 11);
        Files.createDirectories(folder.resolve("savepoint-5a8d1c-ba9876543210"));

        assertThat(found())
                .containsExactlyInAnyOrder(
                        new RestorePoint(
                                uri(JOB + "/chk-9"), "5a8d1c", 9, false, MONDAY_MS + 9_000),
                        new RestorePoint(
                                uri("savepoint-5a8d1c-0123456789ab"),
                                "5a8d1c",
                                10,
                                true,
                                MONDAY_MS + 10_000),
                        new RestorePoint(
                                uri("savepoint-by-hand"),
                                "savepoint-by-hand",
                                0,
                                true,
                                MONDAY_MS + 11_000));
    }

    @Test
    void metadataThatCannotBeReadIsNotTakenForNone() throws IOException {
        write("savepoint-5a8d1c-0123456789ab/_metadata", 1, out -> out.write(1));

        assertThatThrownBy(this::found).isInstanceOf(IOException.class);
    }

    private List<RestorePoint> found() throws IOException {
        return RestorePoints.in(flinkPath(folder));
    }

    private static org.apache.flink.core.fs.Path flinkPath(Path path) {
        return new org.apache.flink.core.fs.Path(path.toUri());
    }

    private String uri(String path) {
        return "file://" + folder.resolve(path);
    }

    private void checkpoint(String job, long number) throws IOException {
        write(job + "/chk-" + number + "/_metadata", number, metadata(number));
    }

    private void savepoint(String name, long number) throws IOException {
        write(name + "/_metadata", number, metadata(number));
    }

    /** Writes the content of a file. */
    private interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private static Content metadata(long number) {
        return out ->
                Checkpoints.storeCheckpointMetadata(
                        new CheckpointMetadata(number, List.of(), List.of()), out);
    }

    /** Writes a file of a time that is the given seconds after a Monday. */
    private void write(String path, long seconds, Content content) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        try (OutputStream out = Files.newOutputStream(file)) {
            content.writeTo(out);
        }
        Files.setLastModifiedTime(file, FileTime.fromMillis(MONDAY_MS + seconds * 1_000));
    }
}
