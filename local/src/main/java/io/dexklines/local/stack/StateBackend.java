package io.dexklines.local.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where the job of a local stack keeps its state. */
public enum StateBackend {
    /** On disk, so that any number of pairs fits into the memory of a small machine. */
    ROCKSDB,

    /** On the heap, where former versions kept it. */
    HEAP;

    private static final String TYPE = "state.backend.type";

    private static final int TASK_HEAP_MB = 512;

    /** For RocksDB's caches and write buffers, for each slot. */
    private static final int MANAGED_MB_PER_SLOT = 64;

    /**
     * Returns the backend for the state in a folder of Flink. A checkpoint of the heap can only be
     * read by the heap. A savepoint can be read by any backend, because its format is canonical
     * unless somebody asks for another one.
     */
    static StateBackend of(Path flinkFolder) {
        Path checkpoints = flinkFolder.resolve("checkpoints");
        Optional<Path> latest = FlinkCheckpoints.latest(checkpoints);
        boolean readByHeapOnly =
                latest.isPresent()
                        && !latest.get().startsWith(checkpoints.resolve("savepoints"))
                        && isHeap(flinkFolder.resolve("conf").resolve("config.yaml"));
        return readByHeapOnly ? HEAP : ROCKSDB;
    }

    private static boolean isHeap(Path configuration) {
        try {
            return Files.exists(configuration)
                    && Files.readString(configuration).contains(TYPE + ": 'hashmap'");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the settings of a cluster of one TaskManager on a free port. */
    public FlinkCluster.Settings cluster(int slots) {
        return switch (this) {
            case HEAP -> FlinkCluster.Settings.ofSlots(slots);
            case ROCKSDB ->
                    new FlinkCluster.Settings(
                            0,
                            1,
                            slots,
                            TASK_HEAP_MB,
                            slots * MANAGED_MB_PER_SLOT,
                            Map.of(
                                    TYPE,
                                    "rocksdb",
                                    "execution.checkpointing.incremental",
                                    "true",
                                    // many states share the buffers of a slot
                                    "state.backend.rocksdb.writebuffer.size",
                                    "8mb",
                                    // of each chain and key group
                                    "state.backend.rocksdb.timer-service.cache-size",
                                    "16"));
        };
    }
}
