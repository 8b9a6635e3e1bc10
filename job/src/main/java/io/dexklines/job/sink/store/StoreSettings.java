package io.dexklines.job.sink.store;

import java.io.Serializable;

/**
 * How a store operator collects and keeps rows.
 *
 * @param job the name of the job, unique among the jobs that write to the same store
 * @param batchRows the most rows of a batch; that many due rows start one
 * @param batchIntervalMs the longest time that a due row waits for its batch, milliseconds
 * @param liveIntervalMs the shortest time between two writes of a live row, milliseconds
 * @param maxWaitingRows the most rows that wait for the store, over all subtasks
 * @param memoryRows the most rows of a subtask that wait in memory; the others wait in keyed state
 */
public record StoreSettings(
        String job,
        int batchRows,
        long batchIntervalMs,
        long liveIntervalMs,
        long maxWaitingRows,
        int memoryRows)
        implements Serializable {

    /** The heap that a row takes while it waits, with its share of the pair's identifiers. */
    public static final int BYTES_PER_ROW = 500;

    /** The rows in memory where no settings say so: 16 MB. */
    public static final int MEMORY_ROWS = rowsIn(16 << 20);

    /** Returns how many rows fit into a number of bytes of the heap. */
    public static int rowsIn(int bytes) {
        return bytes / BYTES_PER_ROW;
    }
}
