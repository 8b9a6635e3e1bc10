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

    /** About 100 MB, and two tenths of a second when a checkpoint writes them. */
    public static final int MEMORY_ROWS = 200_000;
}
