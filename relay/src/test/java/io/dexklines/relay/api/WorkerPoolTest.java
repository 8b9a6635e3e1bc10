package io.dexklines.relay.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WorkerPoolTest {

    private final List<String> done = new CopyOnWriteArrayList<>();

    @Test
    @Timeout(30)
    void aTaskIsRejectedIfTheQueueIsFullAndQueuedTasksRun() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(2);
        try (WorkerPool pool = new WorkerPool(1, 1)) {
            execute(
                    pool,
                    "first",
                    () -> {
                        began.countDown();
                        mayEnd.await();
                        ended.countDown();
                    });
            began.await();
            execute(pool, "second", ended::countDown);

            assertThatThrownBy(() -> execute(pool, "third", ended::countDown))
                    .isInstanceOf(RejectedExecutionException.class);

            mayEnd.countDown();
            ended.await();
        }
        assertThat(done).containsExactly("first", "second");
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private void execute(WorkerPool pool, String name, Work work) {
        pool.execute(
                () -> {
                    done.add(name);
                    try {
                        work.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                () -> done.add(name + " expired"));
    }
}
