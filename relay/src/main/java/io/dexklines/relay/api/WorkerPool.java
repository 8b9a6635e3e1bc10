package io.dexklines.relay.api;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that wait for stores, so that no event loop does. As many requests as there is room
 * for wait for one of them; more are refused at once, and one that waited for too long is refused
 * instead of answered to nobody.
 */
final class WorkerPool implements AutoCloseable {

    private static final long MAX_WAIT_MS = 5_000;
    private static final long IDLE_SECONDS = 60;

    private final ThreadPoolExecutor threads;

    WorkerPool(int size, int maxWaiting) {
        this.threads =
                new ThreadPoolExecutor(
                        size,
                        size,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(maxWaiting),
                        task -> {
                            Thread thread = new Thread(task, "history");
                            thread.setDaemon(true);
                            return thread;
                        });
        threads.allowCoreThreadTimeOut(true);
    }

    /** One of the two happens, on one of the threads. */
    interface Task {
        void run();

        void waitedForTooLong();
    }

    /**
     * @throws RejectedExecutionException if too many wait
     */
    void execute(Task task) {
        long askedAtNanos = System.nanoTime();
        threads.execute(
                () -> {
                    long waitedNanos = System.nanoTime() - askedAtNanos;
                    if (waitedNanos > TimeUnit.MILLISECONDS.toNanos(MAX_WAIT_MS)) {
                        task.waitedForTooLong();
                    } else {
                        task.run();
                    }
                });
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
