package io.dexklines.relay.api;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A pool of threads for requests that block on stores, so that event loops never block. A bounded
 * number of requests waits for a thread. Further ones are rejected, as is a request that has waited
 * too long, since its client has probably given up.
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
                        new ThreadFactoryBuilder()
                                .setNameFormat("history")
                                .setDaemon(true)
                                .build());
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Runs one of the two tasks on a thread of the pool.
     *
     * @param expired runs instead of {@code task} if that has waited too long
     * @throws RejectedExecutionException if too many tasks wait already
     */
    void execute(Runnable task, Runnable expired) {
        long submittedAtNanos = System.nanoTime();
        threads.execute(
                () -> {
                    long waitedNanos = System.nanoTime() - submittedAtNanos;
                    boolean inTime = waitedNanos <= TimeUnit.MILLISECONDS.toNanos(MAX_WAIT_MS);
                    (inTime ? task : expired).run();
                });
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
