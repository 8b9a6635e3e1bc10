package io.dexklines.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.chaos.cluster.CheckpointFolder.Checkpoint;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFolderTest {

    private static final String JOB = "0123456789abcdef0123456789abcdef";

    @TempDir Path parent;

    private Path folder;
    private CheckpointFolder checkpoints;

    @BeforeEach
    void createFolder() throws IOException {
        folder = Files.createDirectory(parent.resolve("checkpoints"));
        checkpoints = new CheckpointFolder(folder);
    }

    @Test
    void aCheckpointIsCompleteWithItsMetadata() throws IOException {
        assertThat(checkpoints.latest(JOB)).isEmpty();
        Path ninth = Files.createDirectories(folder.resolve(JOB).resolve("chk-9"));
        Files.createDirectories(folder.resolve(JOB).resolve("shared"));
        assertThat(checkpoints.latest(JOB)).contains(new Checkpoint(9, false));
        assertThat(checkpoints.latestComplete(JOB)).isEmpty();

        Files.writeString(ninth.resolve("_metadata"), "all");
        Files.createDirectory(folder.resolve(JOB).resolve("chk-10"));

        assertThat(checkpoints.latest(JOB)).contains(new Checkpoint(10, false));
        assertThat(checkpoints.latestComplete(JOB)).contains(new Checkpoint(9, true));
        assertThat(checkpoints.isComplete(JOB, 9)).isTrue();
        assertThat(checkpoints.isComplete(JOB, 10)).isFalse();
    }

    @Test
    void aFileInPlaceOfTheFolderRefusesEverybody() throws IOException {
        Path former = Files.writeString(folder.resolve("former"), "kept");

        checkpoints.replaceByFile();

        assertThat(checkpoints.latest(JOB)).isEmpty();
        assertThatThrownBy(() -> Files.createDirectories(folder.resolve(JOB)))
                .isInstanceOf(IOException.class);

        checkpoints.putBack();
        checkpoints.putBack();

        assertThat(former).hasContent("kept");
    }

    @Test
    void aFullDiskRefusesWritesAlsoOfOpenFiles() throws IOException {
        FileSystem disk = disk();
        org.apache.flink.core.fs.Path file = path("open");
        try (FSDataOutputStream open = disk.create(file, WriteMode.NO_OVERWRITE)) {
            open.write(1);
            checkpoints.fill();

            assertThatThrownBy(() -> open.write(2)).hasMessage("No space left on device");
            assertThatThrownBy(() -> open.write(new byte[3], 0, 3))
                    .hasMessage("No space left on device");
            assertThatThrownBy(disk::createRecoverableWriter).hasMessage("No space left on device");

            checkpoints.empty();
            open.write(4);
        }

        assertThat(folder.resolve("open")).hasBinaryContent(new byte[] {1, 4});
        assertThat(disk.exists(file)).isTrue();
        assertThat(disk.delete(file, false)).isTrue();
    }

    private FileSystem disk() {
        Configuration configuration = new Configuration();
        configuration.setString(
                FillableFileSystemFactory.MARKER_KEY, checkpoints.fullMarker().toString());
        FillableFileSystemFactory factory = new FillableFileSystemFactory();
        factory.configure(configuration);
        return factory.create(URI.create(checkpoints.uri()));
    }

    private org.apache.flink.core.fs.Path path(String name) {
        return new org.apache.flink.core.fs.Path(checkpoints.uri() + "/" + name);
    }
}
