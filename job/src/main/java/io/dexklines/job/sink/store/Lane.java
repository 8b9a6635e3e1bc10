package io.dexklines.job.sink.store;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One server of a store: the rows that wait for it, and a thread that writes them. Except for that
 * thread, and for the figures, only the task thread uses it.
 *
 * @param <P> the key of the stream
 * @param <R> a version of a row
 */
final class Lane<P, R> implements AutoCloseable {

    private final String name;
    private final StoreWriter<R> writer;
    private final ExecutorService thread;
    private final WaitingRows<R> memory;
    private final SpilledRows<P, R> spilled;

    private CompletableFuture<Written<R>> running;
    private long notBeforeMs;
    private long startedMs;
    private int batchRows;

    // read by the threads of metric reporters
    private volatile long rows;
    private volatile long oldestSinceMs = Long.MAX_VALUE;
    private volatile long lastWriteMs;

    Lane(
            String name,
            StoreWriter<R> writer,
            WaitingRows<R> memory,
            SpilledRows<P, R> spilled,
            String threadName) {
        this.name = name;
        this.writer = writer;
        this.memory = memory;
        this.spilled = spilled;
        this.thread =
                Executors.newSingleThreadExecutor(
                        task -> {
                            Thread created = new Thread(task, threadName);
                            created.setDaemon(true);
                            return created;
                        });
    }

    String name() {
        return name;
    }

    StoreWriter<R> writer() {
        return writer;
    }

    WaitingRows<R> memory() {
        return memory;
    }

    SpilledRows<P, R> spilled() {
        return spilled;
    }

    int waitingRows() {
        return memory.rows() + spilled.rows();
    }

    boolean isRunning() {
        return running != null;
    }

    /** Returns for how long the running batch has been running, milliseconds; 0 if none is. */
    long runningMs(long nowMs) {
        return running == null ? 0 : nowMs - startedMs;
    }

    /** Returns the number of rows of the last batch. */
    int batchRows() {
        return batchRows;
    }

    /** Returns the result of the running batch, which has ended. */
    Written<R> result() throws Exception {
        return result(0);
    }

    /**
     * Returns the result of the running batch.
     *
     * @throws TimeoutException if it does not end in time
     */
    Written<R> result(long timeoutMs) throws Exception {
        try {
            return running.get(Math.max(0, timeoutMs), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof WriteFailedException failed
                    ? (Exception) failed.getCause()
                    : e;
        }
    }

    boolean isDue(long nowMs) {
        return running == null && nowMs >= notBeforeMs;
    }

    void pauseUntil(long timeMs) {
        notBeforeMs = timeMs;
    }

    /**
     * Starts to write the due rows, at most {@code most}, on the thread of the lane.
     *
     * @param allUpdates the number of updates that the subtask was given
     * @return the result, which is completed by the thread of the lane
     */
    CompletableFuture<Written<R>> start(int most, long allUpdates, long nowMs) throws Exception {
        while (memory.dueRows() < most && spilled.rows() > 0) {
            spilled.takePartition().forEach(memory::offer);
        }
        List<R> batch = memory.take(most, nowMs);
        long complete = Math.min(allUpdates, oldestBehind() - 1);
        batchRows = batch.size();
        startedMs = nowMs;
        running =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return writer.write(batch, complete);
                            } catch (Exception e) {
                                throw new WriteFailedException(e);
                            }
                        },
                        thread);
        return running;
    }

    private long oldestBehind() {
        long[] oldest = {spilled.oldestUpdate()};
        memory.forEachBehind(row -> oldest[0] = Math.min(oldest[0], row.update()));
        return oldest[0];
    }

    /** Ends the batch; its rows of {@code again} wait again. */
    void finish(Written<R> written, long nowMs) {
        running = null;
        lastWriteMs = nowMs - startedMs;
        memory.finish(written.again());
    }

    /** Moves rows from memory to keyed state while there are more than {@code memoryRows}. */
    void spill(int memoryRows, int most) throws Exception {
        for (int i = 0; i < most && memory.rows() > memoryRows; i++) {
            Waiting<R> oldest = memory.removeOldest();
            if (oldest == null) {
                return;
            }
            spilled.put(oldest);
        }
    }

    /**
     * Updates the figures.
     *
     * @param all whether also the one that costs a look at each row
     */
    void updateFigures(boolean all) {
        rows = waitingRows();
        if (all) {
            long[] oldest = {spilled.oldestSinceMs()};
            memory.forEach(row -> oldest[0] = Math.min(oldest[0], row.sinceMs()));
            oldestSinceMs = oldest[0];
        }
    }

    long rowsFigure() {
        return rows;
    }

    long oldestSinceMsFigure() {
        return oldestSinceMs;
    }

    long lastWriteMsFigure() {
        return lastWriteMs;
    }

    /** Makes a write that is blocked fail as soon as possible. May be called by any thread. */
    void abort() {
        thread.shutdownNow();
        writer.abort();
    }

    /** Ends the thread and closes the connection, even if a write is blocked. Never throws. */
    @Override
    public void close() {
        abort();
        try {
            // a connection is closed by the thread that uses it, if possible
            thread.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        writer.close();
    }

    /** A write that failed for good, or was aborted. */
    static final class WriteFailedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        WriteFailedException(Exception cause) {
            super(cause);
        }
    }
}
