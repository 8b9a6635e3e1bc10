package io.dexklines.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkCheckpointsTest {

    @TempDir Path folder;

    @Test
    void theNewestCheckpointIsTheOneWrittenLastWhateverItsNumber() throws IOException {
        checkpoint("a1", "chk-70", 1_000);
        Path resumed = checkpoint("b2", "chk-3", 2_000);

        assertThat(FlinkCheckpoints.latest(folder)).contains(resumed);
    }

    @Test
    void atEqualTimesTheHighestNumberIsTheNewest() throws IOException {
        checkpoint("a1", "chk-9", 1_000);
        Path tenth = checkpoint("a1", "chk-10", 1_000);

        assertThat(FlinkCheckpoints.latest(folder)).contains(tenth);
    }

    @Test
    void aSavepointCountsAsACheckpoint() throws IOException {
        checkpoint("a1", "chk-9", 1_000);
        Path savepoint = checkpoint("savepoints", "savepoint-a1b2c3-0123456789ab", 1_000);

        assertThat(FlinkCheckpoints.latest(folder)).contains(savepoint);
        Path later = checkpoint("b2", "chk-1", 2_000);
        assertThat(FlinkCheckpoints.latest(folder)).contains(later);
    }

    @Test
    void aCheckpointWithoutMetadataIsIncomplete() throws IOException {
        Path complete = checkpoint("a1", "chk-1", 1_000);
        Files.createDirectories(folder.resolve("a1/chk-2"));
        Files.createDirectories(folder.resolve("a1/shared"));
        Files.createDirectories(folder.resolve("a1/chk-3"));
        Files.createFile(folder.resolve("a1/chk-3/_metadata"));

        assertThat(FlinkCheckpoints.latest(folder)).contains(complete);
    }

    @Test
    void aMissingFolderHasNoCheckpoint() {
        assertThat(FlinkCheckpoints.latest(folder.resolve("none"))).isEmpty();
    }

    private Path checkpoint(String job, String name, long writtenAtMs) throws IOException {
        Path checkpoint = Files.createDirectories(folder.resolve(job).resolve(name));
        Path metadata = Files.writeString(checkpoint.resolve("_metadata"), "state");
        Files.setLastModifiedTime(metadata, FileTime.fromMillis(writtenAtMs));
        return checkpoint;
    }
}
