package io.dexklines.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateBackendTest {

    private static final Instant NOW = Instant.parse("2026-09-01T00:00:00Z");

    @TempDir private Path flink;

    @Test
    void stateIsInRocksDbUnlessThereIsSomeOnTheHeap() throws IOException {
        assertThat(StateBackend.of(flink)).isEqualTo(StateBackend.ROCKSDB);

        configure("hashmap");
        assertThat(StateBackend.of(flink)).as("no state").isEqualTo(StateBackend.ROCKSDB);

        write("0123/chk-7", NOW);
        assertThat(StateBackend.of(flink)).isEqualTo(StateBackend.HEAP);

        configure("rocksdb");
        assertThat(StateBackend.of(flink)).isEqualTo(StateBackend.ROCKSDB);
    }

    @Test
    void aSavepointMovesTheStateFromTheHeapToRocksDb() throws IOException {
        configure("hashmap");
        write("0123/chk-7", NOW);
        write("savepoints/savepoint-0123", NOW.plusSeconds(1));
        assertThat(StateBackend.of(flink)).isEqualTo(StateBackend.ROCKSDB);

        write("4567/chk-1", NOW.plusSeconds(2));
        assertThat(StateBackend.of(flink)).as("it ran on").isEqualTo(StateBackend.HEAP);
    }

    @Test
    void rocksDbHasMemoryForEverySlot() {
        FlinkCluster.Settings cluster = StateBackend.ROCKSDB.cluster(4);

        assertThat(cluster.slots()).isEqualTo(4);
        assertThat(cluster.managedMemoryMb()).isEqualTo(256);
        assertThat(cluster.configuration()).containsEntry("state.backend.type", "rocksdb");
        assertThat(StateBackend.HEAP.cluster(4)).isEqualTo(FlinkCluster.Settings.ofSlots(4));
    }

    private void configure(String backend) throws IOException {
        Path folder = Files.createDirectories(flink.resolve("conf"));
        Files.writeString(
                folder.resolve("config.yaml"),
                "rest.port: '8081'\nstate.backend.type: '" + backend + "'\n");
    }

    private void write(String checkpoint, Instant at) throws IOException {
        Path folder = Files.createDirectories(flink.resolve("checkpoints").resolve(checkpoint));
        Path metadata = Files.writeString(folder.resolve("_metadata"), "state");
        Files.setLastModifiedTime(metadata, FileTime.from(at));
    }
}
